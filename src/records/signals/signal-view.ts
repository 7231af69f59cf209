import { z } from "zod";
import { plantSchema, plantShown } from "../../database/plant.ts";
import type { Executor } from "../../database/types.ts";
import { defaultRules, ruleNames, rules } from "../../quality/rules.ts";
import { shownUnits } from "../jobs/shown-unit.ts";

const time = z.iso.datetime();

/** A signal on a running job as the API and the events show it. Weights in lb; numbers are doubles. */
export const signalSchema = z.object({
  id: z.int(),
  station: z.string(),
  plant: plantSchema,
  job_id: z.int(),
  company: z.string(),
  product: z.string().nullable(),
  unit: z
    .enum(shownUnits)
    .nullable()
    .describe("The unit that its job's weights are shown in; null: the reader's."),
  rule: z.enum(ruleNames),
  says: z.string().describe("The rule in words."),
  side: z.enum(["above", "below"]).nullable().describe("Which way its bags lie or move; null: not one way."),
  scale: z
    .int()
    .nullable()
    .describe("The scale that weighed all its bags, where the job has bags of several scales."),
  points: z.int().describe("Bags that make it."),
  first_bag_id: z.int(),
  first_at: time,
  last_bag_id: z.int(),
  last_at: time,
  goes_on: z.boolean().describe("The bag weighed last is one of them, and the job runs."),
  center: z.number(),
  sigma: z
    .number()
    .nullable()
    .describe("Standard deviation of single bags; null: it was not known yet, and the rule needs none."),
  reference_id: z
    .int()
    .nullable()
    .describe("Frozen limits that centre and sigma are from; null: the job's target, and its first bags."),
  weights: z.array(z.number()).describe("Of its bags, oldest first; of many the last 25."),
  raised_at: time,
  withdrawn_at: time
    .nullable()
    .describe("Its bags no longer make it: one was voided or assigned, or limits changed."),
  acknowledged_at: time.nullable(),
  acknowledged_by: z.string().nullable(),
  cause: z.string().nullable(),
  action: z.string().nullable(),
});
export type QualitySignal = z.output<typeof signalSchema>;

export interface SignalFilter {
  /** Neither acknowledged nor withdrawn. */
  readonly open?: boolean | undefined;
  readonly station?: string | undefined;
  readonly job?: number | undefined;
}

interface Row
  extends Omit<
    QualitySignal,
    "plant" | "says" | "first_at" | "last_at" | "raised_at" | "withdrawn_at" | "acknowledged_at"
  > {
  readonly plant: string | null;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly raised_at: Date;
  readonly withdrawn_at: Date | null;
  readonly acknowledged_at: Date | null;
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listSignals(
  sql: Executor,
  plant: number,
  { open, station, job }: SignalFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<QualitySignal[]> {
  const isOpen = sql`(s.acknowledged_at is null and s.withdrawn_at is null)`;
  const rows = await sql<Row[]>`
    ${selectSignals(sql)}
    where s.plant_id = ${plant}
      ${open === undefined ? sql`` : open ? sql`and ${isOpen}` : sql`and not ${isOpen}`}
      ${station === undefined ? sql`` : sql`and s.station = ${station}`}
      ${job === undefined ? sql`` : sql`and s.job_id = ${job}`}
      ${page.before === undefined ? sql`` : sql`and s.id < ${page.before}`}
    order by s.id desc
    limit ${page.limit}`;
  return rows.map(toSignal);
}

/** Signals by id, in the order of their ids; unknown ones are left out. */
export async function signalsById(
  sql: Executor,
  plant: number,
  ids: readonly number[],
): Promise<QualitySignal[]> {
  if (ids.length === 0) return [];
  const rows = await sql<Row[]>`
    ${selectSignals(sql)} where s.id = any (${[...ids]}::bigint[]) and s.plant_id = ${plant} order by s.id`;
  return rows.map(toSignal);
}

/**
 * How many are open, by station and rule; 0 for the rules that are looked for in running jobs, so that the first one is a
 * rise.
 */
export async function countOpenSignals(sql: Executor, plant: number) {
  return sql<{ station: string; rule: QualitySignal["rule"]; signals: number }[]>`
    select station, rule, sum(signals)::integer as signals
    from (
      select station, rule, 1 as signals
      from quality_signal
      where plant_id = ${plant} and acknowledged_at is null and withdrawn_at is null
      union all
      select j.station, unnest(coalesce(q.chart_rules, ${[...defaultRules]}::text[])), 0
      from prepuff_job j
      left join product_quality q on q.product_id = j.product_id
      where j.plant_id = ${plant} and j.status = 'active'
    ) counted
    group by station, rule
    order by station, rule`;
}

function selectSignals(sql: Executor) {
  return sql`
    select
      s.id, s.station, ${plantShown(sql, sql`s.plant_id`)}, s.job_id, c.name as company, j.product, j.unit, s.rule, s.side,
      s.scale_id as scale, s.points, s.first_bag_id, s.first_at, s.last_bag_id, s.last_at,
      s.goes_on and j.status = 'active' as goes_on, s.center, s.sigma, s.reference_id, s.weights, s.raised_at,
      s.withdrawn_at, s.acknowledged_at, s.acknowledged_by, s.cause, s.action
    from quality_signal s
    join prepuff_job j on j.id = s.job_id
    join prepuff_company c on c.id = j.prepuff_company_id`;
}

function toSignal({ plant, ...row }: Row): QualitySignal {
  return {
    ...row,
    ...(plant !== null && { plant }),
    says: rules[row.rule].says,
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
    raised_at: row.raised_at.toISOString(),
    withdrawn_at: row.withdrawn_at?.toISOString() ?? null,
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
  };
}
