import { Database as SqliteFile } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createDatabase, type Sql } from "../../src/database/database.ts";
import { createPlant } from "../../src/database/plant.ts";
import type { Entry } from "../../src/journal/entry.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { recoverJournal } from "../../src/journal/recover.ts";
import { type RecordedBatch, recordBags, recordJournaled } from "../../src/recording/record.ts";
import { createRecorder } from "../../src/recording/recorder.ts";
import { type BagRow, selectBags, toBag } from "../../src/records/bags/bag-view.ts";
import { findGaps } from "../../src/records/ledger/ledger-gaps.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** A journal and its recorder on a database of their own. */
async function recording(folder: string, url: string) {
  const clock = systemClock;
  const journal = openJournal({ folder, clock, logger });
  const database = createDatabase({ locate: async () => url, logger, clock });
  const plant = createPlant({ journalId: journal.id, name: "Plant 1", logger });
  const batches: RecordedBatch[] = [];
  const metrics = createMetrics();
  const onRecorded = (batch: RecordedBatch) => batches.push(batch);
  const recorder = createRecorder({
    journal,
    database,
    plant,
    destinations: [1],
    clock,
    logger,
    metrics,
    onRecorded,
  });
  database.start();
  recorder.start();
  return {
    journal,
    batches,
    put(...entries: Entry[]) {
      for (const entry of entries) journal.append(entry);
    },
    settled: () => until("all is recorded", () => journal.entries + journal.waiting === 0),
    async [Symbol.asyncDispose]() {
      await recorder.stop(1_000);
      await database.stop();
      journal.close();
    },
  };
}

async function startJob(sql: Sql, quantity: number, startedAt = Date.now() - 60_000) {
  await sql`insert into prepuff_company (name) values ('Acme') on conflict do nothing`;
  const [job] = await sql<{ id: number }[]>`
    insert into prepuff_job
      (prepuff_company_id, target_weight, tolerance_percent, quantity, station, started_by, started_at)
    values (1, 50, 10, ${quantity}, 'Station 1', 'test', ${new Date(startedAt)})
    returning id`;
  return job?.id ?? 0;
}

