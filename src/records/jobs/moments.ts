import type { Actor } from "../../audit/audit.ts";
import type { Transaction } from "../../database/types.ts";
import { isAtPlace, places } from "../bags/places.ts";

/**
 * A busy machine may hold the process up for that long between reading the one clock and the other: without it, bags of the last
 * moment before a job began or ended would lie on the wrong side.
 */
const readingMs = 1_000;

/** Until when bags may have been weighed that are recorded by now: asked for when a request is taken, called under its lock. */
export function latestBy(by: Actor): () => Date {
  const askedAt = performance.now();
  return () => new Date(by.at + performance.now() - askedAt + readingMs);
}

/** Recording changes this table: what is on its way is waited for, and what comes next sees what is done here. */
export async function lockJobs(tx: Transaction): Promise<void> {
  await tx`lock table prepuff_job in share row exclusive mode`;
}

/**
 * To be called before a job's row is locked that is changed later in the transaction: whoever has locked the table (`lockJobs`) may
 * wait for that row, and the change would wait for them.
 */
export async function shareJobs(tx: Transaction): Promise<void> {
  await tx`lock table prepuff_job in row exclusive mode`;
}

/** When a job starts: at `by.at`, but behind all bags of its station that were recorded before the job could be seen. */
export function behindStation(tx: Transaction, by: Actor, station: string, latest: Date) {
  return tx`
    greatest(${new Date(by.at)}, (
      with recursive ${places(tx, by.plant)}
      select least(${latest}, max(newest.weighed_at) + interval '1 millisecond')
      from place p
      cross join lateral (
        select max(b.weighed_at) as weighed_at
        from filler_bag b
        where ${isAtPlace(tx, by.plant)} and b.weighed_at >= ${new Date(by.at)}
      ) newest
      where p.station = ${station}
      having count(newest.weighed_at) > 0
    ))`;
}

/**
 * When a job `j` ends or is changed: at `by.at`, but not before it began or was changed (a clock may be set back), nor before a
 * bag that it has got meanwhile.
 */
export function behindItsBags(tx: Transaction, by: Actor, latest: Date) {
  return tx`
    greatest(${new Date(by.at)}, j.started_at, j.terms_since, (
      select least(${latest}, max(b.weighed_at) + interval '1 millisecond')
      from filler_bag b
      where b.prepuff_job_id = j.id and b.weighed_at >= ${new Date(by.at)}
      having count(*) > 0
    ))`;
}
