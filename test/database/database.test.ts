import { expect, test } from "bun:test";
import { systemClock } from "../../src/clock.ts";
import { createDatabase, DatabaseAway } from "../../src/database/database.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

test("what was asked before the stop is answered; what comes later opens no connection that nobody ends", async () => {
  const { url, sql } = await testDatabase();
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  database.start();
  await until("it is up", () => database.up);
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
  const { url } = await testDatabase();
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  database.start();
  await until("it is up", () => database.up);
  const old = Promise.withResolvers<never>();
  const asked = database.run(() => old.promise);
  await expect(database.run(() => Promise.reject(new DatabaseAway("cut")))).rejects.toThrow("cut");
  expect(database.up).toBe(false);
  await until("it is up again", () => database.up);
  old.reject(new DatabaseAway("no answer"));
  await expect(asked).rejects.toThrow("no answer");
  expect(database.up).toBe(true);
});
