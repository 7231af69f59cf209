import { z } from "zod";
import type { Check, Line, Subject } from "./check.ts";
import { amiss, phrase, well } from "./phrase.ts";
import type { Phrase } from "./said.ts";

/** A database that went back to an earlier state of itself, as the audit trail tells it. */
export const fallbackChecks: readonly Check[] = [
  {
    name: "database fallback",
    needs: ["appliance", "admin token", "part: database"],
    inside: "fallback",
    run: fallbacks,
  },
];

const dayMs = 86_400_000;
const linesMax = 10;
const bagsMost = 500;

const event = { id: z.int(), subject: z.string() };
const fellBackSchema = z.object({
  ...event,
  detail: z.object({ from: z.string().nullable(), until: z.string(), again: z.int(), missing: z.int() }),
});
const againSchema = z.object({
  ...event,
  detail: z.object({
    bags: z.int(),
    without_job: z.int(),
    weighed_from: z.string().nullable(),
    weighed_until: z.string().nullable(),
  }),
});
type FellBack = z.output<typeof fellBackSchema>;
type Again = z.output<typeof againSchema>;

/** A line for each of the last day, the newest first. */
async function fallbacks(subject: Subject): Promise<Line[]> {
  const { api, clock } = subject;
  const from = new Date(clock.now() - dayMs).toISOString();
  const query = `from=${from}&limit=${linesMax}`;
  const fellBack = await api.get(
    `/api/audit?action=database.fell_back&${query}`,
    z.object({ items: z.array(fellBackSchema) }),
  );
  const check = phrase("fallback");
  if (fellBack.items.length === 0) return [well(check, phrase("none_fell_back"))];
  const again = await api.get(
    `/api/audit?action=database.recorded_again&${query}`,
    z.object({ items: z.array(againSchema) }),
  );
  return Promise.all(
    fellBack.items.map(async (each, nth) => {
      const next = fellBack.items.slice(0, nth).findLast(({ subject: other }) => other === each.subject);
      const recorded = again.items.filter(
        ({ id, subject: other }) => other === each.subject && id > each.id && id < (next?.id ?? Infinity),
      );
      return amiss(check, await told(subject, each, recorded), phrase("do_fell_back"));
    }),
  );
}

async function told(
  subject: Subject,
  { detail: { from, until, again, missing } }: FellBack,
  recorded: readonly Again[],
): Promise<Phrase[]> {
  const what = [
    from === null
      ? phrase("fell_back_to_nothing", { until_at: until })
      : phrase("fell_back", { from_at: from, until_at: until }),
  ];
  if (recorded.length > 0) {
    what.push(phrase("recorded_again", { bags: recorded.reduce((sum, { detail }) => sum + detail.bags, 0) }));
  } else if (again > 0) {
    what.push(phrase("recording_again", { frames: again }));
  }
  if (missing > 0) what.push(phrase("fell_back_missing", { missing }));
  const counts = await Promise.all(recorded.map((each) => joblessNow(subject, each)));
  const bags = counts.reduce((sum, count) => sum + count, 0);
  if (bags > 0) what.push(phrase(bags < bagsMost ? "jobless_again" : "jobless_again_least", { bags }));
  return what;
}

/** Bags of that time that nobody has assigned since, counted up to a bound. */
async function joblessNow({ api }: Subject, { detail }: Again): Promise<number> {
  const { without_job: withoutJob, weighed_from: from, weighed_until: until } = detail;
  if (withoutJob === 0 || from === null || until === null) return 0;
  const to = new Date(Date.parse(until) + 1).toISOString();
  const { items } = await api.get(
    `/api/bags?verdict=no_job&voided=false&limit=${bagsMost}&from=${from}&to=${to}`,
    z.object({ items: z.array(z.unknown()) }),
  );
  return items.length;
}
