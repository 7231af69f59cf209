import { statfsSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import packageJson from "../../package.json" with { type: "json" };

/** What the numbers of a run hold for. */
export type Machine = Readonly<Record<string, string>>;

/** @param folder on the disk that is measured. */
export function describeMachine(folder: string): Machine {
  const cores = cpus();
  return {
    date: new Date().toISOString(),
    cpu: `${cores.length} × ${cores[0]?.model.trim() ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 1e9)} GB`,
    system: `${process.platform} ${release()}`,
    disk: fileSystems.get(statfsSync(folder).type) ?? "unknown file system",
    // Above some tenths, others were at work: the numbers are then too low.
    "load before": (loadavg()[0] ?? 0).toFixed(2),
    prepuff: packageJson.version,
    bun: Bun.version,
  };
}

/** statfs(2), f_type. On tmpfs nothing is ever written to a disk, and fsync costs nothing. */
const fileSystems = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x794c7630, "overlay"],
  [0x01021994, "tmpfs (no disk: fsync costs nothing here)"],
]);
