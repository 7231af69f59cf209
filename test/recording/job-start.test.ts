import { expect, test } from "bun:test";
import { recordJournaled } from "../../src/recording/record.ts";
import { completeJob, startJob } from "../../src/records/jobs/jobs.ts";
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

test("whatever is recorded while jobs start and end, a bag belongs to the job that ran when it was weighed", async () => {
  const { sql } = await testDatabase();
  let isOver = false;
  const record = async () => {
    const id = Bun.randomUUIDv7();
    await sql`insert into journal (id) values (${id})`;
    for (let seq = 1; !isOver; seq++) await recordJournaled(sql, id, [{ ...weighed(), seq }], []);
  };
  const recorders = [record(), record(), record()];
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
