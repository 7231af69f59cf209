import { z } from "zod";
import { plantSchema, plantShown } from "../../database/plant.ts";
import type { Executor } from "../../database/types.ts";
import { releasedColumn, releasedStates } from "../releases/release-state.ts";
import { findCompanies } from "./companies.ts";
import { type JobStatus, jobStatuses } from "./job-status.ts";
import { shownUnits } from "./shown-unit.ts";

/** A job as the API shows it. Weights in lb; decimals are strings, times RFC 3339 in UTC. */
export const jobSchema = z.object({
  id: z.int(),
  company: z.string(),
  station: z.string(),
  plant: plantSchema,
  product_id: z.int().nullable(),
  product: z.string().nullable().describe("Its product's name when the job was made; null: it has none."),
  target_weight: z.string(),
  tolerance_percent: z.string(),
  quantity: z.int(),
  /** Bags that are not voided. */
  bags_completed: z.int(),
  unit: z
    .enum(shownUnits)
    .nullable()
    .describe("The unit that its weights are shown in, from its product; null: the reader's."),
  price_per_lb: z.string().nullable().describe("From its product."),
  bag_volume: z.string().nullable().describe("From its product, cubic feet."),
  tare: z
    .string()
    .nullable()
    .describe("From its product, pounds: taken off what scales print that weigh gross."),
  note: z.string().nullable(),
  lot: z.string().nullable().describe("The lot that it is filled from now, or was filled from last."),
  status: z.enum(jobStatuses),
  place: z.int().nullable().describe("In its station's queue while it is planned, 1 first."),
  started_by: z
    .string()
    .nullable()
    .describe("Who started it, as far as that is known; null: nobody said it, or it began by itself."),
  started_at: z.iso.datetime().nullable().describe("Null: it is planned."),
  ended_at: z.iso.datetime().nullable(),
  released: z
    .enum(releasedStates)
    .nullable()
    .describe("By a person; `outdated`: it was changed since, and needs a new release. Null: by nobody."),
});
export type Job = z.output<typeof jobSchema>;

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly station?: string | undefined;
  /** The whole name. */
  readonly company?: string | undefined;
  /** A part of the name of its company, its product, who started it, a lot or its note; or its number. */
  readonly q?: string | undefined;
  /** Ran then or later. */
  readonly from?: Date | undefined;
  /** Began earlier than that. */
  readonly to?: Date | undefined;
}

type JobRow = Omit<Job, "plant" | "started_at" | "ended_at"> & {
  plant: string | null;
  started_at: Date | null;
  ended_at: Date | null;
};

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

/** The jobs that run now where these were completed. */
export async function jobsBegunAfter(sql: Executor, ids: readonly number[]): Promise<Job[]> {
  if (ids.length === 0) return [];
  const rows = await sql<JobRow[]>`
    ${selectJobs(sql)}
    where j.status = 'active' and (j.plant_id, j.station) in (
      select plant_id, station from prepuff_job where id = any (${[...ids]})
    )
    order by j.id`;
  return rows.map(toJob);
}

/** Jobs, newest first; `before` is the id of the last job of the page before. */
export async function listJobs(
  sql: Executor,
  plant: number,
  filter: JobFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Job[]> {
  const { status, station, company, q, from, to } = filter;
  const companies = q === undefined ? null : await findCompanies(sql, q);
  const rows = await sql<JobRow[]>`
    ${selectJobs(sql)}
    where j.plant_id = ${plant}
      ${status === undefined ? sql`` : sql`and j.status = ${status}`}
      ${station === undefined ? sql`` : sql`and j.station = ${station}`}
      ${company === undefined ? sql`` : sql`and c.name = ${company}`}
      ${companies === null || q === undefined ? sql`` : sql`and (j.prepuff_company_id = any(${companies}::integer[]) or ${isSaid(sql, q)})`}
      ${from === undefined ? sql`` : sql`and j.started_at is not null and coalesce(j.ended_at, 'infinity') >= ${from}`}
      ${to === undefined ? sql`` : sql`and j.started_at < ${to}`}
      ${page.before === undefined ? sql`` : sql`and j.id < ${page.before}::bigint`}
    order by j.id desc
    limit ${page.limit}`;
  return rows.map(toJob);
}

/** Whether a job's number is that, or one of its texts has it in it, in any case. */
function isSaid(sql: Executor, q: string) {
  const contains = (text: ReturnType<Executor>) => sql`strpos(lower(${text}), lower(${q})) > 0`;
  const number = /^\d{1,9}$/.test(q) ? Number(q) : null;
  return sql`(
    j.id = ${number}::integer
    or ${contains(sql`j.product`)} or ${contains(sql`j.started_by`)} or ${contains(sql`j.note`)}
    or exists (select from job_lot l where l.job_id = j.id and ${contains(sql`l.lot`)})
  )`;
}

function selectJobs(sql: Executor) {
  return sql`
    select
      j.id, c.name as company, j.station, j.product_id, j.product, j.target_weight, j.tolerance_percent, j.quantity,
      j.bags_completed, j.unit, j.price_per_lb, j.bag_volume, j.tare, j.note,
      (select l.lot from job_lot l where l.job_id = j.id order by l.since desc, l.id desc limit 1) as lot,
      j.status, j.queue_place as place, j.started_by, j.started_at, j.ended_at, ${releasedColumn(sql)},
      ${plantShown(sql, sql`j.plant_id`)}
    from prepuff_job j
    join prepuff_company c on c.id = j.prepuff_company_id`;
}

function toJob({ plant, ...row }: JobRow): Job {
  return {
    ...row,
    ...(plant !== null && { plant }),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}
