import { Elysia, status } from "elysia";
import { z } from "zod";
import { sourceSchema } from "../../config/sources/source.ts";
import type { Refusal } from "../../records/sources/source-changes.ts";
import { listSources, sourceViewSchema } from "../../records/sources/source-list.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { conflict, notFound, type Problem, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked, refused } from "../request/checked.ts";
import { listSchema } from "../request/paging.ts";
import type { Services } from "./services.ts";

type Needed = Pick<
  Services,
  "config" | "presence" | "sources" | "officeSources" | "sourceTally" | "sourceCallers" | "listener"
>;

const named = checked("params", z.object({ name: textSchema(100) }));
const holds =
  "It holds at once, without a restart: connections that now belong to another source are closed, and connect again.";

export function sourcesController(services: Needed, auth: Auth) {
  const { officeSources } = services;
  const shown = (name: string) => {
    const found = listSources(services).find((source) => source.name === name);
    if (found === undefined) throw new Error("the source just written is not there");
    return found;
  };
  return new Elysia({ name: "sources", tags: ["scales"] })
    .use(auth)
    .get("/api/sources", () => ({ items: listSources(services), next: null }), {
      role: "viewer",
      response: { 200: listSchema(sourceViewSchema) },
      detail: {
        summary: "Every source, with how it does",
        description:
          "The default source first, then those of PREPUFF_SOURCES, then those kept here, on one page. Also while the database is away.",
      },
    })
    .post(
      "/api/sources",
      async ({ body, actor }) => {
        const made = await officeSources.create(body, actor);
        if (!made.ok) throw problemOf(made, body.name);
        return status(201, shown(body.name));
      },
      {
        role: "admin",
        body: checked("body", sourceSchema),
        response: { 201: sourceViewSchema, ...problems(409, 503) },
        detail: {
          summary: "Add a source",
          description: `${holds} 409 \`name_taken\` or \`too_many_sources\`.`,
        },
      },
    )
    .put(
      "/api/sources/:name",
      async ({ params: { name }, body, actor }) => {
        const changed = await officeSources.change(name, body, actor);
        if (!changed.ok) throw problemOf(changed, changed.reason === "name_taken" ? body.name : name);
        return shown(body.name);
      },
      {
        role: "admin",
        params: named,
        body: checked("body", sourceSchema),
        response: { 200: sourceViewSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Put a source in the place of this one",
          description: `What is left out has its default; another name renames it. ${holds} 409 \`source_fixed\`: it stands in the file that PREPUFF_SOURCES names. 409 \`name_taken\`.`,
        },
      },
    )
    .delete(
      "/api/sources/:name",
      async ({ params: { name }, actor }) => {
        const removed = await officeSources.remove(name, actor);
        if (!removed.ok) throw problemOf(removed, name);
        return status(204, undefined);
      },
      {
        role: "admin",
        params: named,
        response: {
          204: z.undefined().describe("It is deleted; its bags stay."),
          ...problems(404, 409, 503),
        },
        detail: { summary: "Delete a source", description: `${holds} 409 \`source_fixed\`.` },
      },
    );
}

function problemOf(refusal: Refusal, name: string): Problem {
  const quoted = JSON.stringify(name);
  switch (refusal.reason) {
    case "unknown":
      return notFound(`there is no source ${quoted}`);
    case "fixed":
      return conflict(
        "source_fixed",
        `source ${quoted} stands in the file that PREPUFF_SOURCES names: change it there, and start the appliance again`,
      );
    case "name_taken":
      return conflict("name_taken", `there is a source ${quoted} already: choose another name`);
    case "too_many":
      return conflict("too_many_sources", `there are ${refusal.max} sources: delete those not used`);
    case "faults":
      return refused(refusal.faults);
  }
}
