import { connect, type Sql } from "../src/database/database.ts";
import { silentLogger } from "../test/support/silent-logger.ts";
import { startSystemPostgres } from "../test/support/system-postgres.ts";
import { tempFolder } from "../test/support/temp-folder.ts";
import { childrenOf, cpuSecondsOf, parentOf } from "./machine/processes.ts";

/**
 * As compose.yaml sets PostgreSQL for a plant, but more connections, for pgbench. fsync, synchronous_commit and
 * full_page_writes stay as they are by default: on.
 */
const settings = {
  max_connections: "200",
  shared_buffers: "128MB",
  effective_cache_size: "384MB",
  maintenance_work_mem: "64MB",
  work_mem: "8MB",
  wal_compression: "on",
  max_wal_size: "512MB",
  checkpoint_timeout: "10min",
};

/** A database of one round; one that is kept for more goes with the server. */
export interface Database extends AsyncDisposable {
  readonly url: string;
  readonly sql: Sql;
}

/** The one server that all contenders write to, one after the other. */
export interface BenchPostgres extends AsyncDisposable {
  readonly version: string;
  /** The settings that decide what a commit costs, as the server says them. */
  readonly durability: Readonly<Record<string, string>>;
  /** Empty, and after a checkpoint: no round pays for the one before it. */
  newDatabase(): Promise<Database>;
  /** CPU time of all its processes so far, also of those that have ended. */
  cpuSeconds(): number;
}

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const server = await startSystemPostgres(settings, tempFolder());
  const { sql } = server;
  const [row] = await sql<{ version: string; pid: number }[]>`
    select current_setting('server_version') as version, pg_backend_pid() as pid`;
  const durability = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method')
    order by name`;
  const postmaster = parentOf(row?.pid ?? 0);
  const pools = new Set<Sql>();
  let made = 0;
  return {
    version: row?.version ?? "unknown",
    durability: Object.fromEntries(durability.map(({ name, setting }) => [name, setting])),
    async newDatabase() {
      const name = `bench_${++made}`;
      await sql.unsafe(`create database ${name}`);
      await sql`checkpoint`;
      const url = server.url.replace(/\/prepuff$/, `/${name}`);
      const own = connect(url, silentLogger, 4, { idle_timeout: 0, max_lifetime: null });
      pools.add(own);
      return {
        url,
        sql: own,
        async [Symbol.asyncDispose]() {
          pools.delete(own);
          await own.end({ timeout: 1 });
          await sql.unsafe(`drop database ${name} with (force)`);
        },
      };
    },
    cpuSeconds: () =>
      cpuSecondsOf(postmaster) + childrenOf(postmaster).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools].map((pool) => pool.end({ timeout: 1 })));
      await server[Symbol.asyncDispose]();
    },
  };
}
