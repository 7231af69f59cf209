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
import { syncFolder } from "../runtime/durable.ts";
import { errorCode } from "./texts.ts";

/** 32 random bytes as base64url: nobody guesses it, and it needs no quoting anywhere. */
export function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/**
 * Makes a file of one line, unless it is there already. Of two processes at once one makes it, and a crash leaves a
 * whole file or none.
 *
 * @param mode who may read it; left out: only this user.
 * @throws Error where the folder cannot be written.
 */
export function makeSecretFile(path: string, secret: string, mode = 0o600): void {
  throughDraft(path, secret, mode, publish);
}

/** Puts a file of one line in the place of what was there, in one step. @throws as `makeSecretFile`. */
export function replaceSecretFile(path: string, secret: string, mode: number): void {
  throughDraft(path, secret, mode, renameSync);
}

function throughDraft(
  path: string,
  secret: string,
  mode: number,
  give: (draft: string, path: string) => void,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
  try {
    writeDurably(draft, `${secret}\n`, mode);
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
