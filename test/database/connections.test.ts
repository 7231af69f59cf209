import { expect, test } from "bun:test";
import { createDatabase } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { isInTime } from "../support/in-time.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { until } from "../support/until.ts";
import { asRole } from "./role.ts";

test("a role with 6 connections: no number of slow questions keeps recording, the probe or quick ones waiting", async () => {
  const { sql, start, role } = await asRole({});
  await sql.unsafe(`alter role ${role} connection limit 6`);
  const database = await start();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  const changes: boolean[] = [];
  database.onChange("test", (up) => changes.push(up));
  await database.session(() => undefined);
  const slow = Array.from({ length: 40 }, () =>
    database.people.run((own) => own`select pg_sleep(0.5)`, 60_000, "slow"),
  );
  const answered = (async () => {
    for (let nth = 0; nth < 10; nth++) {
      await database.runInOrder((own) => own`select 1`);
      await database.run((own) => own`select 1`);
    }
  })();
  expect(await isInTime(answered, 5_000)).toBe(true);
  expect(
    await isInTime(
      database.people.run((own) => own`select 1`),
      5_000,
    ),
  ).toBe(true);
  await Promise.all(slow);
  expect(changes).toEqual([]);
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from pg_stat_activity where usename = ${role}`;
  expect(row?.count).toBeLessThanOrEqual(6);
}, 60_000);

test("without a limit it opens 10 connections, and one for the courier's lock", async () => {
  const { sql, start, role } = await asRole({});
  const database = await start();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  await database.session(() => undefined);
  const asked = [database.run, database.people.run].flatMap((run) =>
    Array.from({ length: 20 }, () => run((own) => own`select pg_sleep(0.3)`)),
  );
  await until("all are open", async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*) as count from pg_stat_activity where usename = ${role}`;
    return row?.count === 11;
  });
  await Promise.all(asked);
});

test("a lost connection of a question is no outage, and what is left of its transaction is not done outside of it", async () => {
  const { url, sql } = await testDatabase();
  const database = createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
  database.start();
  await until("it is up", () => database.up);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  const changes: boolean[] = [];
  database.onChange("test", (up) => changes.push(up));
  const work = database.people.run((own) =>
    own.begin(async (tx) => {
      const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await sql`select pg_terminate_backend(${row?.pid ?? 0})`;
      await Bun.sleep(100);
      await tx`insert into prepuff_company (name) values ('outside')`;
    }),
  );
  await expect(work).rejects.toThrow();
  await database.people.run((own) => own`select 1`);
  expect([...(await sql`select name from prepuff_company`)]).toEqual([]);
  expect(changes).toEqual([]);
});

test("all addresses of a name are asked, at each attempt anew; [::1] is an address too", async () => {
  await using postgres = await startSystemPostgres({ listen_addresses: "127.0.0.1,::1" });
  const named = new URL(postgres.url);
  named.hostname = "db.plant.example";
  let looked = 0;
  const moving = createDatabase({
    locate: async () => named.href,
    logger: silentLogger,
    clock: systemClock,
    async lookup(host) {
      expect(host).toBe("db.plant.example");
      if (++looked === 1) throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
      return looked === 2 ? ["127.0.0.9"] : ["127.0.0.9", "127.0.0.1"];
    },
  });
  const ipv6 = new URL(postgres.url);
  ipv6.hostname = "[::1]";
  const direct = createDatabase({ locate: async () => ipv6.href, logger: silentLogger, clock: systemClock });
  for (const database of [moving, direct]) {
    database.start();
    await until("it is up", () => database.up);
    await database.stop();
  }
}, 60_000);
