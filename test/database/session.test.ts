import { expect, test } from "bun:test";
import { until } from "../support/until.ts";
import { asRole } from "./role.ts";

const wild = {
  DateStyle: "German",
  IntervalStyle: "sql_standard",
  TimeZone: "'Asia/Kathmandu'",
  bytea_output: "escape",
  standard_conforming_strings: "off",
  array_nulls: "off",
  extra_float_digits: "-10",
  client_encoding: "LATIN1",
  default_transaction_isolation: "serializable",
  synchronous_commit: "off",
  lock_timeout: "1",
  idle_in_transaction_session_timeout: "1",
  idle_session_timeout: "100",
  search_path: "nowhere",
};

test("whatever a role, a database or a server has set, every session reads and writes the same", async () => {
  const { start } = await asRole(wild);
  const database = await start();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  const at = new Date("2026-11-29T07:05:03.210Z");
  for (const run of [database.run, database.runInOrder, database.people.run]) {
    const [row] = await run(
      (sql) => sql`
        select ${at}::timestamptz as at, ${Buffer.from([0, 92, 255])}::bytea as bytes, 0.1::float8 + 0.2 as third,
          ${"a\\b ü €"}::text as text, ${["NULL", 'a"b\\', "ü"]}::text[] as texts, ${[1, -2]}::bigint[] as numbers,
          interval '90 minutes'::text as span, current_setting('synchronous_commit') as durable,
          current_setting('lock_timeout') as lock, current_setting('transaction_isolation') as isolation`,
    );
    expect(row).toEqual({
      at,
      bytes: Buffer.from([0, 92, 255]),
      third: 0.30000000000000004,
      text: "a\\b ü €",
      texts: ["NULL", 'a"b\\', "ü"],
      numbers: [1, -2],
      span: "01:30:00",
      durable: "on",
      lock: "0",
      isolation: "read committed",
    });
  }
  // Longer than the role's limits for an idle session, and for one in a transaction.
  await database.run((sql) =>
    sql.begin(async (tx) => {
      await tx`select from filler_bag`;
      await Bun.sleep(300);
      await tx`select from filler_bag`;
    }),
  );
  expect(database.up).toBe(true);
});

test("a limit of a few ms on statements does not keep it away", async () => {
  const { start } = await asRole({ statement_timeout: "5" });
  const database = await start();
  await database.run((sql) => sql`select pg_sleep(0.1)`);
  await database.stop();
});

test("a search_path that is changed later does not lose the tables; another role's tables are not ours", async () => {
  const { sql, start, set } = await asRole({}, { migrated: true });
  await sql`create schema other`;
  await sql`create table other.filler_bag ()`;
  for (const path of ["other_still", "''", "pg_catalog"]) {
    await set({ search_path: path });
    const database = await start();
    const [row] = await database.run(
      (own) => own<{ schema: string }[]>`
        select n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = to_regclass('filler_bag')`,
    );
    expect(row?.schema).toBe("public");
    await database.stop();
  }
});

test("a server that takes no session any more, by its password or its limit, is away, and says why", async () => {
  const { sql, start, role } = await asRole({});
  const database = await start();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => database.stop());
  // New sessions are refused; those that there are go on.
  const backends = () => sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = ${role}`;
  await sql.unsafe(`alter role ${role} password 'another'`);
  expect(database.up).toBe(true);
  await backends();
  await until("it is away", () => database.lastError?.includes("password authentication failed") === true);
  await sql.unsafe(`alter role ${role} password 'wild' connection limit 0`);
  await until("it is full", () => database.lastError?.includes("too many connections for role") === true);
  await sql.unsafe(`alter role ${role} connection limit -1`);
  await until("it is up again", () => database.up);
});
