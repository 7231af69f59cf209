import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes a file's content survive a power cut. @throws where the disk refuses. */
export function syncFile(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a folder's names survive a power cut. Windows cannot open folders, and does not need it. */
export function syncFolder(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(fd);
  } catch {
    // A file system that cannot sync folders is no reason not to start.
  } finally {
    closeSync(fd);
  }
}
