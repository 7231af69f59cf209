import { createHmac } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeSecretFile } from "../config/secret-file.ts";
import type { Logger } from "../logging/logger.ts";

const bytes = 32;

/**
 * The key that signs the sessions of browsers, kept in the data folder so that they outlive a restart. A damaged file
 * is replaced, and where none can be stored the key lasts until the process ends: people then sign in again, which must
 * not keep weighing from starting.
 */
export function ensureSessionKey(dataDir: string, logger: Logger): Buffer {
  const path = join(dataDir, "session-key");
  try {
    const kept = read(path);
    if (kept !== null) return kept;
    rmSync(path, { force: true });
    makeSecretFile(path, random().toString("base64url"));
    const made = read(path);
    if (made !== null) return made;
  } catch (error) {
    logger.warn({ file: path, error: String(error) }, "the key of the sessions cannot be kept");
  }
  return random();
}

/** A hash that only the holder of the key can make. */
export type Keyed = (purpose: "token" | "session" | "person", content: string | Buffer) => Buffer;

/**
 * The purpose is part of the input: a signature must never be accepted as the hash of a token, or the other way round.
 */
export function keyedBy(key: Buffer): Keyed {
  return (purpose, content) => createHmac("sha256", key).update(`${purpose}\n`).update(content).digest();
}

function random(): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
}

function read(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
  const key = Buffer.from(text, "base64url");
  return key.length === bytes && key.toString("base64url") === text ? key : null;
}
