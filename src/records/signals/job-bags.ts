import type { Executor } from "../../database/types.ts";

/** A bag of a job, as its signals need it. */
export interface JobBag {
  readonly id: number;
  readonly scale: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** lb: the double that is nearest to the decimal. */
  readonly weight: number;
  /** Its number in the job: 1, 2, 3 … in the order of recording. */
  readonly num: number;
}

/** One that was just recorded. */
export interface NewJobBag extends JobBag {
  readonly job: number;
  /** Not void, and weighed under the terms in force. */
  readonly counts: boolean;
}

/** Bags of jobs of a plant in a range of ids, both ends in it, by job in the order of their numbers. */
export async function readNewBags(
  sql: Executor,
  plant: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<NewJobBag[]> {
  return sql<NewJobBag[]>`
    select
      ${bagColumns(sql)}, b.prepuff_job_id as job,
      b.voided_at is null and b.weighed_at >= coalesce(j.terms_since, '-infinity') as counts
    from filler_bag b
    join prepuff_job j on j.id = b.prepuff_job_id
    where b.id between ${from} and ${to} and b.plant_id = ${plant}
    order by b.prepuff_job_id, b.bag_num`;
}

/** Which jobs bags are in. */
export async function jobsOfBags(sql: Executor, plant: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await sql<{ job: number }[]>`
    select distinct prepuff_job_id as job
    from filler_bag
    where id = any (${[...ids]}::bigint[]) and plant_id = ${plant} and prepuff_job_id is not null`;
  return rows.map(({ job }) => job);
}

/**
 * Bags of a job that count: not void, weighed under the terms in force, with numbers in a range.
 *
 * @param range.after left out, and all up to it. @param range.through the last number.
 */
export async function readJobBags(
  sql: Executor,
  job: number,
  since: Date | null,
  range: { readonly after: number; readonly through: number },
): Promise<JobBag[]> {
  return sql<JobBag[]>`
    select ${bagColumns(sql)}
    from filler_bag b
    where ${isCounted(sql, job, since)} and b.bag_num > ${range.after} and b.bag_num <= ${range.through}
    order by b.weighed_at, b.id`;
}

/** The first bags of a job that count, by their numbers. */
export async function readFirstBags(
  sql: Executor,
  job: number,
  since: Date | null,
  limit: number,
): Promise<JobBag[]> {
  return sql<JobBag[]>`
    select ${bagColumns(sql)}
    from filler_bag b
    where ${isCounted(sql, job, since)}
    order by b.bag_num
    limit ${limit}`;
}

function isCounted(sql: Executor, job: number, since: Date | null) {
  return sql`
    b.prepuff_job_id = ${job} and b.voided_at is null
    ${since === null ? sql`` : sql`and b.weighed_at >= ${since}`}`;
}

function bagColumns(sql: Executor) {
  return sql`
    b.id, b.bag_num as num, b.scale_id as scale, (extract(epoch from b.weighed_at) * 1000)::float8 as at,
    b.weight_lb::float8 as weight`;
}

type Weighing = Pick<JobBag, "id" | "at">;

/** Whether a bag comes behind another in the order of weighing. */
export function isBehind(bag: Weighing, other: Weighing): boolean {
  return bag.at > other.at || (bag.at === other.at && bag.id > other.id);
}
