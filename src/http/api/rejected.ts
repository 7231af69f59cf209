import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../database/read-only.ts";
import { listRejected, rejectedFrameSchema } from "../../records/rejected/rejected-list.ts";
import { listReasons, rejectedReasonSchema } from "../../records/rejected/rejected-reasons.ts";
import { rejectedReasons } from "../../weighing/reject-reason.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import { scaleIdSchema, timeQuery } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

const dayMs = 86_400_000;

export function rejectedController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
  shares: Shares,
) {
  const { clock, database, plant } = services;
  return new Elysia({ name: "rejected", tags: ["rejected"] })
    .use(auth)
    .get(
      "/api/rejected",
      async ({ query: { limit, cursor, ...filter }, client }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await shares.questions.run(client, () =>
          readOnly(database, (tx) => listRejected(tx, plant.id, filter, page)),
        );
        return pageOf(found, limit);
      },
      {
        role: "viewer",
        query: checked(
          "query",
          z.strictObject({
            ...pageQuery,
            reason: z.enum(rejectedReasons).optional(),
            scale: scaleIdSchema.optional().describe("After aliases."),
            from: timeQuery.optional().describe("Received then or later."),
            to: timeQuery.optional().describe("Received earlier."),
          }),
        ),
        response: { 200: listSchema(rejectedFrameSchema), ...problems(503) },
        detail: { summary: "Frames that became no bag, newest first" },
      },
    )
    .get(
      "/api/rejected/reasons",
      async ({ query, client }) => {
        const from = query.from ?? new Date(clock.now() - dayMs);
        return {
          items: await shares.questions.run(client, () =>
            readOnly(database, (tx) => listReasons(tx, plant.id, from)),
          ),
        };
      },
      {
        role: "viewer",
        query: checked(
          "query",
          z.strictObject({
            from: timeQuery.optional().describe("Received then or later; left out: in the last 24 hours."),
          }),
        ),
        response: { 200: z.object({ items: z.array(rejectedReasonSchema) }), ...problems(503) },
        detail: { summary: "Why frames became no bag, the most frequent reason first, each with an example" },
      },
    );
}
