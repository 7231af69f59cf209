import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../../logging/logger.ts";
import { EmbeddedTrouble } from "./trouble.ts";

const stopLimitMs = 30_000;
const killLimitMs = 10_000;

/**
 * Cleans up after a run that was killed: a server that still runs on the data is stopped; processes left of a killed
 * server are ended; a `postmaster.pid` without a server is deleted. (Its number may belong to another program by now,
 * after a restart of the machine or of a container: then PostgreSQL would refuse to start.)
 *
 * @throws EmbeddedTrouble where a server does not stop.
 */
export async function clearLeftovers(cluster: string, logger: Logger): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
  if (serversOn(cluster, pid).includes(pid)) {
    logger.info({ pid }, "stopping the embedded PostgreSQL that an earlier run left behind");
    send(pid, "SIGINT");
    await gone(() => !isAlive(pid), stopLimitMs);
  }
  // Processes of a server that was killed: a long query does not notice. No new server starts beside them.
  for (const left of serversOn(cluster, pid)) send(left, "SIGKILL");
  await gone(() => serversOn(cluster, pid).length === 0, killLimitMs);
  const left = serversOn(cluster, pid);
  if (left.length > 0) {
    throw new EmbeddedTrouble(
      `process ${left.join(", ")}, a PostgreSQL that an earlier run left behind, holds ${cluster} and does not stop`,
      `End it: kill -KILL ${left.join(" ")}`,
    );
  }
  rmSync(file, { force: true });
}

async function gone(isGone: () => boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!isGone() && performance.now() < deadline) await wait(50);
}

/** The processes that work in the data: PostgreSQL's have it as their working folder. */
function serversOn(cluster: string, pid: number): number[] {
  if (!existsSync("/proc/self/cwd")) return isServerByName(cluster, pid) ? [pid] : [];
  const folder = realpathSync(cluster);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && worksIn(folder, name) && !isDefunct(name))
    .map(Number);
}

function worksIn(folder: string, process: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${process}/cwd`) === folder &&
      /^postgres/.test(readFileSync(`/proc/${process}/comm`, "utf8"))
    );
  } catch {
    // It has ended, or is another user's.
    return false;
  }
}

function isDefunct(process: string): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${process}/status`, "utf8"));
  } catch {
    return true;
  }
}

/** Without /proc, as on macOS: by its command line, which begins with the program and names the data. */
function isServerByName(cluster: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  const { stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return /postgres/.test(stdout ?? "") && (stdout ?? "").includes(cluster);
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

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
