import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomically } from "../runtime/durable.ts";

/** 32 random bytes as base64url: it cannot be guessed, and needs no quoting. */
export function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/**
 * Makes a file of one line, and its folder, unless it is there already. Of two processes at once one makes it, and a
 * crash leaves a whole file or none.
 *
 * @param mode who may read it; left out: only this user.
 * @throws Error where the folder cannot be written.
 */
export function makeSecretFile(path: string, secret: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomically(path, `${secret}\n`, { mode, ifExists: "keep" });
}

/** Puts a file of one line in the place of what was there, in one step. @throws as `makeSecretFile`. */
export function replaceSecretFile(path: string, secret: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomically(path, `${secret}\n`, { mode, ifExists: "replace" });
}
