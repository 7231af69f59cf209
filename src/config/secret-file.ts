import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "../durable.ts";
import { errorCode } from "./texts.ts";

/**
 * Makes a file of one line that only this user may read, unless it is there already. Of two processes at once one
 * makes it, and a crash leaves a whole file or none.
 *
 * @throws Error where the folder cannot be written.
 */
export function makeSecretFile(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
  try {
    writeDurably(draft, `${secret}\n`);
    publish(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

function writeDurably(path: string, text: string): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Gives the draft its name unless somebody else has it: unlike a rename, a link never replaces a secret in use. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return;
    // Some network and FAT file systems have no hard links.
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      renameSync(draft, path);
      return;
    }
    throw error;
  }
}
