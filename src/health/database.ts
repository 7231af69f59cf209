import { pino } from "pino";
import { databaseHint } from "../database/hint.ts";
import { migrationNames } from "../database/migrate.ts";
import { withConnection } from "../database/once.ts";
import type { Sql } from "../database/types.ts";
import { errorMessageWithCode } from "../runtime/error-message.ts";
import { failed, type OutsideCheck, type OutsideSubject, passed, skipped, timed } from "./check.ts";

const limitMs = 8_000;

/** PostgreSQL, checked directly; the embedded one is checked through the appliance, which runs it. */
export const databaseChecks: readonly OutsideCheck[] = [
  { name: "database", run: database },
  { name: "database schema", needs: ["database"], run: schema },
];

/** One connection of its own, ended whatever happens. @throws where no answer comes within 8 s. */
export function withDatabase<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withConnection(url, { logger: pino({ level: "silent" }), limitMs }, work);
}

async function database({ config, clock, clocks }: OutsideSubject) {
  const { databaseUrl } = config;
  if (databaseUrl === null) {
    return skipped("the embedded one: the appliance's own line about its database says how it is");
  }
  try {
    const began = performance.now();
    return await withDatabase(databaseUrl, async (sql) => {
      const connectedMs = Math.round(performance.now() - began);
      const asked = clock.now();
      const { value, ms } = await timed(
        () =>
          sql<{ now: Date; version: string }[]>`select now(), current_setting('server_version') as version`,
      );
      const [row] = value;
      if (row === undefined) throw new Error("it answered nothing");
      clocks.set("database", row.now.getTime() - (asked + clock.now()) / 2);
      return passed(`PostgreSQL ${row.version}, connected in ${connectedMs} ms, answers in ${ms} ms`);
    });
  } catch (error) {
    return failed(`cannot be used (${errorMessageWithCode(error)})`, databaseHint);
  }
}

async function schema({ config }: OutsideSubject) {
  const { databaseUrl } = config;
  if (databaseUrl === null) return skipped("the embedded one is migrated at every start");
  const applied = await withDatabase(databaseUrl, async (sql) => {
    const [table] = await sql<
      { there: boolean }[]
    >`select to_regclass('schema_migration') is not null as there`;
    if (!table?.there) return [];
    return (await sql<{ name: string }[]>`select name from schema_migration`).map(({ name }) => name);
  });
  const missing = migrationNames.filter((name) => !applied.includes(name));
  const newer = applied.filter((name) => !migrationNames.includes(name));
  if (newer.length > 0) {
    return failed(
      `migrated by a newer Pre-Puff (${newer.join(", ")})`,
      "Install the newer version again, or restore the backup made before the upgrade",
    );
  }
  if (missing.length > 0) {
    return failed(
      `not migrated (${missing.join(", ")} is missing)`,
      "Run prepuff migrate, or start the appliance: it does the same. Its log says why a migration failed",
    );
  }
  return passed(`up to date (${applied.length} migrations)`);
}
