import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import { plantSchema, plantShown } from "../../database/plant.ts";
import type { Executor, Sql, Transaction } from "../../database/types.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { nameSchema, stationSchema } from "../../runtime/typed-text.ts";
import { decimalSchema } from "../../weighing/decimal.ts";
import { isAtPlace, places } from "../bags/places.ts";
import { findCompanies } from "./companies.ts";
import { type JobStatus, jobStatuses } from "./job-status.ts";

/** A job as the API shows it. Weights in lb; decimals are strings, times RFC 3339 in UTC. */
export const jobSchema = z.object({
  id: z.int(),
  company: z.string(),
  station: z.string(),
  plant: plantSchema,
  target_weight: z.string(),
  tolerance_percent: z.string(),
  quantity: z.int(),
  /** Bags that are not voided. */
  bags_completed: z.int(),
  status: z.enum(jobStatuses),
  started_by: z
    .string()
    .nullable()
    .describe("Who started it, as far as that is known; null: nobody said it."),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
});
export type Job = z.output<typeof jobSchema>;

/** The request to start a job. */
export const newJobSchema = z.strictObject({
  company: nameSchema(200),
  station: stationSchema,
  /** Pounds. */
  target_weight: decimalSchema({ min: "0", above: true, max: "99999999.99", decimals: 2 }),
  quantity: z.int().min(1).max(1_000_000),
  /** Percent of the target, to both sides. */
  tolerance_percent: decimalSchema({ min: "0", max: "100", decimals: 2 }).optional(),
  /** Left out: the name of the token, where it has one. */
  started_by: nameSchema(200).nullable().optional(),
});

type NewJobBody = z.output<typeof newJobSchema>;

/** A job to start, with everything decided. */
export type NewJob = {
  readonly [key in Exclude<keyof NewJobBody, "started_by">]-?: NonNullable<NewJobBody[key]>;
} & { readonly started_by: string | null };

export type Started =
  | { readonly ok: true; readonly job: Job }
  | { readonly ok: false; readonly reason: "station_busy"; readonly running: Job };

export type Ended =
  | { readonly ok: true; readonly job: Job }
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "not_active"; readonly job: Job };

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly station?: string | undefined;
  /** The whole name. */
  readonly company?: string | undefined;
  /** A part of the company's name. */
  readonly q?: string | undefined;
}

type JobRow = Omit<Job, "plant" | "started_at" | "ended_at"> & {
  plant: string | null;
  started_at: Date;
  ended_at: Date | null;
};

/**
 * A busy machine may hold the process up for that long between reading the one clock and the other: without it, bags of the last
 * moment before a job began or ended would lie on the wrong side.
 */
const readingMs = 1_000;

/** A job that ends between the refusal and the look at it leaves the station free: then it is tried again. */
const startAttemptsMax = 5;

/**
 * Starts a job: from `by.at` on, bags weighed on its station belong to it. Where some of these were recorded before the
 * job could be seen (another appliance held it up), it starts behind the last of them. The company is made when new.
 * The unique index on active jobs decides between two starts at once, also in two processes.
 */
export async function startJob(sql: Sql, job: NewJob, by: Actor): Promise<Started> {
  const askedAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return { ok: true, job: await sql.begin((tx) => insertJob(tx, job, by, askedAt)) };
    } catch (error) {
      if (!isStationBusy(error)) throw error;
      const [running] = await listJobs(
        sql,
        by.plant,
        { station: job.station, status: "active" },
        { limit: 1 },
      );
      if (running !== undefined) return { ok: false, reason: "station_busy", running };
      if (attempt === startAttemptsMax) throw error;
    }
  }
}

/** Ends a job that needs no more bags. Bags weighed before `by.at` still find it when they are recorded later. */
export function completeJob(sql: Sql, id: number, by: Actor): Promise<Ended> {
  return endJob(sql, id, "completed", by);
}

/** Calls a job off. Its bags stay with it; no other can be assigned to it. */
export function cancelJob(sql: Sql, id: number, by: Actor): Promise<Ended> {
  return endJob(sql, id, "cancelled", by);
}

export async function getJob(sql: Executor, plant: number, id: number): Promise<Job | null> {
  const [row] = await sql<JobRow[]>`${selectJobs(sql)} where j.id = ${id} and j.plant_id = ${plant}`;
  return row === undefined ? null : toJob(row);
}

/** Jobs by id, in the order of their ids; unknown ones are left out. */
export async function jobsById(sql: Executor, ids: readonly number[]): Promise<Job[]> {
  if (ids.length === 0) return [];
  const rows = await sql<JobRow[]>`${selectJobs(sql)} where j.id = any (${[...ids]}) order by j.id`;
  return rows.map(toJob);
}

