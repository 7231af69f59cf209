import { expect, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { changeJob } from "../../src/records/jobs/job-change.ts";
import { completeJob, startJob } from "../../src/records/jobs/jobs.ts";
import { planJob } from "../../src/records/jobs/queue.ts";
import { setStation } from "../../src/records/jobs/station-settings.ts";
import { weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

const job = {
  ...{
    company: "Acme",
    station: "Station 1",
    target_weight: "50",
    quantity: 10_000,
    tolerance_percent: "10",
  },
  started_by: "test",
};

/** Three recorders, each with a journal of its own, until `isOver`. */
function record(sql: Sql, station: string, isOver: () => boolean): Promise<void>[] {
  return Array.from({ length: 3 }, async () => {
    const id = Bun.randomUUIDv7();
    await sql`insert into journal (id) values (${id})`;
    for (let seq = 1; !isOver(); seq++) {
      await recordJournaled(sql, id, [{ ...weighed({ station }), seq }], []);
    }
  });
}

test("whatever is recorded while jobs start and end, a bag belongs to the job that ran when it was weighed", async () => {
  const { sql } = await testDatabase();
  let isOver = false;
  const recorders = record(sql, "Station 1", () => isOver);
  for (let round = 0; round < 30; round++) {
    const started = await startJob(sql, job, { actor: "test", plant: 1, at: Date.now() });
    await Bun.sleep(5);
    await completeJob(sql, started.ok ? started.job.id : 0, { actor: "test", plant: 1, at: Date.now() });
  }
  isOver = true;
  await Promise.all(recorders);
  const wrong = await sql`
    select b.weighed_at, b.prepuff_job_id, j.id
    from filler_bag b
    left join prepuff_job j
      on j.station = b.station and b.weighed_at >= j.started_at and b.weighed_at < j.ended_at
    where j.id is distinct from b.prepuff_job_id`;
  expect([...wrong]).toEqual([]);
  expect((await sql`select from filler_bag where prepuff_job_id is not null`).length).toBeGreaterThan(0);
}, 60_000);

test("whatever is recorded while a job is changed, a bag has the target that was in force when it was weighed", async () => {
  const { sql } = await testDatabase();
  const by = () => ({ actor: "test", plant: 1, at: Date.now() });
  const started = await startJob(sql, job, by());
  const id = started.ok ? started.job.id : 0;
  let isOver = false;
  const recorders = record(sql, "Station 1", () => isOver);
  for (let round = 1; round <= 30; round++) {
    const changed = await changeJob(sql, id, { target_weight: String(50 + round), reason: "test" }, by());
    expect(changed.ok).toBe(true);
    await Bun.sleep(3);
  }
  isOver = true;
  await Promise.all(recorders);
  const wrong = await sql`
    select b.weighed_at, b.target_weight
    from filler_bag b
    join prepuff_job j on j.id = b.prepuff_job_id
    where b.target_weight <> coalesce(
      (select c.target_weight from job_change c where c.job_id = j.id and c.since > b.weighed_at order by c.since limit 1),
      j.target_weight
    )`;
  expect([...wrong]).toEqual([]);
  const targets = await sql`select distinct target_weight from filler_bag where prepuff_job_id is not null`;
  expect(targets.length).toBeGreaterThan(10);
}, 60_000);

test("whatever is recorded while jobs are completed and begin by themselves, a bag belongs to the one that ran", async () => {
  const { sql } = await testDatabase();
  const by = () => ({ actor: "test", plant: 1, at: Date.now() });
  await setStation(sql, "Station 1", { next_job_begins: "by_itself" }, by());
  const started = await startJob(sql, job, by());
  let running = started.ok ? started.job.id : 0;
  let isOver = false;
  const recorders = record(sql, "Station 1", () => isOver);
  for (let round = 0; round < 30; round++) {
    await planJob(sql, job, by());
    await Bun.sleep(3);
    const completed = await completeJob(sql, running, by());
    running = (completed.ok && completed.next?.id) || 0;
    expect(running).toBeGreaterThan(0);
  }
  isOver = true;
  await Promise.all(recorders);
  const wrong = await sql`
    select b.weighed_at, b.prepuff_job_id, j.id
    from filler_bag b
    left join prepuff_job j
      on j.station = b.station and b.weighed_at >= j.started_at and b.weighed_at < coalesce(j.ended_at, 'infinity')
    where j.id is distinct from b.prepuff_job_id`;
  expect([...wrong]).toEqual([]);
  const jobs = await sql`select distinct prepuff_job_id from filler_bag where prepuff_job_id is not null`;
  expect(jobs.length).toBeGreaterThan(10);
}, 60_000);