/** From now on Postgres refuses bags of this weight. */
async function refuseThirteen(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create function no_thirteen() returns trigger language plpgsql as $$
    begin
      if new.weight = 13 then raise exception 'thirteen is not a weight'; end if;
      return new;
    end $$;
    create trigger no_thirteen before insert on filler_bag for each row execute function no_thirteen()`);
}

const numbers = (sql: Sql) => sql<{ weight: string; bag_num: number | null }[]>`
  select weight, bag_num from filler_bag order by id`;

test("bags are numbered in the journal's order, the job is completed at its quantity, the rest is unassigned", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql, 2);
  await using r = await recording(folder.path, url);
  r.put(weighed({ weight: "49.00" }), rejected(), weighed({ weight: "44.99" }), weighed({ weight: "51.00" }));
  await r.settled();
  expect<unknown>([...(await numbers(sql))]).toEqual([
    { weight: "49.00", bag_num: 1 },
    { weight: "44.99", bag_num: 2 },
    { weight: "51.00", bag_num: null },
  ]);
  const [job] = await sql`select status, bags_completed, ended_at from prepuff_job`;
  expect(job).toMatchObject({ status: "completed", bags_completed: 2, ended_at: expect.any(Date) });
  const [ledger] = await sql`select recorded_through, bags, rejected from journal`;
  expect(ledger).toEqual({ recorded_through: 4, bags: 3, rejected: 1 });
  const [tally] = await sql`select pending from delivery_tally`;
  expect(tally).toEqual({ pending: 3 });
});

test("a bag in doubt is kept, and has no job, no number and no delivery; the others count on", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const jobId = await startJob(sql, 2);
  await using r = await recording(folder.path, url);
  const doubtful = weighed({ weight: "50.20", doubt: "repeats", repeatSuspected: true });
  r.put(weighed({ weight: "50.10" }), doubtful, weighed({ weight: "50.30" }));
  await r.settled();
  expect<unknown>([
    ...(await sql`
      select weight, prepuff_job_id as job, bag_num, in_tolerance, repeat_suspected, doubt
      from filler_bag order by id`),
  ]).toEqual([
    { weight: "50.10", job: jobId, bag_num: 1, in_tolerance: true, repeat_suspected: false, doubt: null },
    {
      weight: "50.20",
      job: null,
      bag_num: null,
      in_tolerance: null,
      repeat_suspected: true,
      doubt: "repeats",
    },
    { weight: "50.30", job: jobId, bag_num: 2, in_tolerance: true, repeat_suspected: false, doubt: null },
  ]);
  expect<unknown>([...(await sql`select status, bags_completed from prepuff_job`)]).toEqual([
    { status: "completed", bags_completed: 2 },
  ]);
  expect<unknown>([
    ...(await sql`select b.weight from delivery d join filler_bag b on b.id = filler_bag_id order by b.id`),
  ]).toEqual([{ weight: "50.10" }, { weight: "50.30" }]);
  expect<unknown>([...(await sql`select pending from delivery_tally`)]).toEqual([{ pending: 2 }]);
});

test("a bag belongs to the job that ran when it was weighed, also when it is recorded after that job's end", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const now = Date.now();
  const first = await startJob(sql, 10, now - 60_000);
  await sql`update prepuff_job set status = 'cancelled', ended_at = ${new Date(now - 30_000)}`;
  const second = await startJob(sql, 10, now - 20_000);
  await using r = await recording(folder.path, url);
  for (const age of [70_000, 40_000, 30_000, 25_000, 20_000, 0]) r.put(weighed({ receivedAt: now - age }));
  await r.settled();
  const jobs = await sql<
    { prepuff_job_id: number | null }[]
  >`select prepuff_job_id from filler_bag order by id`;
  expect(jobs.map((row) => row.prepuff_job_id)).toEqual([null, first, null, null, second, second]);
});

test("jobs that overlap because the clock was set back: a bag belongs to the one that began last, once", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const now = Date.now();
  const first = await startJob(sql, 10, now - 100_000);
  await sql`update prepuff_job set status = 'completed', ended_at = ${new Date(now - 10_000)}`;
  const second = await startJob(sql, 10, now - 60_000);
  await using r = await recording(folder.path, url);
  for (const age of [80_000, 60_000, 20_000, 0]) r.put(weighed({ receivedAt: now - age }));
  await r.settled();
  const bags = await sql<
    { prepuff_job_id: number; bag_num: number }[]
  >`select prepuff_job_id, bag_num from filler_bag order by id`;
  expect(bags.map((bag) => [bag.prepuff_job_id, bag.bag_num])).toEqual([
    [first, 1],
    [second, 1],
    [second, 2],
    [second, 3],
  ]);
});

test("bags of one batch are judged in the unit that each was printed in, at the station that each was weighed at", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql, 10);
  await using r = await recording(folder.path, url);
  r.put(
    weighed({ weight: "50", unit: "lb" }),
    weighed({ weight: "50", unit: "kg" }),
    weighed({ weight: "22.7", unit: "kg" }),
    weighed({ weight: "50", unit: "lb", station: "Station 2" }),
    weighed({ weight: "700", unit: "oz" }),
  );
  await r.settled();
  const rows = await sql`select station, weight, unit, bag_num, in_tolerance from filler_bag order by id`;
  expect<unknown>([...rows]).toEqual([
    { station: "Station 1", weight: "50", unit: "lb", bag_num: 1, in_tolerance: true },
    { station: "Station 1", weight: "50", unit: "kg", bag_num: 2, in_tolerance: false },
    { station: "Station 1", weight: "22.7", unit: "kg", bag_num: 3, in_tolerance: true },
    { station: "Station 2", weight: "50", unit: "lb", bag_num: null, in_tolerance: null },
    { station: "Station 1", weight: "700", unit: "oz", bag_num: 4, in_tolerance: false },
  ]);
  const groups = r.batches.flatMap(({ bags }) => bags);
  const count = (verdict: string) =>
    groups.filter((group) => group.verdict === verdict).reduce((sum, { ids }) => sum + ids.length, 0);
  expect(["in", "under", "over", "no_job"].map(count)).toEqual([2, 1, 1, 1]);
});

test("frames and rejected ones of one moment are recorded together, and in their order, batch behind batch", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql, 1_000_000);
  const events: Entry[] = [];
  for (let weight = 1; weight <= 200; weight++) {
    // Batches of bags alone, of rejected frames alone, and of both.
    events.push(weighed({ weight: String(weight) }));
    if (weight % 3 === 0) events.push(rejected());
    if (weight % 50 === 0) events.push(rejected(), rejected());
  }
  await using r = await recording(folder.path, url);
  for (const [index, entry] of events.entries()) {
    r.put(entry);
    // First each few alone, then on and on.
    if (index < 60 && index % 3 === 0) await r.settled();
    else if (index % 3 === 0) await Bun.sleep(0);
  }
  await r.settled();
  expect((await numbers(sql)).map((row) => row.weight)).toEqual(
    Array.from({ length: 200 }, (_, index) => String(index + 1)),
  );
  expect((await numbers(sql)).map((row) => row.bag_num)).toEqual(
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
  const seqs = await sql<{ seq: number }[]>`
    select journal_seq as seq from filler_bag union all select journal_seq from rejected_frame order by 1`;
  expect(seqs.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const [ledger] = await sql`select recorded_through, bags, rejected from journal`;
  expect(ledger).toEqual({ recorded_through: events.length, bags: 200, rejected: events.length - 200 });
  const told = r.batches.flatMap(({ rejectedIds }) => rejectedIds);
  const kept = await sql<{ id: number }[]>`select id from rejected_frame order by id`;
  expect(told).toEqual(kept.map(({ id }) => id));
  expect(r.batches.length).toBeGreaterThanOrEqual(20);
});

test("a row that stands for many frames counts as many, and its numbers are no gap", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  r.put(weighed(), rejected({ frames: 10_000 }), weighed(), rejected());
  await r.settled();
  const [ledger] = await sql`select recorded_through, bags, rejected from journal`;
  expect(ledger).toEqual({ recorded_through: 10_003, bags: 2, rejected: 10_001 });
  expect<unknown>([...(await sql`select journal_seq, frames from rejected_frame order by id`)]).toEqual([
    { journal_seq: 10_001, frames: 10_000 },
    { journal_seq: 10_003, frames: 1 },
  ]);
  expect(await findGaps((query) => query(sql), r.journal.id, { limit: 10 })).toEqual([]);
});

test("what came behind a bag's print is told with the bag, in whichever batch it comes", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  const [one, two, three] = [weighed(), weighed(), weighed()];
  r.put(one, rejected({ reason: "remainder", raw: "M", ofUid: one.uid }), two);
  await r.settled();
  r.put(rejected({ reason: "remainder", raw: "3 oz\x07", ofUid: two.uid }), three);
  await r.settled();
  const bags = (await sql<BagRow[]>`${selectBags(sql)} order by b.id`).map(toBag);
  expect(bags.map((bag) => bag.followed_by)).toEqual(["M", "3 oz\\x07", null]);
});

test("the next batch waits at Postgres's door while it works on one, and no more than that", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql, 1_000_000);
  await using r = await recording(folder.path, url);
  r.put(weighed());
  await r.settled();
  const held = await sql.reserve();
  try {
    await held`begin`;
    await held`select from journal where id = ${r.journal.id} for update`;
    for (const weight of ["1", "2", "3", "4"]) {
      r.put(weighed({ weight }));
      await until("it is journaled", () => r.journal.waiting === 0);
    }
    await until(
      "the first of them waits for the lock",
      async () =>
        (
          await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        ).length === 1,
    );
    await held`commit`;
  } finally {
    held.release();
  }
  await r.settled();
  expect((await numbers(sql)).map((row) => row.bag_num)).toEqual([1, 2, 3, 4, 5]);
  // One was sent, one behind it, and the other two together when there was room again.
  const made = r.batches.map(({ bags }) => bags.reduce((sum, { ids }) => sum + ids.length, 0));
  expect(made).toEqual([1, 1, 1, 2]);
});

test("each bag is delivered to each destination given, and two recorders at once do not deadlock over the tallies", async () => {
  const { sql } = await testDatabase();
  await sql`insert into destination (name, kind) values ('Quality', 'scan_bag'), ('Nobody', 'scan_bag')`;
  const rows = await sql<{ id: number }[]>`select id from destination where name <> 'Nobody' order by id`;
  const destinations = rows.map(({ id }) => id);
  const batches = 50;
  const record = async (to: readonly number[]) => {
    const journalId = Bun.randomUUIDv7();
    await sql`insert into journal (id) values (${journalId})`;
    for (let batch = 0; batch < batches; batch++) {
      const entries = [1, 2].map((nth) => ({ ...weighed(), seq: 2 * batch + nth }));
      await recordJournaled(sql, journalId, entries, to);
    }
  };
  await Promise.all([record(destinations), record(destinations.toReversed()), record([])]);
  const tallies = await sql`
    select d.name, t.pending, (select count(*) from delivery where destination_id = d.id) as rows
    from destination d
    join delivery_tally t on t.destination_id = d.id
    order by d.id`;
  expect<unknown>([...tallies]).toEqual([
    { name: "Web application", pending: 4 * batches, rows: 4 * batches },
    { name: "Quality", pending: 4 * batches, rows: 4 * batches },
    { name: "Nobody", pending: 0, rows: 0 },
  ]);
  const [bags] = await sql<{ count: number }[]>`select count(*) as count from filler_bag`;
  expect(bags?.count).toBe(6 * batches);
});

test("a batch whose answer was lost may be given again: nothing is stored or counted twice", async () => {
  const { sql } = await testDatabase();
  await startJob(sql, 10);
  const journalId = Bun.randomUUIDv7();
  await sql`insert into journal (id) values (${journalId})`;
  const entries = [weighed(), rejected(), weighed()].map((entry, index) => ({ ...entry, seq: index + 1 }));
  expect(await recordJournaled(sql, journalId, entries.slice(0, 2), [1])).not.toBeNull();
  expect(await recordJournaled(sql, journalId, entries, [1])).toBeNull();
  expect(await recordJournaled(sql, journalId, entries.slice(2), [1])).not.toBeNull();
  expect(await recordJournaled(sql, journalId, entries.slice(2), [1])).toBeNull();
  expect<unknown>([...(await sql`select bags_completed, last_bag_num from prepuff_job`)]).toEqual([
    { bags_completed: 2, last_bag_num: 2 },
  ]);
  expect<unknown>([...(await sql`select bags, rejected, recorded_through from journal`)]).toEqual([
    { bags: 2, rejected: 1, recorded_through: 3 },
  ]);
});

test("two appliances on copies of one data folder lose nothing: who comes second gets new numbers", async () => {
  using original = tempFolder();
  using copy = tempFolder();
  const { url, sql } = await testDatabase();
  openJournal({ folder: original.path, clock: systemClock, logger }).close();
  cpSync(original.path, copy.path, { recursive: true });
  await using one = await recording(original.path, url);
  await using two = await recording(copy.path, url);
  expect(one.journal.id).toBe(two.journal.id);
  for (let round = 0; round < 10; round++) {
    one.put(weighed({ weight: `${round + 1}.1` }), rejected());
    two.put(weighed({ weight: `${round + 1}.2` }));
    await Promise.all([one.settled(), two.settled()]);
  }
  const rows = await sql<{ weight: string }[]>`select weight from filler_bag order by weight`;
  expect(rows).toHaveLength(20);
  expect(new Set(rows.map((row) => row.weight)).size).toBe(20);
  expect(await sql`select from rejected_frame`).toHaveLength(10);
});

test("two recorders that number for one job at once leave no gap and no repeat", async () => {
  const { sql } = await testDatabase();
  await startJob(sql, 150);
  const record = async () => {
    const journalId = Bun.randomUUIDv7();
    await sql`insert into journal (id) values (${journalId})`;
    for (let seq = 1; seq <= 100; seq += 10) {
      const entries = Array.from({ length: 10 }, (_, i) => ({ ...weighed(), seq: seq + i }));
      await recordJournaled(sql, journalId, entries, []);
    }
  };
  await Promise.all([record(), record()]);
  const rows = await sql<{ bag_num: number }[]>`
    select bag_num from filler_bag where bag_num is not null order by bag_num`;
  expect(rows.map((row) => row.bag_num)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
  expect<unknown>([...(await sql`select status, bags_completed from prepuff_job`)]).toEqual([
    { status: "completed", bags_completed: 150 },
  ]);
});

test("with a plan that is kept, jobs are looked up by hash: no bag is compared with every job", async () => {
  const { sql } = await testDatabase();
  // What the planner expects then does not depend on the batch.
  const [row] = await sql.unsafe(`explain (generic_plan, format json) ${recordBags.text}`).simple();
  const plans = joinsIn(row?.["QUERY PLAN"]).filter(({ text }) => /"Alias":"w(_1)?"/.test(text));
  // Of the batch as it mostly is, and within it what was counted anew; and of those that are counted anew.
  expect(plans.map(({ type }) => type)).toEqual(["Hash Join", "Hash Join", "Merge Join"]);
});

interface Join {
  readonly type: string;
  /** All below it. */
  readonly text: string;
}

/** The joins in a plan, from the top down. */
function joinsIn(plan: unknown): Join[] {
  if (Array.isArray(plan)) return plan.flatMap(joinsIn);
  if (typeof plan !== "object" || plan === null) return [];
  const type = "Node Type" in plan ? String(plan["Node Type"]) : "";
  const own = /Join|Nested Loop/.test(type) ? [{ type, text: JSON.stringify(plan) }] : [];
  return [...own, ...Object.values(plan).flatMap(joinsIn)];
}

test("a record that Postgres refuses is kept as a rejected frame with its words, and holds nothing up", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await refuseThirteen(sql);
  await using r = await recording(folder.path, url);
  for (let i = 0; i < 30; i++) r.put(weighed({ weight: i % 10 === 3 ? "13" : "50", raw: `frame ${i}` }));
  await r.settled();
  expect(await sql`select from filler_bag`).toHaveLength(27);
  const refused = await sql<{ raw: Buffer; reason: string; detail: string; journal_seq: number }[]>`
    select raw, reason, detail, journal_seq from rejected_frame order by id`;
  expect(refused.map((row) => [row.reason, row.raw.toString(), row.journal_seq])).toEqual([
    ["refused", "frame 3", 4],
    ["refused", "frame 13", 14],
    ["refused", "frame 23", 24],
  ]);
  expect(refused[0]?.detail).toContain("thirteen is not a weight");
  expect<unknown>([...(await sql`select bags, rejected, recorded_through from journal`)]).toEqual([
    { bags: 27, rejected: 3, recorded_through: 30 },
  ]);
});

test("what was sent behind a refused batch is recorded too, once, in its order", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await startJob(sql, 1_000_000);
  await refuseThirteen(sql);
  const frames = 11_000;
  // Waiting before the recorder comes, so that full batches follow one another.
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  for (let i = 0; i < frames; i++)
    journal.append(weighed({ weight: i === 4_321 ? "13" : `${i + 100}`, raw: `frame ${i}` }));
  await until("all is journaled", () => journal.lastSeq === frames);
  journal.close();
  await using r = await recording(folder.path, url);
  await r.settled();
  const rows = await sql<{ weight: string; bag_num: number; journal_seq: number }[]>`
    select weight, bag_num, journal_seq from filler_bag order by id`;
  expect(rows.map((row) => row.bag_num)).toEqual(Array.from({ length: frames - 1 }, (_, i) => i + 1));
  expect(rows.every((row) => Number(row.weight) === row.journal_seq + 99)).toBe(true);
  const [ledger] = await sql`select recorded_through, bags, rejected from journal`;
  expect(ledger).toEqual({ recorded_through: frames, bags: frames - 1, rejected: 1 });
});

test("a hole in the journal, where a damage took entries, holds up nothing, also between two batches", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  for (let i = 0; i < 10_010; i++) journal.append(weighed());
  await until("all is journaled", () => journal.lastSeq === 10_010);
  journal.close();
  using file = new SqliteFile(join(folder.path, "journal.db"));
  file.run("delete from entry where seq in (3, 5001, 5002, 10007)");
  await using r = await recording(folder.path, url);
  await r.settled();
  expect(await sql`select from filler_bag`).toHaveLength(10_006);
  const [ledger] = await sql`select recorded_through, bags from journal`;
  expect(ledger).toEqual({ recorded_through: 10_010, bags: 10_006 });
});

test("numbers that a damage took from the journal's end hold up nothing, and Postgres is not taken for an earlier one", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const before = openJournal({ folder: folder.path, clock: systemClock, logger });
  for (let nth = 0; nth < 10; nth++) before.append(weighed());
  await until("all is in the journal", () => before.lastSeq === 10);
  before.close();
  const file = new SqliteFile(join(folder.path, "journal.db"));
  file.run("delete from entry where seq > 6");
  file.close(true);
  await using r = await recording(folder.path, url);
  await r.settled();
  r.put(weighed({ weight: "12.50" }));
  await r.settled();
  expect(
    await sql`select journal_seq::int as seq from filler_bag order by journal_seq`.then((rows) =>
      rows.map(({ seq }) => seq),
    ),
  ).toEqual([1, 2, 3, 4, 5, 6, 11]);
  const [journal] = await sql<{ through: number }[]>`select recorded_through as through from journal`;
  expect(journal?.through).toBe(11);
  expect(await sql`select action from audit_event where action like 'database.%'`).toHaveLength(0);
});

test("a journal that is older than what Postgres recorded of it gets new numbers, and its new bags are stored", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const stale = openJournal({ folder: folder.path, clock: systemClock, logger });
  stale.append(weighed({ weight: "1" }));
  await until("the entry is durable", () => stale.lastSeq === 1);
  await sql`insert into journal (id) values (${stale.id})`;
  const others = Array.from({ length: 100 }, (_, i) => ({ ...weighed({ weight: "9" }), seq: i + 1 }));
  await recordJournaled(sql, stale.id, others, []);
  stale.close();
  await using r = await recording(folder.path, url);
  r.put(weighed({ weight: "2" }));
  await r.settled();
  const rows = await sql<{ weight: string; journal_seq: number }[]>`
    select weight, journal_seq from filler_bag where weight <> 9 order by id`;
  expect<unknown>([...rows]).toEqual([
    { weight: "1", journal_seq: 101 },
    { weight: "2", journal_seq: 102 },
  ]);
  expect(r.journal.lastSeq).toBe(102);
});

test("entries that come back into the journal after higher numbers were recorded fill their own numbers, once", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  const entries = [weighed(), weighed({ weight: "48" }), rejected(), weighed({ weight: "49" })];
  for (const entry of entries) journal.append(entry);
  await until("the entries are durable", () => journal.lastSeq === 4);
  await sql`insert into journal (id) values (${journal.id})`;
  const numbered = journal.read(0, 10);
  await recordJournaled(
    sql,
    journal.id,
    [numbered[0], numbered[3]].flatMap((entry) => entry ?? []),
    [],
  );
  journal.close();
  await using r = await recording(folder.path, url);
  await r.settled();
  const rows = await sql`
    select journal_seq from filler_bag union all select journal_seq from rejected_frame order by 1`;
  expect(rows.map((row) => row.journal_seq)).toEqual([1, 2, 3, 4]);
  const [ledger] = await sql`select recorded_through, bags, rejected from journal`;
  expect(ledger).toEqual({ recorded_through: 4, bags: 3, rejected: 1 });
});

test("bags for which no range could be made wait in the journal, and none is taken for refused", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await using r = await recording(folder.path, url);
  r.put(weighed());
  await r.settled();
  await sql`select setval('filler_bag_id_seq', 19999999)`;
  await sql`alter function make_filler_bag_ranges rename to make_no_ranges`;
  r.put(weighed(), weighed(), rejected(), weighed());
  await Bun.sleep(500);
  expect(r.journal.entries).toBe(4);
  await sql`alter function make_no_ranges rename to make_filler_bag_ranges`;
  await r.settled();
  expect<unknown>([...(await sql`select bags, rejected, recorded_through from journal`)]).toEqual([
    { bags: 4, rejected: 1, recorded_through: 5 },
  ]);
  expect<unknown>([...(await sql`select reason from rejected_frame`)]).toEqual([{ reason: "malformed" }]);
});

test("bags that come back into another journal become none twice, and none of those that were not recorded is left out", async () => {
  using folder = tempFolder();
  const [first, second, aside] = [
    join(folder.path, "first"),
    join(folder.path, "second"),
    join(folder.path, "aside"),
  ];
  for (const path of [first, second]) mkdirSync(path);
  const known = weighed({ weight: "49.00" });
  const { url, sql } = await testDatabase();
  {
    await using r = await recording(first, url);
    r.put(known, rejected(), weighed({ weight: "51.00" }));
    await r.settled();
  }
  // One that Postgres never got: its journal was lost, but for this copy.
  const journal = openJournal({ folder: first, clock: systemClock, logger });
  journal.append(weighed({ weight: "52.00" }));
  await until("it is on disk", () => journal.waiting === 0);
  journal.close();
  cpSync(first, aside, { recursive: true });
  {
    await using r = await recording(second, url);
    r.put(weighed({ weight: "53.00" }));
    await r.settled();
  }
  // Another copy of a bag that Postgres has, as a set-aside journal that was recorded since.
  const copy = openJournal({ folder: aside, clock: systemClock, logger });
  copy.append(known);
  await until("it is on disk", () => copy.waiting === 0);
  copy.close();

  const report = recoverJournal(aside, second, systemClock);
  expect(report).toMatchObject({ added: 0, renumbered: 2, present: 0 });
  {
    await using r = await recording(second, url);
    await r.settled();
  }
  expect((await numbers(sql)).map(({ weight }) => weight)).toEqual(["49.00", "51.00", "53.00", "52.00"]);
  const refused = await sql`select reason, detail from rejected_frame where reason = 'refused'`;
  expect<unknown>([...refused]).toEqual([
    { reason: "refused", detail: "recorded before, as a bag of another journal" },
  ]);
  const [ledger] = await sql`
    select sum(recorded_through)::int as received, sum(bags + rejected)::int as recorded from journal`;
  expect(ledger).toEqual({ received: 6, recorded: 6 });
});
