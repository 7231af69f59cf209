import { readdirSync, readFileSync } from "node:fs";

/** A tick is 10 ms on every Linux that Bun runs on. */
const ticksPerSecond = 100;

/** CPU time of a process and of its children that have ended, in seconds; 0 where it is gone. */
export function cpuSecondsOf(pid: number): number {
  // utime, stime, cutime, cstime.
  const ticks = statOf(pid).slice(11, 15);
  return ticks.reduce((sum, each) => sum + Number(each), 0) / ticksPerSecond;
}

export function parentOf(pid: number): number {
  return Number(statOf(pid)[1]);
}

export function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent);
}

/** Percent of one core that a process takes over the next `ms`. */
export async function cpuPercentOf(pid: number, ms: number): Promise<number> {
  const before = cpuSecondsOf(pid);
  const began = performance.now();
  await Bun.sleep(ms);
  return ((cpuSecondsOf(pid) - before) / (performance.now() - began)) * 100_000;
}

/** How many files a process holds open: the connections that it has accepted, and some of its own. */
export function filesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** `state ppid …` of /proc/PID/stat; empty where the process is gone. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // `pid (name) state ppid …`; the name may hold anything, also a bracket.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
