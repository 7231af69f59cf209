import { Big } from "big.js";
import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { estimateFinish, intervalsMax } from "./finish-estimate.ts";
import statement from "./job-statistics.sql" with { type: "text" };

/** The bars of the histogram between the two that hold what lies farther out. */
const barsMax = 40;
/** The last ones, for a job to which bags of many years were assigned. */
const hoursMax = 1_000;
const scalesMax = 100;

const decimal = z.string();
const time = z.iso.datetime();
const counts = { bags: z.int(), under: z.int(), over: z.int() };

/** The figures of one job, over its bags without the voided ones. Weights in lb. */
export const jobStatisticsSchema = z.object({
  job_id: z.int(),
  bags: z.int().describe("Bags that count: all figures are of these, without the voided ones."),
  in: z.int(),
  under: z.int(),
  over: z.int(),
  voided: z.int(),
  mean: decimal.nullable().describe("lb, to four decimals; null without bags."),
  standard_deviation: decimal
    .nullable()
    .describe("Of the sample (n - 1), lb, to four decimals; null below two bags."),
  minimum: decimal.nullable(),
  maximum: decimal.nullable(),
  giveaway: decimal
    .nullable()
    .describe(
      "What was filled above the target, lb: the sum of weight - target, exact; below 0 where it was too little.",
    ),
  giveaway_percent: decimal.nullable().describe("Of the sum of the targets, to four decimals."),
  share_in: decimal.nullable().describe("Share in tolerance, 0 to 1, to four decimals."),
  first_weighed_at: time.nullable(),
  last_weighed_at: time.nullable(),
  bags_per_hour: decimal
    .nullable()
    .describe("From the first bag to the last, breaks included; null below two bags."),
  finish_estimate: time
    .nullable()
    .describe(
      "When an active job will be done at the pace of its last 20 bags, breaks left out; null where that says too little, or no bag came for longer than a break takes to be one.",
    ),
  by_scale: z.array(
    z.object({
      scale: z.int(),
      ...counts,
      mean: decimal,
      standard_deviation: decimal.nullable(),
    }),
  ),
  by_hour: z
    .array(z.object({ hour: time, ...counts, mean: decimal }))
    .describe(`Hours (UTC) in which bags were weighed, oldest first; the last ${hoursMax} of them.`),
  histogram: z
    .array(z.object({ from: decimal, to: decimal, bags: z.int() }))
    .describe(
      "Bars from the lightest bag to the heaviest, none left out between them: `from` is in it, `to` in the next one. Each is a tenth of the tolerance wide (of 1 % where it is less), and the target and the limits lie between two of them; what is farther out than twice the tolerance is in the first or last one.",
    ),
});
export type JobStatistics = z.output<typeof jobStatisticsSchema>;

interface Row {
  readonly part: "all" | "scale" | "hour" | "bar";
  readonly scale: number | null;
  readonly hour: Date | null;
  readonly bar: number | null;
  readonly bags: number;
  readonly in: number;
  readonly under: number;
  readonly over: number;
  readonly mean: string | null;
  readonly standard_deviation: string | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly giveaway: string | null;
  readonly giveaway_percent: string | null;
  readonly share_in: string | null;
  readonly first_weighed_at: Date | null;
  readonly last_weighed_at: Date | null;
  readonly bags_per_hour: string | null;
  readonly lowest: string;
  readonly bar_width: string;
}

interface JobRow {
  readonly status: string;
  readonly remaining: number;
  readonly voided: number;
}

/**
 * Reads a job's bags once: 100,000 of them take some 0.3 s.
 *
 * @param now milliseconds since the epoch, for the estimate.
 * @returns null where there is no such job.
 */
export async function readJobStatistics(
  sql: Executor,
  plant: number,
  id: number,
  now: number,
): Promise<JobStatistics | null> {
  // Every bag that has a number counts, or is void.
  const [job] = await sql<JobRow[]>`
    select status, quantity - bags_completed as remaining, last_bag_num - bags_completed as voided
    from prepuff_job
    where id = ${id} and plant_id = ${plant}`;
  if (job === undefined) return null;
  const rows = await sql.unsafe<Row[]>(statement, [id], { prepare: true });
  const all = rows.find(({ part }) => part === "all");
  if (all === undefined) throw new Error("a sum over nothing is a row too");
  const isActive = job.status === "active";
  const estimate = isActive ? estimateFinish(await lastTimes(sql, id), job.remaining, now) : null;
  return {
    job_id: id,
    bags: all.bags,
    in: all.in,
    under: all.under,
    over: all.over,
    voided: job.voided,
    mean: all.mean,
    standard_deviation: all.standard_deviation,
    minimum: all.minimum,
    maximum: all.maximum,
    giveaway: all.giveaway,
    giveaway_percent: all.giveaway_percent,
    share_in: all.share_in,
    first_weighed_at: all.first_weighed_at?.toISOString() ?? null,
    last_weighed_at: all.last_weighed_at?.toISOString() ?? null,
    bags_per_hour: all.bags_per_hour,
    finish_estimate: estimate === null ? null : new Date(estimate).toISOString(),
    by_scale: rows.flatMap(byScale).slice(0, scalesMax),
    by_hour: rows.flatMap(byHour).slice(0, hoursMax).reverse(),
    histogram: histogram(
      all,
      rows.filter(({ part }) => part === "bar"),
    ),
  };
}

async function lastTimes(sql: Executor, id: number): Promise<number[]> {
  const rows = await sql<{ weighed_at: Date }[]>`
    select weighed_at
    from filler_bag
    where prepuff_job_id = ${id} and voided_at is null
    order by bag_num desc
    limit ${intervalsMax + 1}`;
  return rows.map(({ weighed_at: at }) => at.getTime());
}

function byScale({ part, scale, bags, under, over, mean, standard_deviation }: Row) {
  if (part !== "scale" || scale === null || mean === null) return [];
  return [{ scale, bags, under, over, mean, standard_deviation }];
}

function byHour({ part, hour, bags, under, over, mean }: Row) {
  if (part !== "hour" || hour === null || mean === null) return [];
  return [{ hour: hour.toISOString(), bags, under, over, mean }];
}

/** Bar 0 begins at `lowest`; -1 holds what is below it, 40 what is beyond the last one. */
function histogram(
  { minimum, maximum, lowest, bar_width }: Row,
  rows: readonly Row[],
): JobStatistics["histogram"] {
  const bags = new Map(rows.map((row) => [row.bar, row.bags]));
  const bars = rows.flatMap(({ bar }) => bar ?? []);
  if (bars.length === 0 || minimum === null || maximum === null) return [];
  const first = Math.min(...bars);
  const edge = (bar: number) => new Big(bar_width).times(bar).plus(lowest).toFixed();
  return Array.from({ length: Math.max(...bars) - first + 1 }, (_, index) => {
    const bar = first + index;
    return {
      from: bar < 0 ? minimum : edge(bar),
      to: bar >= barsMax ? maximum : edge(bar + 1),
      bags: bags.get(bar) ?? 0,
    };
  });
}
