import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { getJob, type Job, listJobs } from "./job-view.ts";
import { behindItsBags, behindStation, latestBy, lockJobs, shareJobs } from "./moments.ts";
import { ensureCompany, type NewJob, newJobRow, orderText, setFirstLot } from "./new-job.ts";
import { closeQueue } from "./queue.ts";

interface Busy {
  readonly ok: false;
  readonly reason: "station_busy";
  readonly running: Job;
}

export type Started = { readonly ok: true; readonly job: Job } | Busy;

export type StartedPlanned =
  | Started
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "not_planned"; readonly job: Job };

export type Ended =
  | {
      readonly ok: true;
      readonly job: Job;
      /** What began by itself in its place. */
      readonly next: Job | null;
    }
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "not_active"; readonly job: Job };

/** A job that ends between the refusal and the look at it leaves the station free: then it is tried again. */
const startAttemptsMax = 5;

/**
 * Starts a job: from `by.at` on, bags weighed on its station belong to it. Where some of these were recorded before the
 * job could be seen (another appliance held it up), it starts behind the last of them. The company is made when new.
 * The unique index on active jobs decides between two starts at once, also in two processes.
 *
 * @param detail what the audit trail says besides.
 */
export async function startJob(
  sql: Sql,
  job: NewJob,
  by: Actor,
  detail: Readonly<Record<string, number>> = {},
): Promise<Started> {
  const latest = latestBy(by);
  return orBusy(sql, by.plant, job.station, () =>
    sql.begin(async (tx) => ({ ok: true, job: await insertStarted(tx, job, by, { latest, detail }) })),
  );
}

/** Starts a planned job, as `startJob` does. Its station's other planned ones move up. */
export async function startPlanned(
  sql: Sql,
  id: number,
  startedBy: string | null,
  by: Actor,
): Promise<StartedPlanned> {
  const latest = latestBy(by);
  const planned = await getJob(sql, by.plant, id);
  if (planned === null) return { ok: false, reason: "not_found" };
  return orBusy(sql, by.plant, planned.station, () =>
    sql.begin(async (tx): Promise<StartedPlanned> => {
      await lockJobs(tx);
      const begun = await tx`
        update prepuff_job
        set status = 'active', queue_place = null, begins_itself = false, started_by = ${startedBy},
          started_at = ${behindStation(tx, by, planned.station, latest())}
        where id = ${id} and plant_id = ${by.plant} and status = 'planned'`;
      const job = await getJob(tx, by.plant, id);
      if (job === null) return { ok: false, reason: "not_found" };
      if (begun.count === 0) return { ok: false, reason: "not_planned", job };
      await closeQueue(tx, by.plant, planned.station);
      await audit(tx, by, {
        action: "job.start",
        subject: `job:${id}`,
        detail: {},
        before: { status: "planned" },
        after: { status: "active", ...orderText(job) },
      });
      return { ok: true, job };
    }),
  );
}

/**
 * Ends a job that needs no more bags. Bags weighed before `by.at` still find it when they are recorded later. The next one
 * begins at that moment where the station is set so.
 */
export function completeJob(sql: Sql, id: number, by: Actor): Promise<Ended> {
  const latest = latestBy(by);
  return sql.begin((tx) => endJob(tx, id, "completed", by, latest));
}

/** Calls a job off. Its bags stay with it; no other can be assigned to it. No other begins by itself. */
export function cancelJob(sql: Sql, id: number, by: Actor): Promise<Ended> {
  const latest = latestBy(by);
  return sql.begin((tx) => endJob(tx, id, "cancelled", by, latest));
}

/**
 * Returns `not_active` also if the job already has the requested state: the caller sees in `job` whether an earlier
 * request, or the last bag, did it. Nothing is written a second time.
 */
export async function endJob(
  tx: Transaction,
  id: number,
  status: "completed" | "cancelled",
  by: Actor,
  latest: () => Date,
): Promise<Ended> {
  await shareJobs(tx);
  // Waits for the recorder, which may complete the job meanwhile; what it recorded for the job is seen from here on.
  await tx`select from prepuff_job where id = ${id} and plant_id = ${by.plant} for update`;
  const ended = await tx`
    update prepuff_job j
    set status = ${status}, ended_at = ${behindItsBags(tx, by, latest())}
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
  const [next] = await listJobs(tx, by.plant, { station: job.station, status: "active" }, { limit: 1 });
  return { ok: true, job, next: next ?? null };
}

async function insertStarted(
  tx: Transaction,
  job: NewJob,
  by: Actor,
  how: { readonly latest: () => Date; readonly detail: Readonly<Record<string, number>> },
): Promise<Job> {
  const company = await ensureCompany(tx, job.company);
  await lockJobs(tx);
  const { columns, values } = newJobRow(tx, job, by.plant, company);
  const [made] = await tx<{ id: number }[]>`
    insert into prepuff_job (${columns}, started_at)
    values (${values}, ${behindStation(tx, by, job.station, how.latest())})
    returning id`;
  if (made !== undefined) await setFirstLot(tx, made.id, job.lot);
  const started = made === undefined ? null : await getJob(tx, by.plant, made.id);
  if (started === null) throw new Error("the job just inserted is not there");
  await audit(tx, by, {
    action: "job.start",
    subject: `job:${started.id}`,
    detail: how.detail,
    before: null,
    after: orderText(started),
  });
  return started;
}

/** Starts something; where another job is active on the station, says which. */
async function orBusy<Outcome>(
  sql: Sql,
  plant: number,
  station: string,
  start: () => Promise<Outcome>,
): Promise<Outcome | Busy> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (!isStationBusy(error)) throw error;
      const [running] = await listJobs(sql, plant, { station, status: "active" }, { limit: 1 });
      if (running !== undefined) return { ok: false, reason: "station_busy", running };
      if (attempt === startAttemptsMax) throw error;
    }
  }
}

function isStationBusy(error: unknown): boolean {
  return (
    errorCode(error) === "23505" &&
    error instanceof Error &&
    "constraint_name" in error &&
    error.constraint_name === "prepuff_job_one_active_per_station"
  );
}
