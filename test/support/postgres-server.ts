import { connect } from "../../src/database/database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/database/embedded/server.ts";
import { migrate } from "../../src/database/migrate.ts";
import { freePort } from "./free-port.ts";
import { silentLogger } from "./silent-logger.ts";

/** A database with every migration and nothing else, which others are copied from. */
export const migratedTemplate = "migrated";

/** A real PostgreSQL for the databases of tests, with `migratedTemplate` in it. */
export async function startTestServer(folder: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    folder,
    logger: silentLogger,
    port: freePort(),
    settings: {
      max_connections: "400",
      // Nothing in it outlives the run, and each of its many databases would be visited once a minute.
      fsync: "off",
      autovacuum: "off",
    },
  });
  try {
    const admin = connect(server.url, silentLogger, 1);
    await admin.unsafe(`create database ${migratedTemplate}`);
    await admin.end();
    const sql = connect(databaseUrl(server.url, migratedTemplate), silentLogger, 1);
    await migrate(sql);
    await sql.end();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The URL of another database of the same server. */
export function databaseUrl(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
