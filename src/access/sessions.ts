import { timingSafeEqual } from "node:crypto";
import { type Role, roles } from "../config/config.ts";
import type { Clock } from "../runtime/clock.ts";
import { type Identified, type Identity, identityOf } from "./access.ts";
import type { Tokens } from "./configured-tokens.ts";
import { digestOf } from "./new-token.ts";
import { keyedBy } from "./session-key.ts";
import type { TokensInForce } from "./tokens-in-force.ts";

const dayMs = 86_400_000;
/** How long a browser stays signed in without being used. */
export const sessionDays = 30;

/**
 * The identity behind a session; `unknown_yet`: its signature is valid, and PostgreSQL has not answered since the
 * start.
 */
export type Resumed = { readonly identity: Identity; readonly isDue: boolean } | "wrong" | "unknown_yet";

/**
 * Sessions of browsers. One is not the token but a signed reference to it, so that it ends with it: a named token's id,
 * or a keyed hash of a configured token. Nothing is stored here: a cookie counts if its signature is valid.
 */
export interface Sessions {
  /** The cookie's value for an identity. */
  open(identity: Identity): string;
  /** The identity behind a cookie's value, as of now. `isDue`: it is more than a day old, and should be replaced. */
  resume(value: string): Resumed;
}

export function createSessions(parts: {
  readonly key: Buffer;
  readonly tokens: () => Tokens;
  readonly namedTokens: Pick<TokensInForce, "loaded" | "byId">;
  readonly clock: Pick<Clock, "now">;
}): Sessions {
  const { namedTokens, clock } = parts;
  const keyed = keyedBy(parts.key);

  /** A configured token may be a short one that a person chose: of a plain hash it could be guessed. */
  function configuredReference(role: Role): string | null {
    const token = parts.tokens()[role];
    if (token === undefined || token === "") return null;
    return `${role}-${keyed("token", digestOf(token)).subarray(0, 16).toString("base64url")}`;
  }

  function identify(reference: string): Identified {
    const id = /^named-(\d{1,10})$/.exec(reference)?.[1];
    if (id !== undefined) {
      if (!namedTokens.loaded) return "unknown_yet";
      const named = namedTokens.byId(Number(id));
      return named === null ? "wrong" : identityOf(named);
    }
    const role = roles.find((each) => reference.startsWith(`${each}-`));
    if (role === undefined || configuredReference(role) !== reference) return "wrong";
    return { role, actor: role, tokenId: null, device: null };
  }

  return {
    open({ role, tokenId }) {
      const reference = tokenId === null ? configuredReference(role) : `named-${tokenId}`;
      const content = `${reference}.${clock.now().toString(36)}`;
      return `${content}.${keyed("session", content).toString("base64url")}`;
    },
    resume(value) {
      const [, content = "", reference = "", openedAt = "", signature = ""] =
        /^(([\w-]{1,60})\.([0-9a-z]{1,11}))\.([\w-]{43})$/.exec(value) ?? [];
      const wanted = keyed("session", content);
      const given = Buffer.from(signature, "base64url");
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return "wrong";
      // If the clock was set back, a session may be from the future: it counts as new.
      const age = clock.now() - Number.parseInt(openedAt, 36);
      if (age > sessionDays * dayMs) return "wrong";
      const identity = identify(reference);
      return typeof identity === "object" ? { identity, isDue: age > dayMs } : identity;
    },
  };
}
