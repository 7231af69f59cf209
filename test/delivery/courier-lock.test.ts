import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Database, Sql } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createPlant } from "../../src/database/plant.ts";
import { type CourierLock, takeCourierLock } from "../../src/delivery/courier-lock.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";
import { type CuttableLine, openLine } from "./cuttable-line.ts";
import { openDatabase } from "./running-courier.ts";

setDefaultTimeout(60_000);
/** Hooks have 5 s by default: not enough to start the first Postgres on a busy machine. */
const hookLimitMs = 60_000;

let sql: Sql;
let direct: Database;
let remote: Database;
let line: CuttableLine;

beforeAll(async () => {
  const made = await testDatabase();
  sql = made.sql;
  line = await openLine(made.url);
  direct = await openDatabase(made.url);
  remote = await openDatabase(line.url);
}, hookLimitMs);

afterAll(async () => {
  line.stop();
  await Promise.all([direct.stop(), remote.stop()]);
}, hookLimitMs);

function take(database: Database, signal = new AbortController().signal, destination = 1) {
  const reasons: string[] = [];
  const onWait = (reason: string) => reasons.push(reason);
  const taken = takeCourierLock({
    destination,
    database,
    clock: systemClock,
    signal,
    onWait,
    heartbeatMs: 500,
  });
  return { taken, reasons };
}

async function held(database: Database, destination?: number): Promise<CourierLock> {
  const lock = await take(database, undefined, destination).taken;
  if (lock === null) throw new Error("no lock");
  return lock;
}

test("one at a time holds the lock; the other says why it waits, and gets it when it is released", async () => {
  const first = await held(direct);
  const second = take(direct);
  await until("it waits", () => second.reasons.length > 0);
  expect(second.reasons[0]).toBe("another courier delivers from this database");
  await first.release();
  const lock = await second.taken;
  expect(lock?.lost.aborted).toBe(false);
  await lock?.release();
});

test("each destination has a lock of its own; that of the first one is the lock of versions that knew no other", async () => {
  const locks = [await held(direct, 1), await held(direct, 2)];
  const rows = await sql<{ key: string }[]>`
    select (classid::bigint << 32 | objid::bigint)::text as key
    from pg_locks
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    order by classid`;
  expect(rows.map(({ key }) => key)).toEqual(["40510002", String(2 ** 32 + 405_10002)]);
  for (const lock of locks) await lock.release();
});

test("while it is held appliances connect, join their plant and migrate", async () => {
  const lock = await held(direct);
  const plant = createPlant({ journalId: Bun.randomUUIDv7(), name: "Plant 1", logger: silentLogger });
  await plant.settle(sql);
  expect(await migrate(sql)).toEqual([]);
  await lock.release();
});

test("it is kept while heartbeats come, longer than a silent session lives", async () => {
  const lock = await held(direct);
  await Bun.sleep(2_500);
  expect(lock.lost.aborted).toBe(false);
  await lock.release();
});

test("it is lost at once when the session is ended", async () => {
  const lock = await held(direct);
  await sql`
    select pg_terminate_backend(l.pid)
    from pg_locks l
    join pg_stat_activity a using (pid)
    where l.locktype = 'advisory' and a.datname = current_database()`;
  await until("it is lost", () => lock.lost.aborted);
  await lock.release();
});

test("a holder behind a dead line notices it, and loses the lock to another", async () => {
  const lock = await held(remote);
  line.freeze();
  // Nobody tells Postgres either: it ends the session that sends no heartbeat.
  const other = await held(direct);
  await until("it is noticed", () => lock.lost.aborted);
  await lock.release();
  await other.release();
});

test("who gives up waiting gets no lock, and leaves no session behind", async () => {
  const lock = await held(direct);
  const giveUp = new AbortController();
  const waiting = take(direct, giveUp.signal);
  await until("it waits", () => waiting.reasons.length > 0);
  giveUp.abort();
  expect(await waiting.taken).toBeNull();
  await lock.release();
  await until("no session is left", async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()`;
    return row?.count === 0;
  });
});
