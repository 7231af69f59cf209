import { Database } from "bun:sqlite";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../runtime/error-code.ts";

/** An open lock without a reference would be garbage-collected, and released by that. */
const held = new Set<Database>();

/** Thrown if another process uses the data folder. */
export class FolderInUse extends Error {
  override name = "FolderInUse";
}

/**
 * Makes the data folder and takes it for this process.
 *
 * The lock is SQLite's own lock on a file of its own: the kernel frees it when the process dies, however
 * it dies, so there is no stale lock to delete by hand.
 *
 * @returns the function that gives the folder back.
 * @throws FolderInUse naming the other process.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, "prepuff.pid");
  const lock = new Database(join(folder, "lock"), { create: true });
  try {
    lock.run("pragma locking_mode = exclusive");
    lock.run("begin exclusive");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new FolderInUse(
      `the data folder ${folder} is in use by process ${ownerOf(pidFile)}: stop that one first, or give this one its own PREPUFF_DATA_DIR`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
}

function isBusy(error: unknown): boolean {
  return errorCode(error)?.startsWith("SQLITE_BUSY") === true;
}

function ownerOf(pidFile: string): string {
  try {
    return readFileSync(pidFile, "utf8").trim();
  } catch {
    return "unknown";
  }
}
