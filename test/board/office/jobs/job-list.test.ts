import { expect, test } from "bun:test";
import { type JobList, readJobFilter, takeJob } from "../../../../src/board/office/jobs/job-list.ts";
import type { Job } from "../../../../src/records/jobs/job-view.ts";
import { plainJob } from "../../../support/shown-job.ts";

const everything = { q: "", station: "", status: "" } as const;
const job = (id: number, changes: Partial<Job> = {}): Job => ({
  ...plainJob,
  id,
  company: "Acme Foam",
  station: "Station 1",
  target_weight: "50.00",
  tolerance_percent: "10.00",
  quantity: 100,
  bags_completed: 3,
  status: "completed",
  started_by: "Ann",
  started_at: "2026-03-01T10:00:00.000Z",
  ended_at: "2026-03-01T12:00:00.000Z",
  ...changes,
});
const running = (id: number, changes: Partial<Job> = {}) =>
  job(id, { status: "active", ended_at: null, ...changes });
const ids = (jobs: readonly Job[]) => jobs.map(({ id }) => id);
const list = (changes: Partial<JobList> = {}): JobList => ({ running: [], past: [], next: null, ...changes });

test("a filter is read from the address, and what makes no sense is no filter", () => {
  expect(readJobFilter(new URLSearchParams("q=+foam+&station=Station+1&status=completed"))).toEqual({
    q: "foam",
    station: "Station 1",
    status: "completed",
  });
  expect(readJobFilter(new URLSearchParams("status=lost"))).toEqual(everything);
});

test("a job that starts appears among the running ones, its bags are counted there, and its end moves it", () => {
  const started = takeJob(list({ running: [running(1)] }), running(3), everything);
  expect(ids(started.running)).toEqual([3, 1]);
  const counted = takeJob(started, running(3, { bags_completed: 4 }), everything);
  expect(counted.running[0]?.bags_completed).toBe(4);
  const ended = takeJob({ ...counted, past: [job(2)] }, job(3), everything);
  expect([ids(ended.running), ids(ended.past)]).toEqual([[1], [3, 2]]);
});

test("a job that is not looked for does not appear", () => {
  expect(takeJob(list(), running(1), { ...everything, q: "bean" }).running).toEqual([]);
  expect(ids(takeJob(list(), running(1), { ...everything, q: "FOAM" }).running)).toEqual([1]);
  expect(takeJob(list(), running(1), { ...everything, station: "Station 2" }).running).toEqual([]);
  expect(takeJob(list({ running: [running(1)] }), job(1), { ...everything, status: "active" })).toEqual(
    list(),
  );
});

test("a job that ends after a long time waits for its page", () => {
  const shown = list({ past: [job(9), job(8)], next: "cursor" });
  expect(ids(takeJob(shown, job(2), everything).past)).toEqual([9, 8]);
  expect(ids(takeJob({ ...shown, next: null }, job(2), everything).past)).toEqual([9, 8, 2]);
});
