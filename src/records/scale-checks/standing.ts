import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { isAtPlace, places } from "../bags/places.ts";
import { periodAt } from "../reports/period.ts";
import type { Calendar } from "../shifts/calendar.ts";
import { readCalendar } from "../shifts/calendar-rows.ts";
import { readChecking, type StoredChecking } from "./settings.ts";

/** From the first bag of a shift or a day on a check is due; after so long it is overdue. */
const overdueAfterMs = 3_600_000;
/** Of checks by the number of bags: from so much of it on one is due. */
const dueFrom = 0.9;

/** Whether a scale has to be checked, and how its last checks ended. */
export const standingSchema = z.object({
  check: z
    .enum(["ok", "due", "overdue"])
    .describe(
      "`due` from the first bag of a shift or a day on, or when nine tenths of the bags between two checks are weighed; `overdue` an hour later, or when all are.",
    ),
  missing: z.array(z.string()).describe("The check weights that are due."),
  failed: z
    .array(z.string())
    .describe(
      "The check weights, or `repeatability`, whose last check failed: until a later one of the same passes.",
    ),
  checked_at: z.iso.datetime().nullable().describe("When it was checked last; null: never."),
});
export type Standing = z.output<typeof standingSchema>;

/** A scale that is checked, with how it stands. */
export type StandingChecking = StoredChecking & { readonly standing: Standing };

interface Last {
  readonly scale: number;
  /** null: repeatability. */
  readonly name: string | null;
  readonly passes: boolean;
  readonly checked_at: Date;
}

/**
 * How the scales that are checked stand.
 *
 * @param scales only these; left out: all.
 * @param now milliseconds since the epoch.
 */
export async function readStanding(
  sql: Executor,
  plant: number,
  now: number,
  scales?: readonly number[],
): Promise<StandingChecking[]> {
  const all = await readChecking(sql, plant, scales);
  if (all.length === 0) return [];
  const calendar = await readCalendar(sql, plant);
  const lasts = await lastChecks(sql, plant);
  const found: StandingChecking[] = [];
  // One after the other: a plant has few scales, and a scrape must not take all connections.
  for (const checking of all) {
    const ofScale = lasts.filter(({ scale }) => scale === checking.scale);
    const weighed = ofScale.filter(({ name }) => name !== null);
    const { check, missing } = await dueNow(sql, plant, { checking, lasts: weighed, calendar, now });
    const failed = ofScale.filter(({ passes }) => !passes).map(({ name }) => name ?? "repeatability");
    const times = ofScale.map(({ checked_at: at }) => at.getTime());
    const checkedAt = times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
    found.push({ ...checking, standing: { check, missing, failed, checked_at: checkedAt } });
  }
  return found;
}

/**
 * Of each check weight, and of repeatability, the check that was recorded last: one that was made while the clock was ahead must not
 * stand until that time has come. A weight that was changed was not checked yet.
 */
async function lastChecks(sql: Executor, plant: number): Promise<Last[]> {
  return await sql<Last[]>`
    select w.scale_id as scale, w.name, k.passes, k.checked_at
    from check_weight w
    cross join lateral (
      select passes, checked_at from scale_check k
      where k.plant_id = w.plant_id and k.scale_id = w.scale_id and k.kind = 'weight' and k.weight_name = w.name
        and k.weight = w.weight and k.unit = w.unit
      order by k.id desc
      limit 1
    ) k
    where w.plant_id = ${plant}
    union all
    select c.scale_id, null, k.passes, k.checked_at
    from scale_checking c
    cross join lateral (
      select passes, checked_at from scale_check k
      where k.plant_id = c.plant_id and k.scale_id = c.scale_id and k.kind = 'repeatability' and k.weight_name = ''
      order by k.id desc
      limit 1
    ) k
    where c.plant_id = ${plant}`;
}

interface Situation {
  readonly checking: StoredChecking;
  readonly lasts: readonly Last[];
  readonly calendar: Calendar;
  readonly now: number;
}

async function dueNow(
  sql: Executor,
  plant: number,
  { checking, lasts, calendar, now }: Situation,
): Promise<Pick<Standing, "check" | "missing">> {
  const { scale, every, every_bags: bags, since, weights } = checking;
  if (every === null) return { check: "ok", missing: [] };
  const lastOf = (name: string) => lasts.find((last) => last.name === name)?.checked_at.getTime() ?? 0;
  const names = weights.map(({ name }) => name);
  if (every === "bags" && bags !== null) {
    const oldest = Math.max(since.getTime(), Math.min(...names.map(lastOf)));
    const weighed = await bagsSince(sql, plant, scale, new Date(oldest), bags);
    const check = weighed >= bags ? "overdue" : weighed >= bags * dueFrom ? "due" : "ok";
    const isOldest = (name: string) => lastOf(name) <= oldest;
    return { check, missing: check === "ok" ? [] : names.filter(isOldest) };
  }
  const began = intervalBegan(calendar, every === "day" ? "day" : "shift", now);
  const from = Math.max(began, since.getTime());
  const missing = names.filter((name) => lastOf(name) < from);
  if (missing.length === 0) return { check: "ok", missing };
  const first = await firstBag(sql, plant, scale, new Date(from));
  // A scale that stands idle need not be checked.
  if (first === null) return { check: "ok", missing: [] };
  return { check: now - first.getTime() >= overdueAfterMs ? "overdue" : "due", missing };
}

/** When the shift or day began in which `now` lies; of shifts the one that runs, else the one that began last. */
function intervalBegan(calendar: Calendar, kind: "shift" | "day", now: number): number {
  const period = periodAt(calendar, kind, now) ?? periodAt(calendar, "day", now);
  return period?.from ?? now;
}

/** At most `most`, so that a scale that nobody checks costs no more with each bag. */
async function bagsSince(
  sql: Executor,
  plant: number,
  scale: number,
  since: Date,
  most: number,
): Promise<number> {
  const [row] = await sql<{ bags: number }[]>`
    with recursive ${places(sql, plant, scale)}
    select count(*)::integer as bags
    from (
      select from place p
      cross join lateral (
        select from filler_bag b
        where ${isAtPlace(sql, plant)} and b.weighed_at > ${since}
        limit ${most}
      ) b
      limit ${most}
    ) b`;
  return row?.bags ?? 0;
}

async function firstBag(sql: Executor, plant: number, scale: number, from: Date): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }[]>`
    with recursive ${places(sql, plant, scale)}
    select min(first.weighed_at) as at
    from place p
    cross join lateral (
      select b.weighed_at from filler_bag b
      where ${isAtPlace(sql, plant)} and b.weighed_at >= ${from}
      order by b.weighed_at, b.id
      limit 1
    ) first`;
  return row?.at ?? null;
}

/** Whether a scale may weigh for a job that begins: it says so, where it blocks jobs. */
export function blocksJobs({ blocks_jobs: blocks, standing }: StandingChecking): boolean {
  return blocks && (standing.failed.length > 0 || standing.check === "overdue");
}
