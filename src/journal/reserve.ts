import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * What removing recorded entries needs on a full disk: their transaction, and the write-ahead log that is checkpointed
 * before.
 */
const reserveBytes = 8 * 1024 * 1024;

/**
 * Room kept for a full disk. SQLite needs some to delete; a journal that has filled its disk would otherwise stay full
 * also when Postgres has everything of it.
 */
export interface Reserve {
  /** Frees the space. */
  release(): void;
  /** Reserves it again, if the disk has that much and `beside` more. */
  refill(besideBytes: number): void;
}

export function createReserve(folder: string): Reserve {
  const path = join(folder, "journal.reserve");
  return {
    release: () => rmSync(path, { force: true }),
    refill(besideBytes) {
      if (statSync(path, { throwIfNoEntry: false })?.size === reserveBytes) return;
      const disk = statfsSync(folder);
      if (disk.bavail * disk.bsize < reserveBytes + besideBytes) return;
      try {
        fill(path);
      } catch {
        // The entries come first.
        rmSync(path, { force: true });
      }
    },
  };
}

function fill(path: string): void {
  // Random, so that a compressing file system reserves the space, too.
  const chunk = crypto.getRandomValues(new Uint8Array(64 * 1024));
  const fd = openSync(path, "w", 0o600);
  try {
    for (let at = 0; at < reserveBytes; at += chunk.length) {
      if (writeSync(fd, chunk) < chunk.length) throw new Error("no room");
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
