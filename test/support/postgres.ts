import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Sql } from "../../src/database/database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/database/embedded/server.ts";
import { migrate } from "../../src/database/migrate.ts";
import { silentLogger } from "./silent-logger.ts";

/** One real PostgreSQL for the whole test run; every test file takes databases of its own in it. */
let server: Promise<EmbeddedPostgres> | undefined;
const folder = mkdtempSync(join(tmpdir(), "prepuff-test-postgres-"));
const pools = new Set<Sql>();
let made = 0;
let serverPid: number | null = null;

export interface TestDatabase {
  readonly url: string;
  readonly sql: Sql;
}

/** A new database; migrated unless told otherwise. */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  server ??= startEmbeddedPostgres({
    folder,
    logger: silentLogger,
    settings: { max_connections: "300" },
  });
  const { url: root, pid } = await server;
  serverPid = pid;
  const name = `test_${process.pid}_${++made}`;
  const admin = connect(root, silentLogger, 1);
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const url = root.replace(/\/prepuff$/, `/${name}`);
  // Not kept while other files run: a whole run makes more databases than the server has connections.
  const sql = connect(url, silentLogger, 5, { idle_timeout: 5 });
  pools.add(sql);
  if (options.migrated !== false) await migrate(sql);
  return { url, sql };
}

// A test run that is ended half-way must not leave the server behind.
process.on("exit", () => {
  if (serverPid === null) return;
  try {
    process.kill(serverPid, "SIGQUIT");
  } catch {
    // It has stopped already.
  }
});

/** Called once after all tests, by the preload. */
export async function stopTestPostgres(): Promise<void> {
  await Promise.all([...pools].map((pool) => pool.end({ timeout: 1 })));
  if (server) await (await server).stop();
  serverPid = null;
  rmSync(folder, { recursive: true, force: true });
}
