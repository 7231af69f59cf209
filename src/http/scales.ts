import { Elysia } from "elysia";
import { z } from "zod";
import type { Auth } from "./auth.ts";
import { checked } from "./checked.ts";
import { listSchema } from "./paging.ts";
import type { HttpParts } from "./parts.ts";
import { notFound, problems } from "./problem.ts";
import { changeScale, checkAlias, type ScaleChange, scaleChangeSchema } from "./scale-changes.ts";
import { createScaleList, scaleSchema } from "./scale-list.ts";
import { scaleIdSchema } from "./values.ts";

type Parts = Pick<HttpParts, "config" | "clock" | "database" | "presence" | "repeats" | "stations">;

export function scalesController(parts: Parts, auth: Auth) {
  const list = createScaleList(parts);
  const change = createScaleChanger(parts, list);
  return new Elysia({ name: "scales", tags: ["scales"] })
    .use(auth)
    .get("/api/scales", async () => ({ items: await list.all(), next: null }), {
      role: "viewer",
      response: { 200: listSchema(scaleSchema) },
      detail: {
        summary: "Every scale, by id",
        description:
          "All that were ever seen, named or configured, on one page. Also while the database is away: names are then as they were last read.",
      },
    })
    .patch("/api/scales/:id", ({ params, body, actor }) => change(params.id, body, actor), {
      role: "admin",
      params: checked("params", z.object({ id: scaleIdSchema })),
      body: checked("body", scaleChangeSchema),
      response: { 200: scaleSchema, ...problems(404, 503) },
      detail: {
        summary: "Name a scale, move it to a station, disable it, let it stand in for another",
        description:
          "Holds from the next frame on. A scale that was never seen, named or configured is 404: a mistyped id must not become a scale.",
      },
    });
}

/** Changes one after the other: what holds at last is the same in Postgres and beside the journal. */
function createScaleChanger(parts: Parts, list: ReturnType<typeof createScaleList>) {
  const { clock, database, stations } = parts;
  let last: Promise<unknown> = Promise.resolve();

  async function change(id: number, wanted: ScaleChange, actor: string) {
    checkAlias(id, wanted.alias_of, stations);
    const by = { actor, at: clock.now() };
    const changed = await database.run((sql) =>
      changeScale(sql, id, wanted, by, (row) => list.isKnown(id, row)),
    );
    if (changed === null) throw notFound(`scale ${id} was never seen, named or configured`);
    stations.set({ scale: id, ...changed.setting });
    return list.toScale(id, changed.row);
  }

  return (id: number, wanted: ScaleChange, actor: string) => {
    const result = last.then(() => change(id, wanted, actor));
    last = result.catch(() => undefined);
    return result;
  };
}
