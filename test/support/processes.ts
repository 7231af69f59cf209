import { readdirSync, readFileSync } from "node:fs";

/** The processes that it started. Linux only, as is freezing a server at all. */
export function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && stateOf(pid)?.parent === parent);
}

/** A zombie, whom nobody has buried yet, holds nothing any more. */
export function isGone(pid: number): boolean {
  return (stateOf(pid)?.state ?? "Z") === "Z";
}

function stateOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    // `pid (name) state ppid …`; the name may hold anything, also a bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    // It ended meanwhile.
    return null;
  }
}

/** Sends a signal; nothing happens where the process ended meanwhile. */
export function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}
