import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql, Transaction } from "../../database/types.ts";
import { idMax } from "../../weighing/ids.ts";
import { countAdded, type LockedJob, lockJob, roomIn } from "../jobs/locked-job.ts";
import { type Bag, type BagRow, selectBags, toBag } from "./bag-view.ts";
import { judgedByJob } from "./judged-by-job.ts";

export const assignSchema = z.strictObject({ job_id: z.int().min(1).max(idMax) });

export type Assigned =
  | { readonly ok: true; readonly bag: Bag; readonly jobComplete: boolean }
  | { readonly ok: false; readonly reason: "not_found" | "no_such_job" }
  | { readonly ok: false; readonly reason: "already_voided" | "already_assigned"; readonly bag: Bag }
  | { readonly ok: false; readonly reason: "other_station"; readonly bag: Bag; readonly jobStation: string }
  | { readonly ok: false; readonly reason: "job_cancelled" | "job_planned" }
  | { readonly ok: false; readonly reason: "job_full"; readonly quantity: number };

export async function getBag(sql: Executor, plant: number, id: number): Promise<Bag | null> {
  const [row] = await sql<BagRow[]>`${selectBags(sql)} where b.id = ${id} and b.plant_id = ${plant}`;
  return row === undefined ? null : toBag(row);
}

/**
 * Gives a bag without a job to one: the next number, the job's target and tolerance, and the verdict of today.
 * It may complete the job. A completed job takes one more where a bag of it was voided.
 *
 * When it was weighed does not matter, that is the person's decision; where does: a bag keeps its station, and a job
 * has bags of its own station only, so that a station's yield means the same by bags and by jobs.
 *
 * @param destinations ids of those that a bag that was in doubt is delivered to from now on; all others got their
 * deliveries when they were recorded.
 */
export async function assignBag(
  sql: Sql,
  id: number,
  jobId: number,
  by: Actor,
  destinations: readonly number[] = [],
): Promise<Assigned> {
  return sql.begin(async (tx): Promise<Assigned> => {
    // The job's row first, as the recorder does: its lock protects numbering and counting.
    const job = await lockJob(tx, by.plant, jobId);
    await tx`select from filler_bag where id = ${id} for update`;
    const bag = await getBag(tx, by.plant, id);
    if (bag === null) return { ok: false, reason: "not_found" };
    if (job === null) return { ok: false, reason: "no_such_job" };
    if (bag.voided_at !== null) return { ok: false, reason: "already_voided", bag };
    if (bag.job_id !== null) return { ok: false, reason: "already_assigned", bag };
    if (job.station !== bag.station)
      return { ok: false, reason: "other_station", bag, jobStation: job.station };
    if (job.status === "planned") return { ok: false, reason: "job_planned" };
    if (job.status === "cancelled") return { ok: false, reason: "job_cancelled" };
    if (roomIn(job) === 0) return { ok: false, reason: "job_full", quantity: job.quantity };

    const jobComplete = await placeIn(tx, id, job, by);
    if (bag.doubt !== null) await addDeliveries(tx, bag, destinations);
    const assigned = await getBag(tx, by.plant, id);
    if (assigned === null) throw new Error(`bag ${id} vanished while it was assigned`);
    await audit(tx, by, {
      action: "bag.assign",
      subject: `bag:${id}`,
      detail: { job_complete: jobComplete },
      before: { job_id: null, bag_num: null, in_tolerance: null },
      after: { job_id: jobId, bag_num: assigned.bag_num, in_tolerance: assigned.in_tolerance },
    });
    return { ok: true, bag: assigned, jobComplete };
  });
}

/** @returns whether the job is complete with it. */
async function placeIn(tx: Transaction, bagId: number, job: LockedJob, by: Actor): Promise<boolean> {
  const isComplete = await countAdded(tx, job, { bags: 1, numbers: 1 }, by);
  await tx`
    update filler_bag b
    set bag_num = j.last_bag_num, ${judgedByJob(tx)}
    from prepuff_job j
    where j.id = ${job.id} and b.id = ${bagId}`;
  return isComplete;
}

/** The tallies last and by destination, the order in which every statement locks them. */
async function addDeliveries(
  tx: Transaction,
  { id, station }: Bag,
  destinations: readonly number[],
): Promise<void> {
  const added = await tx<{ id: number }[]>`
    insert into delivery (destination_id, filler_bag_id, station)
    select d.id, ${id}, ${station} from unnest(${[...destinations]}::smallint[]) as d (id)
    on conflict do nothing
    returning destination_id as id`;
  for (const destination of added.toSorted((a, b) => a.id - b.id)) {
    await tx`update delivery_tally set pending = pending + 1 where destination_id = ${destination.id}`;
  }
}
