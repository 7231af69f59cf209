import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../runtime/error-code.ts";
import { errorCodeOrMessage } from "../runtime/error-message.ts";
import { makeSecretFile, randomSecret } from "./secret-file.ts";

/** Where the generated admin token is kept. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, "admin-token");
}

/**
 * The generated admin token, or null when none was made yet.
 *
 * @throws Error in plain words where the file is damaged or cannot be read.
 */
export function readAdminToken(dataDir: string): string | null {
  const path = adminTokenPath(dataDir);
  let token: string;
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw new Error(`the admin token in ${path} cannot be read (${errorCodeOrMessage(error)})`, {
      cause: error,
    });
  }
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token;
  throw new Error(
    `${path} does not hold a token (16 to 512 printable ASCII characters without blanks). Delete it: the next start makes a new one`,
  );
}

/**
 * The admin token of this data folder; made at the first call, 32 random bytes as base64url. Two processes that start
 * at once agree on one token, and a crash leaves a whole token or none.
 *
 * @throws Error where the folder cannot be written or the file is damaged.
 */
export function ensureAdminToken(dataDir: string): string {
  const existing = readAdminToken(dataDir);
  if (existing !== null) return existing;
  const token = randomSecret();
  makeSecretFile(adminTokenPath(dataDir), token);
  // Another process may have been first: what is in the file counts.
  return readAdminToken(dataDir) ?? token;
}
