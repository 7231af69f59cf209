import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

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

/**
 * Makes a file with its whole content; one that exists is left as it is. Two processes that do so at once agree on
 * one content, and a crash leaves a whole file or none.
 *
 * @throws where the folder cannot be written.
 */
export function createFile(path: string, text: string, mode: number): void {
  throughDraft(path, text, mode, publish);
}

/** Puts a new content in the place of the old one, in one step. @throws where the folder cannot be written. */
export function replaceFile(path: string, text: string, mode: number): void {
  throughDraft(path, text, mode, renameSync);
}

function throughDraft(
  path: string,
  text: string,
  mode: number,
  give: (draft: string, path: string) => void,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
  try {
    writeDurably(draft, text, mode);
    give(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

function writeDurably(path: string, text: string, mode: number): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeSync(fd, text);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Gives the draft its name unless somebody else has it: unlike a rename, a link never replaces a file in use. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EEXIST") return;
    // Some network and FAT file systems have no hard links.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      renameSync(draft, path);
      return;
    }
    throw error;
  }
}
