import { beforeAll, beforeEach, expect, test } from "bun:test";
import { connect, type Sql } from "../../../src/database/database.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { type Job, jobsById, listJobs } from "../../../src/records/jobs/job-view.ts";
import { cancelJob, completeJob, startPlanned } from "../../../src/records/jobs/jobs.ts";
import { moveJob, planJob, plannedMax, removeJob } from "../../../src/records/jobs/queue.ts";
import { repeatJob } from "../../../src/records/jobs/repeat-job.ts";
import { setStation } from "../../../src/records/jobs/station-settings.ts";
import { auditTrail, emptyTables, newJob, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { silentLogger } from "../../support/silent-logger.ts";

let sql: Sql;
let url: string;

beforeAll(async () => {
  ({ sql, url } = await testDatabase());
});
beforeEach(() => emptyTables(sql));

const later = (seconds: number) => ({ ...operator, at: operator.at + seconds * 1_000 });

async function planned(company: string, changes: Parameters<typeof newJob>[0] = {}): Promise<Job> {
  const outcome = await planJob(sql, newJob({ company, started_by: null, ...changes }), operator);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.job;
}

/** Companies of the queue, with their places. */
async function queue(): Promise<string[]> {
  const jobs = await listJobs(sql, 1, { status: "planned", station: "Station 1" }, { limit: 100 });
  return jobs
    .toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0))
    .map(({ company, place }) => `${place} ${company}`);
}

const beginsByItself = () => setStation(sql, "Station 1", { next_job_begins: "by_itself" }, operator);
const stateOf = async (id: number) => {
  const [job] = await jobsById(sql, [id]);
  return (
    job && {
      status: job.status,
      started_at: job.started_at,
      ended_at: job.ended_at,
      bags: job.bags_completed,
    }
  );
};

test("planned jobs stand in a queue, move in it, and one that is removed leaves no gap", async () => {
  const [a, b, c] = [await planned("A"), await planned("B"), await planned("C")];
  expect(a).toMatchObject({
    status: "planned",
    place: 1,
    started_at: null,
    ended_at: null,
    started_by: null,
  });
  expect(await queue()).toEqual(["1 A", "2 B", "3 C"]);
  expect(await moveJob(sql, c.id, 1, operator)).toMatchObject({ ok: true, job: { place: 1 } });
  expect(await queue()).toEqual(["1 C", "2 A", "3 B"]);
  await moveJob(sql, c.id, plannedMax, operator);
  expect(await queue()).toEqual(["1 A", "2 B", "3 C"]);
  await removeJob(sql, b.id, operator);
  expect(await queue()).toEqual(["1 A", "2 C"]);
  expect(await removeJob(sql, b.id, operator)).toEqual({ ok: false, reason: "not_found" });
  expect(
    (await auditTrail(sql)).map(({ action, before, after }) => [action, before, after]).slice(3),
  ).toEqual([
    ["job.move", { place: 3 }, { place: 1 }],
    ["job.move", { place: 1 }, { place: 3 }],
    ["job.remove", expect.objectContaining({ company: "B", place: 2 }), null],
  ]);
});

test("a planned job starts whatever its place, once, and is told to whoever comes second", async () => {
  const [a, b] = [await planned("A"), await planned("B")];
  const other = connect(url, silentLogger, 2);
  const outcomes = await Promise.all(
    [sql, other, sql, other].map((each) => startPlanned(each, b.id, "Ann", later(60))),
  );
  await other.end();
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  for (const outcome of outcomes) {
    if (!outcome.ok)
      expect(outcome).toMatchObject({ reason: "not_planned", job: { id: b.id, status: "active" } });
  }
  expect(await stateOf(b.id)).toMatchObject({ status: "active", started_at: "2025-06-01T08:01:00.000Z" });
  expect(await queue()).toEqual(["1 A"]);
  expect(await startPlanned(sql, a.id, null, later(61))).toMatchObject({
    ok: false,
    reason: "station_busy",
    running: { id: b.id },
  });
  for (const act of [moveJob(sql, b.id, 1, operator), removeJob(sql, b.id, operator)]) {
    expect(await act).toMatchObject({ ok: false, reason: "not_planned" });
  }
});

test("a station takes 50 planned jobs", async () => {
  await sql`insert into prepuff_company (name) values ('A')`;
  await sql`
    insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, station, status, queue_place)
    select 1, 50, 10, 1, 'Station 1', 'planned', n from generate_series(1, ${plannedMax}) n`;
  expect(await planJob(sql, newJob(), operator)).toEqual({ ok: false, reason: "queue_full" });
  expect((await planJob(sql, newJob({ station: "Station 2" }), operator)).ok).toBe(true);
});

