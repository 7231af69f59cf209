import { join } from "node:path";
import { connect, type Sql } from "../../src/database/database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/database/embedded/server.ts";
import { freePort } from "./free-port.ts";
import { childrenOf, isGone, send } from "./processes.ts";
import { silentLogger } from "./silent-logger.ts";
import { memoryFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** A PostgreSQL of its own that can be taken away and given back. Its URL stays the same. */
export interface SystemPostgres extends AsyncDisposable {
  readonly url: string;
  /** One connection of the test's own; it reconnects by itself. */
  readonly sql: Sql;
  start(): Promise<void>;
  /** As at a restart of the service: clients are cut off, what is committed stays. */
  stop(): Promise<void>;
  /** As at a power cut of its machine. */
  kill(): Promise<void>;
  /** Every process of it stands still; connections stay open and say nothing. */
  freeze(): void;
  thaw(): void;
  /** Cuts all connections but the test's own. */
  terminateBackends(): Promise<number>;
}

/** Parents of the servers that run, with their folders: a test run that is ended half-way must not leave them behind. */
const running = new Map<number, Disposable>();
process.on("exit", () => {
  for (const [pid, folder] of running) {
    for (const each of [pid, ...childrenOf(pid)]) send(each, "SIGCONT");
    send(pid, "SIGQUIT");
    try {
      folder[Symbol.dispose]();
    } catch {
      // It still writes.
    }
  }
});

/**
 * Starts it.
 *
 * @param settings more of postgresql.conf.
 * @param folder where its data is; removed at the end. Left out: one in memory; what is measured or large belongs on a disk.
 */
export async function startSystemPostgres(
  settings: Readonly<Record<string, string>> = {},
  folder = memoryFolder(),
): Promise<SystemPostgres> {
  const data = join(folder.path, "postgres");
  const port = freePort();
  let frozen: number[] = [];
  let server: EmbeddedPostgres | null = await launch();
  const { url } = server;
  const sql = connect(url, silentLogger, 1, { idle_timeout: 0, max_lifetime: null });

  async function launch(): Promise<EmbeddedPostgres> {
    const launched = await startEmbeddedPostgres({
      folder: data,
      logger: silentLogger,
      port,
      settings: { max_connections: "100", ...settings },
    });
    running.set(launched.pid, folder);
    return launched;
  }

  function thaw(): void {
    for (const pid of frozen) send(pid, "SIGCONT");
    frozen = [];
  }

  async function stop(): Promise<void> {
    thaw();
    if (server === null) return;
    await server.stop();
    running.delete(server.pid);
    server = null;
  }

  return {
    url,
    sql,
    async start() {
      server ??= await launch();
    },
    stop,
    async kill() {
      thaw();
      if (server === null) return;
      const { pid } = server;
      // It must not have new children while they are counted.
      send(pid, "SIGSTOP");
      const children = childrenOf(pid);
      for (const each of [pid, ...children]) send(each, "SIGKILL");
      await server.stop();
      // As long as one of them is there its memory is in use, and no server starts on the folder.
      await until("its processes are gone", () => children.every(isGone));
      running.delete(pid);
      server = null;
    },
    freeze() {
      if (server === null) throw new Error("nothing to freeze: Postgres is stopped");
      const { pid } = server;
      // The parent first, so that no new child is missed.
      send(pid, "SIGSTOP");
      const children = childrenOf(pid);
      for (const child of children) send(child, "SIGSTOP");
      frozen = [...children, pid];
    },
    thaw,
    async terminateBackends() {
      const rows = await sql`
        select pg_terminate_backend(pid)
        from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()`;
      return rows.length;
    },
    async [Symbol.asyncDispose]() {
      thaw();
      await sql.end({ timeout: 0 }).catch(() => undefined);
      await stop();
      folder[Symbol.dispose]();
    },
  };
}
