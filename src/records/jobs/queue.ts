import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { getJob, type Job } from "./job-view.ts";
import { lockJobs } from "./moments.ts";
import { ensureCompany, type NewJob, newJobRow, orderText, setFirstLot } from "./new-job.ts";

/** More than a station does in a week. Where the next job begins by itself, recording locks as many rows. */
export const plannedMax = 50;

export type Planned =
  | { readonly ok: true; readonly job: Job }
  | { readonly ok: false; readonly reason: "queue_full" };

export type Moved =
  | { readonly ok: true; readonly job: Job }
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "not_planned"; readonly job: Job };

/** Puts a job at the end of its station's queue. The company is made when new. */
export function planJob(
  sql: Sql,
  job: NewJob,
  by: Actor,
  detail: Readonly<Record<string, number>> = {},
): Promise<Planned> {
  return sql.begin(async (tx): Promise<Planned> => {
    const company = await ensureCompany(tx, job.company);
    await lockJobs(tx);
    const [queue] = await tx<{ length: number; begins_itself: boolean }[]>`
      select
        (
          select count(*)::integer from prepuff_job
          where plant_id = ${by.plant} and station = ${job.station} and status = 'planned'
        ) as length,
        exists (
          select from station
          where plant_id = ${by.plant} and name = ${job.station} and next_job_begins = 'by_itself'
        ) as begins_itself`;
    const { length = 0, begins_itself = false } = queue ?? {};
    if (length >= plannedMax) return { ok: false, reason: "queue_full" };
    const { columns, values } = newJobRow(tx, job, by.plant, company);
    const [made] = await tx<{ id: number }[]>`
      insert into prepuff_job (${columns}, status, queue_place, begins_itself)
      values (${values}, 'planned', ${length + 1}, ${begins_itself})
      returning id`;
    if (made !== undefined) await setFirstLot(tx, made.id, job.lot);
    const planned = made === undefined ? null : await getJob(tx, by.plant, made.id);
    if (planned === null) throw new Error("the job just inserted is not there");
    await audit(tx, by, {
      action: "job.plan",
      subject: `job:${planned.id}`,
      detail,
      before: null,
      after: { ...orderText(planned), place: planned.place },
    });
    return { ok: true, job: planned };
  });
}

/** Puts a planned job at another place of its queue, 1 first; beyond the last one it is the last. */
export function moveJob(sql: Sql, id: number, place: number, by: Actor): Promise<Moved> {
  return inQueue(sql, id, by, async (tx, job) => {
    const queue = await idsOf(tx, by.plant, job.station);
    const others = queue.filter((each) => each !== id);
    await setQueue(tx, others.toSpliced(place - 1, 0, id));
    const moved = await getJob(tx, by.plant, id);
    if (moved === null) throw new Error(`job ${id} vanished while it was moved`);
    await audit(tx, by, {
      action: "job.move",
      subject: `job:${id}`,
      detail: { station: job.station },
      before: { place: job.place },
      after: { place: moved.place },
    });
    return { ok: true, job: moved };
  });
}

/** Takes a planned job out of its queue: it is gone, and what it was stands in the audit trail. */
export function removeJob(sql: Sql, id: number, by: Actor): Promise<Moved> {
  return inQueue(sql, id, by, async (tx, job) => {
    await tx`delete from prepuff_job where id = ${id}`;
    await closeQueue(tx, by.plant, job.station);
    await audit(tx, by, {
      action: "job.remove",
      subject: `job:${id}`,
      detail: {},
      before: { ...orderText(job), place: job.place },
      after: null,
    });
    return { ok: true, job };
  });
}

/** Gives the places of a queue anew, without a gap. To be called under the table's lock. */
export async function closeQueue(tx: Transaction, plant: number, station: string): Promise<void> {
  await setQueue(tx, await idsOf(tx, plant, station));
}

async function inQueue(
  sql: Sql,
  id: number,
  by: Actor,
  work: (tx: Transaction, job: Job) => Promise<Moved>,
): Promise<Moved> {
  return sql.begin(async (tx): Promise<Moved> => {
    await lockJobs(tx);
    const job = await getJob(tx, by.plant, id);
    if (job === null) return { ok: false, reason: "not_found" };
    if (job.status !== "planned") return { ok: false, reason: "not_planned", job };
    return work(tx, job);
  });
}

async function idsOf(tx: Transaction, plant: number, station: string): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select id from prepuff_job
    where plant_id = ${plant} and station = ${station} and status = 'planned'
    order by queue_place, id`;
  return rows.map(({ id }) => id);
}

async function setQueue(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx`
    update prepuff_job j
    set queue_place = q.place
    from unnest(${[...ids]}::integer[]) with ordinality as q (id, place)
    where j.id = q.id and j.queue_place <> q.place`;
}
