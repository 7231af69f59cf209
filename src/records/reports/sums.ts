import type { Executor } from "../../database/types.ts";
import { isAtPlace, places } from "../bags/places.ts";
import type { Period } from "./period.ts";

/** What the bags of one job on one scale add up to in one bar of the chart; voided ones are not among them. Weights in lb. */
export interface BagSum {
  /** null: they have no job, so they are not judged and have no target. */
  readonly job: number | null;
  readonly company: string | null;
  /** null: its job was not started from a product. */
  readonly product: string | null;
  /** Who started its job; null: nobody knows, or it has none. */
  readonly person: string | null;
  /** Per lb, as the job has it; null where nobody said one. */
  readonly price: string | null;
  readonly station: string;
  readonly scale: number;
  /** From 1. */
  readonly bar: number;
  readonly bags: number;
  readonly in: number;
  readonly under: number;
  readonly over: number;
  readonly weight: string;
  /** Sum of the targets in force when they were weighed; null without a job. */
  readonly target: string | null;
  /** Sum of what was to be given: what the product's label says where it says something, else the target; null without a job. */
  readonly owed: string | null;
  /** Sum of the squares of weight - target; null without a job. */
  readonly squares: string | null;
}

export interface VoidedSum
  extends Pick<BagSum, "job" | "company" | "product" | "person" | "station" | "scale" | "bags"> {
  /** null: voided before there were codes. */
  readonly code: string | null;
  /** In a person's words, where no code says it. */
  readonly reason: string | null;
}

/** A job that ran in the period, and for how long in it. */
export interface Run {
  readonly job: number;
  readonly company: string;
  readonly product: string | null;
  readonly person: string | null;
  readonly station: string;
  readonly seconds: number;
}