/** Jobs, newest first; `before` is the id of the last job of the page before. */
export async function listJobs(
  sql: Executor,
  plant: number,
  filter: JobFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Job[]> {
  const { status, station, company, q } = filter;
  const companies = q === undefined ? null : await findCompanies(sql, q);
  const rows = await sql<JobRow[]>`
    ${selectJobs(sql)}
    where j.plant_id = ${plant}
      ${status === undefined ? sql`` : sql`and j.status = ${status}`}
      ${station === undefined ? sql`` : sql`and j.station = ${station}`}
      ${company === undefined ? sql`` : sql`and c.name = ${company}`}
      ${companies === null ? sql`` : sql`and j.prepuff_company_id = any(${companies}::integer[])`}
      ${page.before === undefined ? sql`` : sql`and j.id < ${page.before}::bigint`}
    order by j.id desc
    limit ${page.limit}`;
  return rows.map(toJob);
}

async function insertJob(tx: Transaction, job: NewJob, by: Actor, askedAt: number): Promise<Job> {
  const companyId = await ensureCompany(tx, job.company);
  // Recording changes this table: what is on its way is waited for, and what comes next sees the job.
  await tx`lock table prepuff_job in share row exclusive mode`;
  const now = by.at + performance.now() - askedAt + readingMs;
  const [made] = await tx<{ id: number }[]>`
    insert into prepuff_job (
      plant_id, prepuff_company_id, station, target_weight, tolerance_percent, quantity, started_by, started_at
    )
    values (
      ${by.plant}, ${companyId}, ${job.station}, ${job.target_weight}, ${job.tolerance_percent}, ${job.quantity},
      ${job.started_by},
      greatest(${new Date(by.at)}, (
        with recursive ${places(tx, by.plant)}
        select least(${new Date(now)}, max(newest.weighed_at) + interval '1 millisecond')
        from place p
        cross join lateral (
          select max(b.weighed_at) as weighed_at
          from filler_bag b
          where ${isAtPlace(tx, by.plant)} and b.weighed_at >= ${new Date(by.at)}
        ) newest
        where p.station = ${job.station}
        having count(newest.weighed_at) > 0
      ))
    )
    returning id`;
  const started = made === undefined ? null : await getJob(tx, by.plant, made.id);
  if (started === null) throw new Error("the job just inserted is not there");
  await audit(tx, by, {
    action: "job.start",
    subject: `job:${started.id}`,
    detail: {},
    before: null,
    after: {
      company: started.company,
      station: started.station,
      target_weight: started.target_weight,
      tolerance_percent: started.tolerance_percent,
      quantity: started.quantity,
      started_by: started.started_by,
    },
  });
  return started;
}

async function ensureCompany(tx: Transaction, name: string): Promise<number> {
  const find = () => tx<{ id: number }[]>`select id from prepuff_company where name = ${name}`;
  let [company] = await find();
  if (company === undefined) {
    // Waits for a transaction that inserts the same name, and then changes nothing.
    await tx`insert into prepuff_company (name) values (${name}) on conflict (name) do nothing`;
    [company] = await find();
  }
  if (company === undefined) throw new Error(`company ${JSON.stringify(name)} vanished while it was made`);
  return company.id;
}

/**
 * Returns `not_active` also if the job already has the requested state: the caller sees in `job` whether an earlier
 * request, or the last bag, did it. Nothing is written a second time.
 */
async function endJob(sql: Sql, id: number, status: "completed" | "cancelled", by: Actor): Promise<Ended> {
  const askedAt = performance.now();
  return sql.begin(async (tx): Promise<Ended> => {
    // Waits for the recorder, which may complete the job meanwhile; what it recorded for the job is seen from here on.
    await tx`select from prepuff_job where id = ${id} and plant_id = ${by.plant} for update`;
    const now = by.at + performance.now() - askedAt + readingMs;
    // A clock set back must not end a job before it began, nor before a bag that it has got meanwhile.
    const ended = await tx`
      update prepuff_job j
      set status = ${status}, ended_at = greatest(${new Date(by.at)}, j.started_at, (
        select least(${new Date(now)}, max(b.weighed_at) + interval '1 millisecond')
        from filler_bag b
        where b.prepuff_job_id = j.id and b.weighed_at >= ${new Date(by.at)}
        having count(*) > 0
      ))
      where j.id = ${id} and j.plant_id = ${by.plant} and j.status = 'active'`;
    const job = await getJob(tx, by.plant, id);
    if (job === null) return { ok: false, reason: "not_found" };
    if (ended.count === 0) return { ok: false, reason: "not_active", job };
    await audit(tx, by, {
      action: status === "completed" ? "job.complete" : "job.cancel",
      subject: `job:${id}`,
      detail: { station: job.station, bags_completed: job.bags_completed, quantity: job.quantity },
      before: { status: "active", ended_at: null },
      after: { status: job.status, ended_at: job.ended_at },
    });
    return { ok: true, job };
  });
}

function selectJobs(sql: Executor) {
  return sql`
    select
      j.id, c.name as company, j.station, j.target_weight, j.tolerance_percent, j.quantity,
      j.bags_completed, j.status, j.started_by, j.started_at, j.ended_at,
      ${plantShown(sql, sql`j.plant_id`)}
    from prepuff_job j
    join prepuff_company c on c.id = j.prepuff_company_id`;
}

function toJob({ plant, ...row }: JobRow): Job {
  return {
    ...row,
    ...(plant !== null && { plant }),
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

function isStationBusy(error: unknown): boolean {
  return (
    errorCode(error) === "23505" &&
    error instanceof Error &&
    "constraint_name" in error &&
    error.constraint_name === "prepuff_job_one_active_per_station"
  );
}
