import { Elysia, status } from "elysia";
import { z } from "zod";
import {
  aliasFault,
  changeScale,
  deleteScale,
  deletionFault,
  type ScaleChange,
  scaleChangeSchema,
} from "../../records/scales/scale-changes.ts";
import { createScaleList, scaleSchema } from "../../records/scales/scale-list.ts";
import { asConfigured } from "../../scale/stations.ts";
import { conflict, invalid, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema } from "../request/paging.ts";
import { scaleIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

type Needed = Pick<Services, "config" | "clock" | "database" | "plant" | "presence" | "repeats" | "stations">;

export function scalesController(services: Needed, auth: Auth) {
  const list = createScaleList(services);
  const changer = createScaleChanger(services, list);
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
    .patch("/api/scales/:id", ({ params, body, actor }) => changer.change(params.id, body, actor), {
      role: "admin",
      params: checked("params", z.object({ id: scaleIdSchema })),
      body: checked("body", scaleChangeSchema),
      response: { 200: scaleSchema, ...problems(404, 503) },
      detail: {
        summary: "Name a scale, move it to a station, disable it, let it stand in for another",
        description:
          "Holds from the next frame on. A scale that was never seen, named or configured is 404: a mistyped id must not become a scale. With PREPUFF_UNKNOWN_SCALES=reject, `enabled: true` also allows one that was never seen.",
      },
    })
    .delete(
      "/api/scales/:id",
      async ({ params, actor }) => {
        await changer.remove(params.id, actor);
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", z.object({ id: scaleIdSchema })),
        response: {
          204: z.undefined().describe("It is forgotten."),
          ...problems(404, 409, 503),
        },
        detail: {
          summary: "Forget a scale that nobody uses any more",
          description:
            "With its name, its station and whatever else was set for it; its bags stay. If it prints again it appears anew, as a scale that nobody has set up: to keep its prints out, disable it instead. 409 `scale_configured`: the configuration names it. 409 `scale_replaced`: another one stands in for it.",
        },
      },
    );
}

/** Changes are made one after the other, so that the last one is the same in PostgreSQL and beside the journal. */
function createScaleChanger(services: Needed, list: ReturnType<typeof createScaleList>) {
  const { clock, config, database, plant, presence, stations } = services;
  let last: Promise<unknown> = Promise.resolve();

  async function change(id: number, wanted: ScaleChange, actor: string) {
    const fault = aliasFault(id, wanted.alias_of, stations);
    if (fault !== null) throw invalid({ field: "alias_of", message: fault });
    const by = { actor, plant: plant.id, at: clock.now() };
    // Where unknown scales are refused, none appears by itself: it is allowed by its number.
    const isAllowed = config.frame.unknownScales === "reject" && wanted.enabled === true;
    const changed = await database.run((sql) =>
      changeScale(sql, id, wanted, by, (hasRow) => isAllowed || list.isKnown(id, hasRow)),
    );
    if (changed === null) throw notFound(`scale ${id} was never seen, named or configured`);
    stations.set({ scale: id, ...changed.setting });
    return list.toScale(id, changed.row);
  }

  async function remove(id: number, actor: string) {
    const fault = deletionFault(id, stations);
    if (fault !== null) throw conflict(fault.code, fault.message);
    const by = { actor, plant: plant.id, at: clock.now() };
    const isKnown = await database.run((sql) =>
      deleteScale(sql, id, by, (hasRow) => list.isKnown(id, hasRow)),
    );
    if (!isKnown) throw notFound(`scale ${id} was never seen, named or configured`);
    stations.set(asConfigured(id));
    presence.forget(id);
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  return {
    change: (id: number, wanted: ScaleChange, actor: string) => inTurn(() => change(id, wanted, actor)),
    remove: (id: number, actor: string) => inTurn(() => remove(id, actor)),
  };
}
