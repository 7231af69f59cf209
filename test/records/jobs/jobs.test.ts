import { beforeAll, beforeEach, expect, test } from "bun:test";
import { connect, type Sql } from "../../../src/database/database.ts";
import { getJob, listJobs } from "../../../src/records/jobs/job-view.ts";
import { cancelJob, completeJob, startJob } from "../../../src/records/jobs/jobs.ts";
import { auditTrail, emptyTables, newJob, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { plainJob } from "../../support/shown-job.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

let sql: Sql;
let url: string;

beforeAll(async () => {
  ({ sql, url } = await testDatabase());
});
beforeEach(() => emptyTables(sql));

test("a job starts at the appliance's time, with what was asked for, and leaves a trace", async () => {
  const job = await startedJob(sql, { company: "Shelter", target_weight: "50.5", quantity: 200 });
  expect(job).toEqual({
    ...plainJob,
    id: job.id,
    company: "Shelter",
    station: "Station 1",
    target_weight: "50.50",
    tolerance_percent: "10.00",
    quantity: 200,
    bags_completed: 0,
    status: "active",
    started_by: "Ann",
    started_at: "2025-06-01T08:00:00.000Z",
    ended_at: null,
  });
  expect(await auditTrail(sql)).toEqual([
    {
      at: new Date(operator.at),
      actor: "operator",
      action: "job.start",
      subject: `job:${job.id}`,
      detail: {},
      before: null,
      after: {
        company: "Shelter",
        station: "Station 1",
        target_weight: "50.50",
        tolerance_percent: "10.00",
        quantity: 200,
        started_by: "Ann",
      },
    },
  ]);
});

test("a company is made once, also when jobs for it start at once on many stations", async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, index) => startedJob(sql, { company: "New Co", station: `S${index}` })),
  );
  await startedJob(sql, { company: "New Co", station: "later" });
  expect([...(await sql`select name from prepuff_company`)]).toEqual([{ name: "New Co" }]);
});

test("of many starts at once on a station one wins, and the others are told which job runs", async () => {
  const other = connect(url, silentLogger, 4);
  for (let round = 0; round < 5; round++) {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => startJob(index % 2 ? sql : other, newJob(), operator)),
    );
    const won = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.job] : []));
    const running = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.running]));
    const [winner] = won;
    if (winner === undefined) throw new Error("nobody won");
    expect(won).toHaveLength(1);
    expect(running).toEqual(Array.from({ length: 7 }, () => winner));
    await completeJob(sql, winner.id, operator);
  }
  await other.end();
  const starts = (await auditTrail(sql)).filter((event) => event.action === "job.start");
  expect(starts).toHaveLength(5);
});

test("stations do not wait for each other", async () => {
  await startedJob(sql, { station: "Station 1" });
  expect((await startedJob(sql, { station: "Station 2" })).status).toBe("active");
});

test("a completed job frees its station, and says when it ended", async () => {
  const { id } = await startedJob(sql);
  const at = operator.at + 60_000;
  const outcome = await completeJob(sql, id, { actor: "admin", plant: 1, at });
  expect(outcome).toMatchObject({
    ok: true,
    job: { status: "completed", ended_at: "2025-06-01T08:01:00.000Z" },
  });
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    actor: "admin",
    action: "job.complete",
    subject: `job:${id}`,
    detail: { station: "Station 1", bags_completed: 0, quantity: 100 },
    before: { status: "active", ended_at: null },
    after: { status: "completed", ended_at: "2025-06-01T08:01:00.000Z" },
  });
  expect((await startJob(sql, newJob(), { ...operator, at })).ok).toBe(true);
});

test("a cancelled job keeps its bags", async () => {
  const { id } = await startedJob(sql);
  await recordedBag(sql);
  const outcome = await cancelJob(sql, id, { ...operator, at: operator.at + 7_200_000 });
  expect(outcome).toMatchObject({ ok: true, job: { status: "cancelled", bags_completed: 1 } });
});

test("ending a job that is not active changes and traces nothing, and says what it is", async () => {
  const { id } = await startedJob(sql);
  const first = await completeJob(sql, id, operator);
  const trail = await auditTrail(sql);
  for (const end of [completeJob, cancelJob]) {
    const again = await end(sql, id, { ...operator, at: operator.at + 60_000 });
    expect(again).toEqual({ ok: false, reason: "not_active", job: await jobOf(first) });
  }
  expect(await auditTrail(sql)).toEqual(trail);
});

async function jobOf(outcome: Awaited<ReturnType<typeof completeJob>>) {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.job;
}

test("of completing and cancelling at once one wins", async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await startedJob(sql);
    const outcomes = await Promise.all([completeJob(sql, id, operator), cancelJob(sql, id, operator)]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  }
  expect(await auditTrail(sql)).toHaveLength(10);
});

test("completing waits for a bag that is being recorded, and sees that it was the last one", async () => {
  const { id } = await startedJob(sql, { quantity: 1 });
  const recorder = connect(url, silentLogger, 1);
  let outcome: ReturnType<typeof completeJob> | undefined;
  await recorder.begin(async (tx) => {
    await tx`select from prepuff_job where id = ${id} for update`;
    outcome = completeJob(sql, id, { ...operator, at: operator.at + 7_200_000 });
    await until("completing waits", async () => {
      const [row] = await sql<{ n: number }[]>`
        select count(*) as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return row?.n === 1;
    });
    await tx`
      update prepuff_job
      set status = 'completed', bags_completed = 1, ended_at = ${new Date(operator.at + 1_000)}
      where id = ${id}`;
  });
  await recorder.end();
  expect(await outcome).toMatchObject({
    ok: false,
    reason: "not_active",
    job: { status: "completed", bags_completed: 1, ended_at: "2025-06-01T08:00:01.000Z" },
  });
});

test("a clock set back does not end a job before it began", async () => {
  const { id } = await startedJob(sql);
  const outcome = await completeJob(sql, id, { ...operator, at: operator.at - 3_600_000 });
  expect(outcome).toMatchObject({ ok: true, job: { ended_at: "2025-06-01T08:00:00.000Z" } });
});

test("a job that is not there is not ended", async () => {
  expect(await completeJob(sql, 4711, operator)).toEqual({ ok: false, reason: "not_found" });
  expect(await cancelJob(sql, 4711, operator)).toEqual({ ok: false, reason: "not_found" });
  expect(await getJob(sql, 1, 4711)).toBeNull();
});

test("jobs are listed newest first, page by page, by status, station and company", async () => {
  const first = await startedJob(sql, { station: "A", company: "Alpha" });
  const second = await startedJob(sql, { station: "B", company: "Beta" });
  await completeJob(sql, first.id, operator);
  const third = await startedJob(sql, { station: "A", company: "Beta" });
  const ids = async (
    ...wanted: Parameters<typeof listJobs> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) => (await listJobs(sql, 1, ...wanted)).map((job) => job.id);

  expect(await ids({}, { limit: 10 })).toEqual([third.id, second.id, first.id]);
  expect(await ids({}, { limit: 2 })).toEqual([third.id, second.id]);
  expect(await ids({}, { limit: 2, before: second.id })).toEqual([first.id]);
  expect(await ids({ status: "active" }, { limit: 10 })).toEqual([third.id, second.id]);
  expect(await ids({ station: "A" }, { limit: 10 })).toEqual([third.id, first.id]);
  expect(await ids({ company: "Beta", status: "active", station: "B" }, { limit: 10 })).toEqual([second.id]);
});
