import { type JobStatus, jobStatuses } from "../../../records/jobs/job-status.ts";
import type { Job } from "../../../records/jobs/job-view.ts";

/** What jobs are looked for. The address has it under the names of the API's parameters. */
export interface JobFilter {
  /** A part of the company's name. */
  readonly q: string;
  readonly station: string;
  readonly status: JobStatus | "";
}

export function readJobFilter(query: URLSearchParams): JobFilter {
  return {
    q: query.get("q")?.trim() ?? "",
    station: query.get("station")?.trim() ?? "",
    status: jobStatuses.find((each) => each === query.get("status")) ?? "",
  };
}

/** Running jobs and those that have ended, each newest first. */
export interface JobList {
  readonly running: readonly Job[];
  readonly past: readonly Job[];
  /** The cursor behind `past`; null: there are no more. */
  readonly next: string | null;
}

/** Puts a job that an event brought where it belongs now. */
export function takeJob(list: JobList, job: Job, filter: JobFilter): JobList {
  const without = (jobs: readonly Job[]) => jobs.filter(({ id }) => id !== job.id);
  const { running, past } = list;
  // What is planned stands in the queues.
  if (!matches(filter, job) || job.status === "planned")
    return { ...list, running: without(running), past: without(past) };
  if (job.status === "active") return { ...list, running: place(running, job), past: without(past) };
  // What is older than everything shown, and not the last there is, belongs to a page that was not asked for.
  const last = past.at(-1);
  const isBehind = list.next !== null && last !== undefined && job.id < last.id;
  return { ...list, running: without(running), past: isBehind ? past : place(past, job) };
}

function place(jobs: readonly Job[], job: Job): readonly Job[] {
  const index = jobs.findIndex(({ id }) => id === job.id);
  if (index !== -1) return jobs.with(index, job);
  return [...jobs, job].sort((a, b) => b.id - a.id);
}

function matches({ q, station, status }: JobFilter, job: Job): boolean {
  return (
    ([job.company, job.product, job.lot, job.started_by, job.note].some((text) =>
      text?.toLowerCase().includes(q.toLowerCase()),
    ) ||
      String(job.id) === q) &&
    (station === "" || job.station === station) &&
    (status === "" || job.status === status)
  );
}
