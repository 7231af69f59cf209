import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import {
  type Acknowledged,
  acknowledgeSchema,
  acknowledgeSignal,
} from "../../../records/signals/acknowledge.ts";
import { adviceSchema, standingAdvice } from "../../../records/signals/advice-view.ts";
import { listSignals, signalSchema } from "../../../records/signals/signal-view.ts";
import { stationQuery } from "../../../runtime/typed-text.ts";
import { conflict, invalid, notFound, type Problem, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../../request/paging.ts";
import { rowIdSchema, smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

const listQuerySchema = z.strictObject({
  ...pageQuery,
  open: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("Open ones are neither acknowledged nor withdrawn. Left out: all."),
  station: stationQuery.optional(),
  job: smallIdSchema.optional(),
});

/** Signals on running jobs, and advice to change the filling. */
export function signalsController(
  services: Pick<Services, "database" | "plant" | "clock" | "events">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock, events } = services;
  return new Elysia({ name: "quality-signals", tags: ["quality"] })
    .use(auth)
    .get(
      "/api/quality/signals",
      async ({ query: { limit, cursor, ...filter }, client }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await shares.questions.run(client, () =>
          readOnly(database, (tx) => listSignals(tx, plant.id, filter, page)),
        );
        return pageOf(found, limit);
      },
      {
        role: "viewer",
        query: checked("query", listQuerySchema),
        response: { 200: listSchema(signalSchema), ...problems(503) },
        detail: {
          summary: "Signals on running jobs, newest first",
          description:
            "The rules of the job's product, looked for in its single bags as they are recorded. One that goes on is one signal.",
        },
      },
    )
    .post(
      "/api/quality/signals/:id/acknowledge",
      async ({ params: { id }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const outcome = await database.run((sql) => acknowledgeSignal(sql, id, body, by));
        if (!outcome.ok) throw notAcknowledged(id, outcome);
        events.publish({ type: "signal", signal: outcome.signal });
        return outcome.signal;
      },
      {
        role: "operator",
        params: checked("params", z.object({ id: rowIdSchema })),
        body: checked("body", acknowledgeSchema),
        response: { 200: signalSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Acknowledge a signal, with its cause and what was done",
          description:
            "By the person who entered their PIN, or else by `name`. One that goes on stays acknowledged; the next one is a new signal. 409 `not_open` where it was acknowledged or withdrawn.",
        },
      },
    )
    .get(
      "/api/quality/advice",
      async ({ client }) => {
        const items = await shares.questions.run(client, () =>
          readOnly(database, (tx) => standingAdvice(tx, plant.id)),
        );
        return { items, next: null };
      },
      {
        role: "viewer",
        response: { 200: listSchema(adviceSchema), ...problems(503) },
        detail: {
          summary: "Advice to change the filling, of each station where some stands, on one page",
          description:
            "Where the mean of 20 bags in a row is off the job's target by more than 2 s/√n. It stands for the next 20 bags; what was filled by then shows whether the correction was right.",
        },
      },
    );
}

function notAcknowledged(id: number, outcome: Exclude<Acknowledged, { ok: true }>): Problem {
  switch (outcome.reason) {
    case "not_found":
      return notFound(`there is no signal ${id}`);
    case "no_name":
      return invalid({
        field: "name",
        message: "is needed: who acknowledges it, because nobody entered a PIN",
      });
    case "not_open": {
      const { acknowledged_by: by, acknowledged_at: at } = outcome.signal;
      const why = at === null ? "it was withdrawn: its bags no longer make it" : `${by} did at ${at}`;
      return conflict("not_open", `signal ${id} is not open: ${why}`);
    }
  }
}
