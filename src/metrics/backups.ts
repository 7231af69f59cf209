import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Metrics } from "../runtime/metrics.ts";

/** Named after the moment (UTC) at which the dump was begun; it has this name only once it is whole. */
const backupName = /^prepuff-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/;

/**
 * Sets what the folder of backups tells. Where it cannot be read the metrics are left out: an alert on their
 * absence is right then.
 */
export function setBackups({ backupLastSuccess, backupBytes, backupKept }: Metrics, folder: string): void {
  try {
    const names = readdirSync(folder).filter((name) => backupName.test(name));
    const newest = names.sort().at(-1);
    backupKept.set(names.length);
    backupLastSuccess.set(newest === undefined ? 0 : begunAt(newest));
    backupBytes.set(newest === undefined ? 0 : statSync(join(folder, newest)).size);
  } catch {
    for (const gauge of [backupLastSuccess, backupBytes, backupKept]) gauge.remove();
  }
}

/** Seconds since the epoch. */
function begunAt(name: string): number {
  const [year = 0, month = 1, ...rest] = (backupName.exec(name) ?? []).slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest) / 1000;
}
