import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { createDatabase, type Sql } from "../../src/database/database.ts";
import { createPlant } from "../../src/database/plant.ts";
import type { Entry } from "../../src/journal/entry.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { type RecordedBatch, recordJournaled } from "../../src/recording/record.ts";
import { createRecorder } from "../../src/recording/recorder.ts";
import { systemClock as clock } from "../../src/runtime/clock.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const keep = { ageMs: 3_600_000, entries: 1_000_000 };

async function recording(folder: string, url: string) {
  const journal = openJournal({ folder, clock, logger, keep });
  const database = createDatabase({ locate: async () => url, logger, clock });
  const plant = createPlant({ journalId: journal.id, name: "Plant 1", logger });
  const batches: RecordedBatch[] = [];
  const onRecorded = (batch: RecordedBatch) => batches.push(batch);
  const metrics = createMetrics();
  const recorder = createRecorder({
    ...{ journal, database, plant, destinations: [1], clock, logger, metrics, onRecorded },
    lookEveryMs: 200,
  });
  database.start();
  recorder.start();
  return {
    journal,
    batches,
    async put(...entries: Entry[]) {
      for (const entry of entries) journal.append(entry);
      await until("all is recorded", () => journal.entries + journal.waiting === 0);
    },
    async [Symbol.asyncDispose]() {
      await recorder.stop(1_000);
      await database.stop();
      journal.close();
    },
  };
}

async function startJob(sql: Sql) {
  await sql`insert into prepuff_company (name) values ('Acme') on conflict do nothing`;
  await sql`
    insert into prepuff_job
      (prepuff_company_id, target_weight, tolerance_percent, quantity, station, started_by, started_at)
    values (1, 50, 10, 1000, 'Station 1', 'test', ${new Date(Date.now() - 60_000)})`;
}

