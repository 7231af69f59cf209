import type { Sql } from "../../src/database/database.ts";
import type { WeighedEntry } from "../../src/journal/entry.ts";
import { type RecordedBag, recordDirect } from "../../src/recording/record.ts";
import type { Job } from "../../src/records/jobs/job-view.ts";
import { startJob } from "../../src/records/jobs/jobs.ts";
import type { NewJob } from "../../src/records/jobs/new-job.ts";
import { weighed } from "./entries.ts";

export const operator = { actor: "operator", plant: 1, at: Date.UTC(2025, 5, 1, 8) };

/** 100 bags of 50 lb ±10 % on Station 1, unless told otherwise. */
export function newJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    company: "Shelter",
    station: "Station 1",
    target_weight: "50",
    tolerance_percent: "10",
    quantity: 100,
    started_by: "Ann",
    ...changes,
  };
}

/** Starts a job at 08:00. @throws when its station is busy. */
export async function startedJob(sql: Sql, changes: Partial<NewJob> = {}, at = operator.at): Promise<Job> {
  const started = await startJob(sql, newJob(changes), { ...operator, at });
  if (!started.ok) throw new Error(`${started.running.station} is busy`);
  return started.job;
}

/** Records a bag of 50.00 lb, weighed on Station 1 at 09:00, unless told otherwise. */
export async function recordedBag(sql: Sql, changes: Partial<WeighedEntry> = {}): Promise<RecordedBag> {
  const bag = weighed({ receivedAt: operator.at + 3_600_000, ...changes });
  const recorded = await recordDirect(
    sql,
    { ...bag, source: "manual" },
    { plant: 1, requireJob: false, destinations: [] },
  );
  if (recorded === null) throw new Error("the bag was not recorded");
  return recorded;
}

/** Takes everything out of the tables of jobs and bags. */
export async function emptyTables(sql: Sql): Promise<void> {
  await sql`
    truncate
      prepuff_company, prepuff_job, product, station, filler_bag, delivery, scan_bag_answer, audit_event, record_chain, job_release,
      scale_check
    restart identity cascade`;
}

/** What the audit trail says, oldest first. */
export async function auditTrail(sql: Sql) {
  return [
    ...(await sql<
      {
        at: Date;
        actor: string;
        action: string;
        subject: string;
        detail: object;
        before: object | null;
        after: object | null;
      }[]
    >`
      select at, actor, action, subject, detail, before, after from audit_event order by id`),
  ];
}
