import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { EmbeddedTrouble, ownDatabaseHint } from "./trouble.ts";

/** The user as which PostgreSQL's programs run. */
export interface Account {
  /** The owner of its files; null: this process's own user. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  /** Starts a program, its standard error to be read, in a process group of its own. */
  spawn(program: string, args: readonly string[]): ChildProcess;
}

/** `nobody` on Linux, where the list of users does not say otherwise. */
const nobody = { uid: 65_534, gid: 65_534 };
const probeLimitMs = 20_000;

/** How a program is started: `prefix` before its own words. */
interface Way {
  readonly prefix: readonly string[];
  readonly owner: Account["owner"];
}

/**
 * Decides as which user PostgreSQL's programs run, and tries it with one of them. PostgreSQL refuses to run as root:
 * then it runs as the owner of the data, or else as `nobody`.
 *
 * @param program an absolute path.
 * @param data the folder that PostgreSQL works in; need not exist yet.
 * @throws EmbeddedTrouble where none works.
 */
export async function findAccount(program: string, data: string): Promise<Account> {
  const complaints: string[] = [];
  for (const way of waysFor(data)) {
    const complaint = await tryOut(way, program);
    if (complaint === null) {
      return {
        owner: way.owner,
        spawn: (name, args) => run(way, name, args),
      };
    }
    complaints.push(complaint);
  }
  throw new EmbeddedTrouble(
    `the embedded PostgreSQL cannot be run: ${[...new Set(complaints)].join("; ")}`,
    isRoot()
      ? `Install setpriv (package util-linux), or start the appliance as a user other than root. ${ownDatabaseHint}`
      : `Put the checkout where programs may be run (not on a disk mounted with noexec), and install its packages for this machine (bun install). ${ownDatabaseHint}`,
  );
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function waysFor(data: string): Way[] {
  const setpriv = findSetpriv();
  // If the appliance is killed, its server ends too and releases the data.
  const mortal = ["--pdeathsig", "INT"];
  if (!isRoot()) {
    const plain: Way = { prefix: [], owner: null };
    return setpriv === null ? [plain] : [{ prefix: [setpriv, ...mortal, "--"], owner: null }, plain];
  }
  const owner = ownerOf(data) ?? nobodyHere();
  const plain: Way = { prefix: [], owner };
  if (setpriv === null) return [plain];
  const as = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  // The right to pass folders like a 0700 /root on the way to the programs and the data. initdb looks for its programs
  // with access(2), which takes that right away from other users than root unless `no_setuid_fixup` is set.
  const passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  return [
    { prefix: [setpriv, ...as, ...passing, "--securebits=+no_setuid_fixup", ...mortal, "--"], owner },
    { prefix: [setpriv, ...as, ...mortal, "--"], owner },
    plain,
  ];
}

function run({ prefix, owner }: Way, program: string, args: readonly string[]): ChildProcess {
  const [first = program, ...rest] = [...prefix, program, ...args];
  return spawn(first, rest, {
    stdio: ["ignore", "ignore", "pipe"],
    // A process group of its own: Ctrl-C in the terminal must only reach the appliance, which stops the server last.
    detached: true,
    env: environment(),
    // Without setpriv the runtime changes the user.
    ...(prefix.length === 0 && owner),
  });
}

/** What went wrong, or null. */
function tryOut(way: Way, program: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = run(way, program, ["--version"]);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(0, 2_000);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), probeLimitMs);
    child.once("error", (error) => resolve(`${error.message} (${program})`));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : said.trim() || `${program} ended with ${signal ?? code}`);
    });
  });
}

function ownerOf(folder: string): Account["owner"] {
  try {
    const { uid, gid } = statSync(folder);
    return uid === 0 ? null : { uid, gid };
  } catch {
    return null;
  }
}

/** initdb refuses a user that has no name. */
function nobodyHere(): { uid: number; gid: number } {
  try {
    const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
    return line === null ? nobody : { uid: Number(line[1]), gid: Number(line[2]) };
  } catch {
    return nobody;
  }
}

/** Searched outside PATH too: services are often started with a short one or none. */
function findSetpriv(): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    if (!folder.startsWith("/")) continue;
    const path = join(folder, "setpriv");
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  return null;
}

/** Without what is meant for other servers (PGDATA, PGPORT, …), and without a language that may not be installed. */
function environment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}
