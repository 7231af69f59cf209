import { connect, type Sql } from "../../src/database/database.ts";
import type { EmbeddedPostgres } from "../../src/database/embedded/server.ts";
import { databaseUrl, migratedTemplate, startTestServer } from "./postgres-server.ts";
import { silentLogger } from "./silent-logger.ts";
import { memoryFolder, type TempFolder } from "./temp-folder.ts";

/** The server of the whole run, where `test/run.ts` started one; else each process starts its own when it needs it. */
const ofTheRun = process.env.TEST_POSTGRES_URL;
let own: { readonly folder: TempFolder; readonly server: Promise<EmbeddedPostgres> } | undefined;
let ownPid: number | null = null;
let admin: Sql | undefined;
const made: { readonly name: string; readonly sql: Sql }[] = [];

export interface TestDatabase {
  readonly url: string;
  readonly sql: Sql;
}

/** A new database; migrated unless told otherwise. */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${Bun.randomUUIDv7("hex").slice(-12)}${made.length}`;
  const template = options.migrated === false ? "template1" : migratedTemplate;
  admin ??= connect(server, silentLogger, 1, { idle_timeout: 5 });
  await admin.unsafe(`create database ${name} template ${template}`);
  const url = databaseUrl(server, name);
  // Not kept while other files run: a whole run makes more databases than the server has connections.
  const sql = connect(url, silentLogger, 5, { idle_timeout: 5 });
  made.push({ name, sql });
  return { url, sql };
}

async function serverUrl(): Promise<string> {
  if (ofTheRun !== undefined) return ofTheRun;
  if (own === undefined) {
    const folder = memoryFolder();
    own = { folder, server: startTestServer(folder.path) };
  }
  const { url, pid } = await own.server;
  ownPid = pid;
  return url;
}

// A test run that is ended half-way must not leave the server behind.
process.on("exit", () => {
  if (ownPid === null) return;
  try {
    process.kill(ownPid, "SIGQUIT");
    own?.folder[Symbol.dispose]();
  } catch {
    // It has stopped already, or still writes.
  }
});

/** Called once after all tests of the process, by the preload. */
export async function endTestDatabases(): Promise<void> {
  await Promise.all(made.map(({ sql }) => sql.end({ timeout: 1 })));
  if (own === undefined) {
    // Other processes go on with the server: what nobody needs any more is not in their way.
    for (const { name } of made) await admin?.unsafe(`drop database ${name} with (force)`);
  }
  await admin?.end({ timeout: 1 });
  if (own === undefined) return;
  await (await own.server).stop();
  ownPid = null;
  own.folder[Symbol.dispose]();
}
