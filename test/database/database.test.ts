import { expect, test } from "bun:test";
import { createDatabase, DatabaseAway } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

/** One that is up. */
async function startedDatabase() {
  const { url, sql } = await testDatabase();
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  database.start();
  await until("it is up", () => database.up);
  return { database, sql };
}

test("what was asked before the stop is answered; what comes later opens no connection that nobody ends", async () => {
  const { database, sql } = await startedDatabase();
  const [row] = await sql<{ backend: number }[]>`select pg_backend_pid() as backend`;
  // More than there are connections: the others wait in the driver.
  const asked = Array.from({ length: 100 }, () => database.run((pool) => pool`select 1`));
  const stopped = database.stop();
  await expect(database.run((pool) => pool`select 1`)).rejects.toThrow("stopped");
  await stopped;
  expect(await Promise.all(asked)).toHaveLength(100);
  await until("its connections are closed", async () => {
    const [others] = await sql<{ count: number }[]>`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and pid not in (pg_backend_pid(), ${row?.backend ?? 0})`;
    return others?.count === 0;
  });
});

test("what was asked before an outage and fails after it does not make the database away once more", async () => {
  const { database } = await startedDatabase();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  const old = Promise.withResolvers<never>();
  const asked = database.run(() => old.promise);
  await expect(database.run(() => Promise.reject(new DatabaseAway("cut")))).rejects.toThrow("cut");
  expect(database.up).toBe(false);
  await until("it is up again", () => database.up);
  old.reject(new DatabaseAway("no answer"));
  await expect(asked).rejects.toThrow("no answer");
  expect(database.up).toBe(true);
});

test("questions in order go to one connection, are answered in turn, and their plans are kept", async () => {
  const { database } = await startedDatabase();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  const answered: number[] = [];
  // The slowest is asked first, and the next ones do not wait for its answer.
  const backends = await Promise.all(
    [200, 0, 0].map((ms, nth) =>
      database.runInOrder(async (sql) => {
        const [row] = await sql<{ pid: number; mode: string }[]>`
          select pg_backend_pid() as pid, current_setting('plan_cache_mode') as mode, pg_sleep(${ms}::float8 / 1000)::text`;
        answered.push(nth);
        return `${row?.pid} ${row?.mode}`;
      }),
    ),
  );
  expect(answered).toEqual([0, 1, 2]);
  expect(new Set(backends).size).toBe(1);
  expect(backends[0]).toEndWith(" force_generic_plan");
});