test("a bag belongs to no planned job", async () => {
  const { id } = await planned("A");
  await beginsByItself();
  const bag = await recordedBag(sql);
  expect(bag.jobId).toBeNull();
  expect(await assignBag(sql, bag.id, id, operator)).toEqual({ ok: false, reason: "job_planned" });
});

test("the last bag of a job begins the next one where the station is set so, and the next bag is its first", async () => {
  const [a, b, c] = [
    await startedJob(sql, { quantity: 2 }),
    await planned("B", { quantity: 1 }),
    await planned("C"),
  ];
  await beginsByItself();
  const at = (second: number) => ({ receivedAt: operator.at + second * 1_000 });
  const bags = [await recordedBag(sql, at(1)), await recordedBag(sql, at(2))];
  expect(await stateOf(b.id)).toMatchObject({ status: "active", started_at: "2025-06-01T08:00:02.000Z" });
  expect(await queue()).toEqual(["1 C"]);
  bags.push(await recordedBag(sql, at(2)), await recordedBag(sql, at(3)));
  expect(bags.map(({ jobId, bagNum, jobComplete }) => [jobId, bagNum, jobComplete])).toEqual([
    [a.id, 1, false],
    [a.id, 2, true],
    [b.id, 1, true],
    [c.id, 1, false],
  ]);
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    actor: "appliance",
    action: "job.start",
    subject: `job:${c.id}`,
    detail: { after_job: b.id },
  });
});

test("what a person completes begins the next one at that moment, what is cancelled does not", async () => {
  const [a, b, c] = [await startedJob(sql), await planned("B"), await planned("C")];
  await beginsByItself();
  expect(await completeJob(sql, a.id, later(60))).toMatchObject({ ok: true, next: { id: b.id } });
  expect((await recordedBag(sql, { receivedAt: operator.at + 59_999 })).jobId).toBe(a.id);
  expect((await recordedBag(sql, { receivedAt: operator.at + 60_000 })).jobId).toBe(b.id);
  expect(await cancelJob(sql, b.id, later(120))).toMatchObject({ ok: true, next: null });
  expect(await stateOf(c.id)).toMatchObject({ status: "planned" });
});

test("a bag that is assigned may complete a job, and so begin the next one", async () => {
  const a = await startedJob(sql, { quantity: 1 });
  const b = await planned("B");
  await beginsByItself();
  const early = await recordedBag(sql, { receivedAt: operator.at - 1_000 });
  expect(await assignBag(sql, early.id, a.id, later(5))).toMatchObject({ ok: true, jobComplete: true });
  expect(await stateOf(b.id)).toMatchObject({ status: "active", started_at: "2025-06-01T08:00:05.000Z" });
});

test("the setting holds for what is planned already, and can be taken back", async () => {
  const [a, b] = [await startedJob(sql, { quantity: 1 }), await planned("B")];
  await beginsByItself();
  await setStation(sql, "Station 1", { next_job_begins: "by_hand" }, operator);
  expect((await recordedBag(sql)).jobId).toBe(a.id);
  expect(await stateOf(b.id)).toMatchObject({ status: "planned" });
  expect((await recordedBag(sql)).jobId).toBeNull();
});

test("a job is repeated with its company and all that it wanted, now or at the end of the queue", async () => {
  const first = await startedJob(sql, {
    company: "Acme",
    target_weight: "42",
    quantity: 7,
    note: "two liners",
    lot: "L 1",
  });
  await planned("B");
  const how = { status: "active", startedBy: "Eve" } as const;
  expect(await repeatJob(sql, first.id, how, later(9))).toMatchObject({ ok: false, reason: "station_busy" });
  await completeJob(sql, first.id, later(10));
  const again = await repeatJob(sql, first.id, how, later(11));
  if (!again.ok) throw new Error(again.reason);
  expect(again.job).toEqual({
    ...first,
    id: again.job.id,
    lot: null,
    started_by: "Eve",
    started_at: "2025-06-01T08:00:11.000Z",
  });
  expect(await repeatJob(sql, first.id, { ...how, status: "planned" }, later(12))).toMatchObject({
    ok: true,
    job: { company: "Acme", place: 2, status: "planned" },
  });
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "job.plan",
    detail: { repeat_of: first.id },
  });
  expect(await repeatJob(sql, 4711, how, operator)).toEqual({ ok: false, reason: "not_found" });
});