/** No bag on a station for longer than the plant allows, while a job ran; what of it lies in the period. */
export interface Standstill {
  readonly job: number;
  readonly company: string;
  readonly product: string | null;
  readonly person: string | null;
  readonly station: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Settings for a question about very many bags: a plan made once for all lengths of time reads the whole table, and a million bags
 * are summed up in memory rather than sorted on disk. PostgreSQL expects a hundred times as many sums as there are, and would not share
 * the work out for fear of passing them on.
 */
export async function prepareSums(tx: Executor): Promise<void> {
  await tx`
    select
      set_config('plan_cache_mode', 'force_custom_plan', true),
      set_config('work_mem', '32MB', true),
      set_config('jit', 'off', true),
      set_config('parallel_tuple_cost', '0', true)`;
}

/**
 * Adds up the bags of a period, once for every grouping: some 2,000 rows of a million bags. All sums are exact.
 *
 * @param begins where the bars begin, the first at the period's beginning; milliseconds since the epoch.
 */
export async function sumBags(
  tx: Executor,
  plant: number,
  period: Period,
  begins: readonly number[],
): Promise<BagSum[]> {
  const bars = begins.map((at) => new Date(at).toISOString());
  return [
    ...(await tx<BagSum[]>`
      with sums as (
        select
          b.prepuff_job_id as job, b.station, b.scale_id as scale,
          width_bucket(b.weighed_at, ${bars}::timestamptz[]) as bar,
          count(*)::integer as bags,
          (count(*) filter (where b.in_tolerance))::integer as "in",
          (count(*) filter (where not b.in_tolerance and b.weight < b.target_weight * units_per_lb(b.unit)))::integer as under,
          (count(*) filter (where not b.in_tolerance and b.weight > b.target_weight * units_per_lb(b.unit)))::integer as over,
          sum(b.weight_lb) as weight,
          b.target_weight as one_target,
          sum(b.weight_lb * b.weight_lb) as weight_squares
        from filler_bag b
        where ${isIn(tx, plant, period)} and b.voided_at is null
        group by job, b.station, scale, bar, b.target_weight
      )
      select
        s.job, s.station, s.scale, s.bar, s.bags, s."in", s.under, s.over, s.weight,
        s.bags * s.one_target as target,
        s.bags * coalesce(weight_in_lb(q.label_quantity, q.unit), s.one_target) as owed,
        -- The sum of (weight - target)², with one multiplication a bag; nothing is rounded, so nothing cancels out.
        s.weight_squares - 2 * s.one_target * s.weight + s.bags * s.one_target * s.one_target as squares,
        ${ofJob(tx)}
      from sums s
      left join prepuff_job j on j.id = s.job
      left join product_quality q on q.product_id = j.product_id
      left join prepuff_company c on c.id = j.prepuff_company_id`),
  ];
}

/** How many bags of the period are voided, and why. */
export async function sumVoided(tx: Executor, plant: number, period: Period): Promise<VoidedSum[]> {
  return [
    ...(await tx<VoidedSum[]>`
      with sums as (
        select
          b.prepuff_job_id as job, b.station, b.scale_id as scale, b.void_code as code,
          case when coalesce(b.void_code, 'other') = 'other' then b.void_reason end as reason,
          count(*)::integer as bags
        from filler_bag b
        where ${isIn(tx, plant, period)} and b.voided_at is not null
        group by 1, 2, 3, 4, 5
      )
      select s.*, ${ofJob(tx)}
      from sums s
      left join prepuff_job j on j.id = s.job
      left join prepuff_company c on c.id = j.prepuff_company_id`),
  ];
}

/** The jobs that ran in a period. @param now until when one runs that has not ended. */
export async function readRuns(tx: Executor, plant: number, period: Period, now: number): Promise<Run[]> {
  return [
    ...(await tx<Run[]>`
      select
        j.id as job, c.name as company, j.product, j.started_by as person, j.station,
        extract(epoch from least(${endOf(tx, now)}, ${time(period.to)})
          - greatest(j.started_at, ${time(period.from)}))::float8 as seconds
      from prepuff_job j
      join prepuff_company c on c.id = j.prepuff_company_id
      where ${ranIn(tx, plant, period, now)}
      order by j.id`),
  ];
}

/**
 * The standstills of a period, oldest first. One that began before it or goes on behind it is in with what lies in it, so that
 * the standstills of a day last as long as those of its shifts.
 *
 * Each scale's own gaps are found along the index, without looking at a bag; a station stands still where all its scales do.
 * Voided bags and bags without a job were weighed, too.
 *
 * @param minutes longer than that is a standstill.
 */
export async function readStandstills(
  tx: Executor,
  plant: number,
  period: Period,
  { minutes, now }: { readonly minutes: number; readonly now: number },
): Promise<Standstill[]> {
  const [from, to] = [time(period.from), time(period.to)];
  const long = tx`make_interval(mins => ${minutes})`;
  const nearest = (bound: ReturnType<typeof tx>, order: ReturnType<typeof tx>) => tx`(
    select b.weighed_at from filler_bag b
    where ${isAtPlace(tx, plant)} and ${bound}
    order by b.weighed_at ${order}, b.id ${order} limit 1
  )`;
  return [
    ...(await tx<Standstill[]>`
      with recursive ${places(tx, plant)},
      gap as (
        select station, scale_id, tstzrange(before, weighed_at, '()') as gap
        from (
          select b.station, b.scale_id, b.weighed_at,
            lag(b.weighed_at) over (partition by b.scale_id, b.station order by b.weighed_at) as before
          from filler_bag b
          where ${isIn(tx, plant, period)}
        ) inner_gap
        where weighed_at > before + ${long}
        union all
        -- Without their ends, so that two gaps with a bag between them stay two.
        -- Around the first bag and the last one; a scale that never rests has these two, and so is not left out.
        select p.station, p.scale_id, unnest(array[
          tstzrange(${nearest(tx`b.weighed_at < ${from}`, tx`desc`)}, ${nearest(tx`b.weighed_at >= ${from}`, tx`asc`)}, '()'),
          tstzrange(${nearest(tx`b.weighed_at < ${to}`, tx`desc`)}, ${nearest(tx`b.weighed_at >= ${to}`, tx`asc`)}, '()')
        ])
        from place p
      ),
      of_station as (
        select station, range_intersect_agg(gaps) as gaps
        from (select station, scale_id, range_agg(gap) as gaps from gap group by 1, 2) of_scale
        group by 1
      ),
      run as (
        select j.id, j.prepuff_company_id, j.product, j.started_by, j.station, tstzmultirange(tstzrange(j.started_at, ${endOf(tx, now)})) as ran
        from prepuff_job j
        where ${ranIn(tx, plant, period, now)}
      )
      select
        run.id as job, c.name as company, run.product, run.started_by as person, run.station,
        greatest(lower(still), ${from}) as "from", least(upper(still), ${to}) as "to"
      from run
      join prepuff_company c on c.id = run.prepuff_company_id
      left join of_station o on o.station = run.station
      cross join lateral unnest(run.ran * coalesce(o.gaps, run.ran)) still
      where upper(still) > lower(still) + ${long} and lower(still) < ${to} and upper(still) > ${from}
      order by "from", run.id`),
  ];
}

/** What a job says of its bags. */
function ofJob(sql: Executor) {
  return sql`c.name as company, j.product, j.started_by as person, j.price_per_lb as price`;
}

/** The bags `b` that were weighed in a period. */
function isIn(sql: Executor, plant: number, { from, to }: Period) {
  return sql`b.plant_id = ${plant} and b.weighed_at >= ${time(from)} and b.weighed_at < ${time(to)}`;
}

function ranIn(sql: Executor, plant: number, { from, to }: Period, now: number) {
  return sql`
    j.plant_id = ${plant} and j.started_at < ${time(to)} and ${endOf(sql, now)} > ${time(from)}
    and ${endOf(sql, now)} > j.started_at`;
}

/** When a job ended, or until when it ran if it has not. */
function endOf(sql: Executor, now: number) {
  return sql`coalesce(j.ended_at, ${time(now)})`;
}

function time(at: number): Date {
  return new Date(at);
}
