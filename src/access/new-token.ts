import { createHash } from "node:crypto";
import { randomSecret } from "../config/secret-file.ts";

/** What every made token begins with: people and secret scanners know one where they see it. */
export const tokenPrefix = "pp_";

/** A new token: 32 random bytes as base64url behind the prefix. */
export function makeToken(): string {
  return tokenPrefix + randomSecret();
}

/** SHA-256: the only thing of a token that is kept. */
export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
