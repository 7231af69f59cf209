import { createDatabase, type Database } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

/** A role of its own that owns the database, with settings that nobody expects. */
export async function asRole(
  settings: Readonly<Record<string, string>>,
  options: { migrated?: boolean } = {},
) {
  const { url, sql } = await testDatabase({ migrated: false });
  const name = new URL(url).pathname.slice(1);
  // Roles are the server's, which other files of this process use too: named as the database, which is the only one.
  const role = `wild_${name}`;
  await sql.unsafe(`create role ${role} login password 'wild'`);
  await sql.unsafe(`alter database ${name} owner to ${role}; grant all on schema public to ${role}`);
  const own = new URL(url);
  own.username = role;
  own.password = "wild";
  async function set(more: Readonly<Record<string, string>>): Promise<void> {
    for (const [setting, value] of Object.entries(more)) {
      await sql.unsafe(`alter role ${role} set ${setting} = ${value}`);
    }
  }
  async function start(): Promise<Database> {
    const database = createDatabase({
      locate: async () => own.href,
      logger: silentLogger,
      clock: systemClock,
    });
    database.start();
    await until("it is up", () => database.up);
    return database;
  }
  if (options.migrated) await (await start()).stop();
  await set(settings);
  return { sql, role, start, set };
}
