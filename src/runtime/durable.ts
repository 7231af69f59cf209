import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";

/**
 * Writes a whole file in one step: after a crash or a power cut it has the new text, or what it had before.
 *
 * @param options.mode who may read it; left out: only this user.
 * @param options.ifExists `replace`, or `keep`: a file that is there stays. Of two processes that make it at once, one does.
 * @throws Error where the folder is not there or cannot be written, or the disk is full.
 */
export function writeFileAtomically(
  path: string,
  text: string,
  options: { readonly mode?: number; readonly ifExists: "replace" | "keep" },
): void {
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
  try {
    writeDraft(draft, text, options.mode ?? 0o600);
    if (options.ifExists === "replace") renameSync(draft, path);
    else nameUnlessTaken(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

function writeDraft(path: string, text: string, mode: number): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeSync(fd, text);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Unlike a rename, a link never replaces a file that is in use. */
function nameUnlessTaken(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return;
    // Some network and FAT file systems have no hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
    renameSync(draft, path);
  }
}

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
