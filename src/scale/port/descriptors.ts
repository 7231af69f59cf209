import { readFileSync } from "node:fs";

/** What connections of scales may use, of the descriptors that the process may open. */
export interface ScaleDescriptors {
  /** Connections that keep a place. */
  readonly places: number;
  /** Connections beyond these, which are being looked at, or are closed on our side and not yet gone. */
  readonly spare: number;
  /** That the process may open: `ulimit -n`. null: unknown, or more than needed. */
  readonly openFilesMax: number | null;
}

/** Beyond the places: more than the kernel's queue of connections not yet accepted, which Bun sets to 512. */
const spareMax = 1_280;
/** Of all descriptors a quarter is kept for the database, the journal, the board and the log, and at least so many. */
const reserveMin = 96;
const reserveMax = 1_024;

/**
 * Shares out the descriptors that the process may open. Without the reserve the connections of scales would take the
 * last ones, and the database could no longer be connected to.
 *
 * @param wanted PREPUFF_SCALE_MAX_CONNECTIONS.
 * @param openFilesMax `ulimit -n`; null where it is unknown.
 */
export function shareDescriptors(wanted: number, openFilesMax: number | null): ScaleDescriptors {
  const reserve = Math.min(reserveMax, Math.max(reserveMin, Math.floor((openFilesMax ?? 0) / 4)));
  if (openFilesMax === null || openFilesMax >= wanted + spareMax + reserve) {
    return { places: wanted, spare: spareMax, openFilesMax: null };
  }
  const forScales = Math.max(2, openFilesMax - reserve);
  const spare = Math.min(spareMax, Math.max(1, Math.floor(forScales / 8), forScales - wanted));
  return { places: Math.min(wanted, forScales - spare), spare, openFilesMax };
}

/** How many descriptors this process may open (the soft limit, which Bun raises to the hard one); null off Linux. */
export function openFilesLimit(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
