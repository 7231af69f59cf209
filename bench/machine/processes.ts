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

/** CPU time that all cores together have spent on anything since the start of the machine, in seconds. */
export function cpuSecondsOfMachine(): number {
  // user, nice, system, idle, iowait, irq, softirq; steal is none of this machine's work.
  const ticks = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]
    ?.trim()
    .split(/\s+/)
    .slice(1, 8)
    .map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks ?? [];
  return (user + nice + system + irq + softirq) / ticksPerSecond;
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
