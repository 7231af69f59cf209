import type { Actor } from "../../audit/audit.ts";
import type { Transaction } from "../../database/types.ts";
import type { JobStatus } from "./job-status.ts";
import { shareJobs } from "./moments.ts";

/** A job whose row is locked: until the transaction's end nobody else numbers or counts its bags. */
export interface LockedJob {
  readonly id: number;
  readonly station: string;
  readonly status: JobStatus;
  readonly quantity: number;
  readonly bags_completed: number;
}

/** The recorder takes the same lock. null: there is no such job. */
export async function lockJob(tx: Transaction, plant: number, id: number): Promise<LockedJob | null> {
  await shareJobs(tx);
  const [job] = await tx<LockedJob[]>`
    select id, station, status, quantity, bags_completed
    from prepuff_job
    where id = ${id} and plant_id = ${plant}
    for update`;
  return job ?? null;
}

/** How many bags the job still takes; 0: it has its quantity, or more. */
export function roomIn({ quantity, bags_completed }: LockedJob): number {
  return Math.max(0, quantity - bags_completed);
}

/**
 * Counts bags that a person gave to a job. One that is active is completed where it has its quantity then.
 *
 * @param added.numbers how many of them got a number just now; those whose void was taken back keep theirs.
 * @returns whether this completed the job.
 */
export async function countAdded(
  tx: Transaction,
  job: LockedJob,
  added: { readonly bags: number; readonly numbers: number },
  by: Actor,
): Promise<boolean> {
  const isComplete = job.status === "active" && added.bags >= roomIn(job);
  await tx`
    update prepuff_job
    set
      last_bag_num = last_bag_num + ${added.numbers},
      bags_completed = bags_completed + ${added.bags},
      corrections = corrections + 1,
      status = ${isComplete ? "completed" : job.status},
      ended_at = ${isComplete ? tx`greatest(${new Date(by.at)}, started_at)` : tx`ended_at`}
    where id = ${job.id}`;
  return isComplete;
}
