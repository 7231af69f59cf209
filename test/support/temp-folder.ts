import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type TempFolder = Disposable & { readonly path: string };

/** A new empty folder; `using` removes it at the end of the block. */
export function tempFolder(): TempFolder {
  return folderIn(tmpdir());
}

const memory = "/dev/shm";
const memoryFreeBytesMin = 2_000_000_000;

/**
 * The same, in memory where this machine has plenty of it: for a database, whose hundreds of small files are made and
 * deleted there with a tenth of the work. Programs may not be started from there.
 */
export function memoryFolder(): TempFolder {
  return folderIn(hasMemory() ? memory : tmpdir());
}

function hasMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= memoryFreeBytesMin;
  } catch {
    return false;
  }
}

function folderIn(parent: string): TempFolder {
  const path = mkdtempSync(join(parent, "prepuff-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
