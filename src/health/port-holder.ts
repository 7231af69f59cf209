import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Who listens on a TCP port of this machine. */
export type PortHolder =
  | { readonly kind: "held"; readonly pid: number; readonly command: string }
  /** A process that this user may not see. */
  | { readonly kind: "hidden" }
  | { readonly kind: "closed" }
  /** The system does not provide it. */
  | { readonly kind: "unknown" };

/** Reads it from /proc, as `ss -ltnp` does; the process is told only to root and to its own user. */
export function findPort(port: number): PortHolder {
  let inodes: Set<string>;
  try {
    inodes = new Set(["tcp", "tcp6"].flatMap((table) => listeningInodes(table, port)));
  } catch {
    return { kind: "unknown" };
  }
  if (inodes.size === 0) return { kind: "closed" };
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (hasSocket(pid, inodes)) return { kind: "held", pid: Number(pid), command: commandOf(pid) };
  }
  return { kind: "hidden" };
}

/** A row: `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …`, addresses as `HEX:HEXPORT`. */
function listeningInodes(table: string, port: number): string[] {
  const listen = "0A";
  const rows = readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1);
  return rows.flatMap((row) => {
    const [, local = "", , state, , , , , , inode = ""] = row.trim().split(/\s+/);
    return state === listen && Number.parseInt(local.split(":")[1] ?? "", 16) === port ? [inode] : [];
  });
}

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    // Another user's process, or one that ended meanwhile.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return "";
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "unknown";
  }
}