/** Postgres is as it was when it had recorded `through`: what a standby that was behind and was promoted has. */
async function fallBack(sql: Sql, through: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      update delivery_tally set pending = pending - (select count(*) from filler_bag where journal_seq > ${through})`;
    await tx`delete from delivery where filler_bag_id in (select id from filler_bag where journal_seq > ${through})`;
    await tx`delete from filler_bag where journal_seq > ${through}`;
    await tx`delete from rejected_frame where journal_seq > ${through}`;
    await tx`
      update journal
      set recorded_through = ${through},
        bags = (select count(*) from filler_bag),
        rejected = (select count(*) from rejected_frame),
        looked_at = looked_at - interval '3 seconds'`;
    await tx`
      update prepuff_job set bags_completed = n.bags, last_bag_num = n.bags
      from (select count(*) as bags from filler_bag where prepuff_job_id is not null) n`;
  });
}

/** What is in Postgres as bags and rejected frames, without what only Postgres made. */
const stored = async (sql: Sql) => [
  ...(await sql`
    select journal_seq, uid::text, weight, prepuff_job_id, bag_num, in_tolerance, weighed_at
    from filler_bag order by journal_seq`),
  ...(await sql`select journal_seq, raw, received_at from rejected_frame order by journal_seq`),
  ...(await sql`select recorded_through, bags, rejected from journal`),
  ...(await sql`select bags_completed, last_bag_num, status from prepuff_job`),
  ...(await sql`select pending from delivery_tally`),
];

const frames = (count: number) =>
  Array.from({ length: count }, (_, i) => (i % 7 === 3 ? rejected() : weighed({ weight: `${40 + i}` })));

test("what Postgres lost is recorded again as it was, in its order, under its numbers, before what is new", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql);
  await using r = await recording(folder.path, url);
  await r.put(...frames(200));
  const before = await stored(sql);
  for (const through of [150, 199, 0]) {
    await fallBack(sql, through);
    // Nothing is weighed: the look finds it.
    await until("it is as before", async () => Bun.deepEquals(await stored(sql), before));
  }
  await fallBack(sql, 120);
  await r.put(weighed({ weight: "99" }));
  const after = await sql`select bag_num, weight from filler_bag order by bag_num`;
  expect(after.map((row) => row.bag_num)).toEqual(Array.from({ length: 172 }, (_, i) => i + 1));
  expect(after.at(-1)?.weight).toBe("99");
  // Numbers that were counted already are not counted once more.
  const first = r.batches.filter(({ isAgain }) => !isAgain).flatMap(({ bags }) => bags);
  expect(first.reduce((sum, { ids }) => sum + ids.length, 0)).toBe(172);
  await until("all is said", async () => (await sql`select from audit_event`).length === 8);
  const told = await sql`select action, detail from audit_event order by id`;
  expect(told.map(({ action }) => action)).toEqual(
    Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? "database.fell_back" : "database.recorded_again")),
  );
  expect(told[0]?.detail).toMatchObject({ recorded_through: 200, known: 150, again: 50, missing: 0 });
  const [weighing] = await sql`
    select min(weighed_at) as first, max(weighed_at) as last from filler_bag where journal_seq between 151 and 200`;
  expect(told[1]?.detail).toEqual({
    ...{ bags: 42, without_job: 0, rejected: 8 },
    weighed_from: weighing?.first.toISOString(),
    weighed_until: weighing?.last.toISOString(),
  });
}, 60_000);

test("so it is after a kill -9 of the appliance, and when it was killed while it recorded again", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql);
  const entries = frames(200);
  let before: unknown[] = [];
  {
    await using r = await recording(folder.path, url);
    await r.put(...entries);
    before = await stored(sql);
  }
  for (const redone of [0, 1, 40]) {
    await fallBack(sql, 150);
    using copy = tempFolder();
    cpSync(folder.path, copy.path, { recursive: true });
    const journal = openJournal({ folder: copy.path, clock, logger, keep });
    expect(journal).toMatchObject({ entries: 0, recordedThrough: 200, everRecorded: 200 });
    const part = journal.read(150, redone);
    await recordJournaled(sql, journal.id, part, [1]);
    journal.close();
    await using r = await recording(copy.path, url);
    await until("it is as before", async () => Bun.deepEquals(await stored(sql), before));
    expect(r.journal.entries).toBe(0);
  }
}, 60_000);

test("bags of a job that Postgres no longer knows come as bags without a job, and that is said", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  await r.put(weighed());
  await startJob(sql);
  await r.put(weighed(), weighed());
  await fallBack(sql, 1);
  await sql`delete from prepuff_job`;
  await until("all is there again", async () => (await sql`select from filler_bag`).length === 3);
  await until("it is said", async () => {
    const [told] = await sql`select detail from audit_event where action = 'database.recorded_again'`;
    const { weighed_from: from, weighed_until: until, ...counts } = told?.detail ?? {};
    return from <= until && Bun.deepEquals(counts, { bags: 2, without_job: 2, rejected: 0 });
  });
});

test("a state in which only what people did is missing is seen too, from when to when", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  await r.put(weighed());
  const [row] =
    await sql`update journal set looked_at = looked_at - interval '3 seconds' returning looked_at`;
  await until("it is said", async () => {
    const [told] = await sql`select detail from audit_event where action = 'database.fell_back'`;
    const { from, again, missing } = told?.detail ?? {};
    return again === 0 && missing === 0 && new Date(from) >= row?.looked_at;
  });
});

test("a Postgres that has more than its watermark says gets nothing twice", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  await r.put(...frames(20));
  await sql`delete from delivery where filler_bag_id in (select id from filler_bag where journal_seq in (7, 9))`;
  await sql`delete from filler_bag where journal_seq in (7, 9)`;
  await sql`update journal set recorded_through = 5, bags = bags - 2`;
  await until("it agrees again", async () => {
    const [journal] = await sql`select recorded_through, bags, rejected from journal`;
    return Bun.deepEquals(journal, { recorded_through: 20, bags: 17, rejected: 3 });
  });
  expect(await sql`select distinct journal_seq from filler_bag`).toHaveLength(17);
  expect(await sql`select from rejected_frame`).toHaveLength(3);
});
