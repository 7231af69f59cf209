import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDatabase } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { freePort } from "../support/free-port.ts";
import { testDatabase } from "../support/postgres.ts";
import { untilAccepted } from "../support/scale-port.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";

const pgbouncer = findTool("pgbouncer");

/** A real one in front of a new database. It refuses start-up parameters that it does not know, as it does by default. */
async function startPooler(mode: "transaction" | "session" | "statement", more = "") {
  if (pgbouncer === null) throw new Error("no pgbouncer");
  const { url, sql } = await testDatabase();
  const folder = tempFolder();
  chmodSync(folder.path, 0o755);
  const port = freePort();
  const { hostname, port: behind, username, password, pathname } = new URL(url);
  const file = join(folder.path, "pgbouncer.ini");
  function write(poolMode: string): void {
    writeFileSync(
      file,
      `[databases]
pooled = host=${hostname} port=${behind} user=${username} password=${password} dbname=${pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
default_pool_size = 20
${more}
${process.getuid?.() === 0 ? "user = nobody" : ""}
`,
    );
  }
  write(mode);
  const child = Bun.spawn([pgbouncer, file], { stdout: "ignore", stderr: "ignore" });
  await untilAccepted(port, 10_000);
  return {
    url: `postgres://anybody@127.0.0.1:${port}/pooled`,
    sql,
    /** As when its configuration is changed and read again. */
    become(poolMode: string): void {
      write(poolMode);
      child.kill("SIGHUP");
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      folder[Symbol.dispose]();
    },
  };
}

function databaseAt(url: string) {
  return createDatabase({ locate: async () => url, logger: silentLogger, clock: systemClock });
}

describeWithPooler(
  "in transaction mode it is recognised and named, and nothing is recorded through it",
  async () => {
    for (const more of ["", "server_round_robin = 1"]) {
      await using pooler = await startPooler("transaction", more);
      const database = databaseAt(pooler.url);
      database.start();
      await until("it says why", () => database.lastError !== null);
      expect(database.lastError).toBe(
        "a connection pooler in transaction mode stands in between: locks and prepared statements do not last there. Set it to session mode (pgbouncer: pool_mode = session), or name PostgreSQL itself in DATABASE_URL",
      );
      expect(database.up).toBe(false);
      await expect(database.run((sql) => sql`select 1`)).rejects.toThrow("session mode");
      await database.stop();
    }
  },
);

describeWithPooler(
  "in session mode it works as the server itself does: settings, prepared statements and locks last",
  async () => {
    await using pooler = await startPooler("session");
    const database = databaseAt(pooler.url);
    database.start();
    await until("it is up", () => database.up);
    const session = await database.session(() => undefined);
    await session`select pg_advisory_lock(7)`;
    for (let nth = 0; nth < 20; nth++) {
      const [row] = await database.runInOrder(
        (sql) =>
          sql<{ mode: string; style: string; held: boolean }[]>`
          select current_setting('plan_cache_mode') as mode, current_setting('bytea_output') as style,
            not pg_try_advisory_lock(${7}) as held`,
      );
      expect(row).toEqual({ mode: "force_generic_plan", style: "hex", held: true });
    }
    await database.stop();
  },
);

describeWithPooler("one that is changed to transaction mode while it is used is recognised too", async () => {
  await using pooler = await startPooler("session");
  const database = databaseAt(pooler.url);
  database.start();
  await until("it is up", () => database.up);
  pooler.become("transaction");
  // pgbouncer keeps the sessions that there are as they were; those that are made anew are not.
  await pooler.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await until("it is named", () => database.lastError?.includes("session mode") === true);
  await database.stop();
});

function describeWithPooler(name: string, body: () => Promise<void>): void {
  test.skipIf(pgbouncer === null)(`pgbouncer: ${name}`, body, 60_000);
}
