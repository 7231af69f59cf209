import { beforeEach, expect, test } from "bun:test";
import { createDatabase, type Sql } from "../../../src/database/database.ts";
import { createPlant } from "../../../src/database/plant.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { reconcile } from "../../../src/recording/reconcile.ts";
import { recordJournaled } from "../../../src/recording/record.ts";
import { findGaps } from "../../../src/records/ledger/ledger-gaps.ts";
import { createRejectedRetention, removeRejected } from "../../../src/records/rejected/rejected-retention.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { rejected, weighed } from "../../support/entries.ts";
import { testDatabase } from "../../support/postgres.ts";
import { silentLogger as logger } from "../../support/silent-logger.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";

const dayMs = 86_400_000;
const now = Date.UTC(2026, 5, 1);
let sql: Sql;
let url = "";
const journalId = Bun.randomUUIDv7();

beforeEach(async () => {
  ({ sql, url } = await testDatabase());
  await sql`insert into journal (id) values (${journalId})`;
});

/** Bag, rejected, bag, rejected …, one an hour up to now; every tenth stands for 5 frames. @returns the last number. */
async function record(frames: number): Promise<number> {
  let seq = 0;
  const entries = Array.from({ length: frames }, (_, nth) => {
    const receivedAt = now - (frames - nth) * 3_600_000;
    const entry =
      nth % 2 === 0 ? weighed({ receivedAt }) : rejected({ receivedAt, frames: nth % 20 === 1 ? 5 : 1 });
    seq += entry.kind === "rejected" ? entry.frames : 1;
    return { ...entry, seq };
  });
  await recordJournaled(sql, journalId, entries, []);
  return seq;
}

async function kept(): Promise<{ rows: number; oldest: Date }> {
  const [row] = await sql<{ rows: number; oldest: Date }[]>`
    select count(*)::integer as rows, min(received_at) as oldest from rejected_frame`;
  return row ?? { rows: 0, oldest: new Date(0) };
}

/** Nothing is missing, by count and by number. */
async function expectWhole(last: number): Promise<void> {
  const [row] =
    await sql`select bags + rejected as counted, recorded_through from journal where id = ${journalId}`;
  expect(row).toEqual({ counted: last, recorded_through: last });
  expect(await findGaps((query) => query(sql), journalId, { limit: 10 })).toEqual([]);
}

test("old rejected frames go, bags stay, and the ledger lacks nothing", async () => {
  const last = await record(1_000);
  expect(await removeRejected(sql, { days: 10, rows: 1_000_000 }, now)).toBe(380);
  expect(await kept()).toEqual({ rows: 120, oldest: new Date(now - 239 * 3_600_000) });
  expect(await removeRejected(sql, { days: 10, rows: 1_000_000 }, now)).toBe(0);
  await expectWhole(last);
});

test("of many only the newest rows stay, a small batch at a time", async () => {
  const last = await record(5_000);
  const most = { days: 3_650, rows: 100 };
  const batches = [];
  for (let rows = 1; rows > 0; batches.push(rows)) rows = await removeRejected(sql, most, now);
  expect(batches).toEqual([1_000, 1_000, 400, 0]);
  expect((await kept()).rows).toBe(100);
  await expectWhole(last);
});

test("a number that is really missing is still found among those that were removed", async () => {
  await record(100);
  await sql`delete from filler_bag where journal_seq = (select min(journal_seq) from filler_bag where journal_seq > 50)`;
  const before = await findGaps((query) => query(sql), journalId, { limit: 10 });
  expect(before).toHaveLength(1);
  await removeRejected(sql, { days: 1, rows: 1_000_000 }, now);
  expect(await findGaps((query) => query(sql), journalId, { limit: 10 })).toEqual(before);
});

test("entries that the journal still has are not recorded again when their rows were removed", async () => {
  using folder = tempFolder();
  const journal = openJournal({ folder: folder.path, clock: systemClock, logger });
  const entries = [rejected({ receivedAt: now - 3 * dayMs, frames: 7 }), weighed()];
  for (const entry of entries) journal.append(entry);
  await until("they are written", () => journal.lastSeq === 8);
  await sql`insert into journal (id) values (${journal.id})`;
  await recordJournaled(sql, journal.id, journal.read(0, 10), []);
  expect(await removeRejected(sql, { days: 1, rows: 1_000_000 }, now)).toBe(1);
  const database = createDatabase({ locate: async () => url, logger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
  const late: unknown[] = [];
  await reconcile({
    journal,
    database,
    plant: createPlant({ journalId: journal.id, name: "Plant 1", logger }),
    logger,
    now: Date.now,
    last: null,
    recordLate: async (again) => void late.push(...again),
  });
  expect(late).toEqual([]);
  expect(journal.recordedThrough).toBe(8);
  await database.stop();
  journal.close();
});

test("it works by itself, also beside another appliance on the same database", async () => {
  const last = await record(4_000);
  const database = createDatabase({ locate: async () => url, logger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
  const both = [1, 2].map(() =>
    createRejectedRetention({
      database,
      kept: { days: 3_650, rows: 500 },
      clock: { ...systemClock, now: () => now },
      logger,
    }),
  );
  for (const retention of both) retention.start();
  await until("the newest are left", async () => (await kept()).rows === 500);
  await Promise.all(both.map((retention) => retention.stop()));
  await expectWhole(last);
  await database.stop();
});
