import { Elysia } from "elysia";
import { z } from "zod";
import { createLastKnown } from "../../database/last-known.ts";
import { createFindings, findingSchema } from "../../health/from-inside.ts";
import { createOwnFacts } from "../../health/own-facts.ts";
import {
  readSnoozes,
  type Snooze,
  snooze,
  snoozeFault,
  snoozeRequestSchema,
  snoozeSchema,
} from "../../health/snoozes.ts";
import { conflict, invalid, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";

const shownFindingSchema = findingSchema.extend({
  snoozed: snoozeSchema.nullable().describe("Who put it off, and until when; null: nobody."),
});

export type ShownFinding = z.output<typeof shownFindingSchema>;

/** What `prepuff doctor` finds, as far as the appliance can look at itself. */
export function findingsController(services: Services, auth: Auth) {
  const { database, plant, clock } = services;
  const look = createFindings(services, createOwnFacts(services));
  const lastSnoozes = createLastKnown<ReadonlyMap<string, Snooze>>(database, clock, new Map());

  return new Elysia({ name: "findings", tags: ["health"] })
    .use(auth)
    .get(
      "/api/findings",
      async () => {
        const { at, found } = look();
        const { value: snoozes } = await lastSnoozes((sql) => readSnoozes(sql, plant.id, clock.now()));
        return {
          items: (await found).map((finding) => ({
            ...finding,
            snoozed: finding.ok ? null : (snoozes.get(finding.check) ?? null),
          })),
          as_of: new Date(at).toISOString(),
        };
      },
      {
        role: "viewer",
        response: { 200: z.object({ items: z.array(shownFindingSchema), as_of: z.iso.datetime() }) },
        detail: {
          summary: "What is wrong, and what to do about it",
          description:
            "The checks of `prepuff doctor` that the appliance can make itself, in the doctor's words. What cannot be told now is left out. Looked for at most every 2 s.",
        },
      },
    )
    .post(
      "/api/findings/snooze",
      async ({ body: { check, until, reason }, who }) => {
        const finding = (await look().found).find((each) => each.check === check && !each.ok);
        if (finding === undefined) throw notFound(`there is no finding "${check}" now`);
        if (finding.severity === "stops") {
          throw conflict("stops_weighing", `"${check}" stops weighing: it cannot be put off`);
        }
        const ends = until === null ? null : Date.parse(until);
        const message = ends === null ? null : snoozeFault(ends, clock.now());
        if (message !== null) throw invalid({ field: "until", message });
        await database.run((sql) =>
          snooze(
            sql,
            check,
            { until: ends, reason: reason ?? null },
            { ...who, plant: plant.id, at: clock.now() },
          ),
        );
        return { check, until };
      },
      {
        role: "operator",
        body: checked("body", snoozeRequestSchema),
        response: {
          200: z.object({ check: z.string(), until: z.string().nullable() }),
          ...problems(404, 409, 503),
        },
        detail: {
          summary: "Put a finding off until a time, or show it again",
          description:
            "For everybody who works here: it is still listed, and says who put it off. Several findings of one check are put off together. 409 `stops_weighing`.",
        },
      },
    );
}
