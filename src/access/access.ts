import { timingSafeEqual } from "node:crypto";
import { type Role, roles } from "../config/config.ts";
import type { Tokens } from "./configured-tokens.ts";
import type { KnownToken } from "./named-tokens.ts";
import { digestOf, tokenPrefix } from "./new-token.ts";
import type { TokensInForce } from "./tokens-in-force.ts";

/** The role and, of a named token, the name that a token identifies. */
export interface Identity {
  readonly role: Role;
  /** For the audit trail: `line 2 tablet (operator)`; of a configured token the role. */
  readonly actor: string;
  /** Of a named token; null: a configured one. */
  readonly tokenId: number | null;
  /** Of a browser that was paired; null: of anything else. */
  readonly device: Device | null;
}

/** A paired browser. */
export interface Device {
  readonly id: number;
  readonly name: string;
  /** Where it stands; null: anywhere. */
  readonly station: string | null;
}

/** `unknown_yet`: it has the form of a named token, and PostgreSQL has not answered since the start. */
export type Identified = Identity | "wrong" | "unknown_yet";

/** Identifies tokens as of now: configured tokens may be changed, named ones made and revoked. */
export function createAccess(parts: {
  readonly tokens: () => Tokens;
  readonly namedTokens: Pick<TokensInForce, "loaded" | "find">;
}): (token: string) => Identified {
  const { namedTokens } = parts;
  const configured = createRoleLookup(parts.tokens);
  return (token) => {
    const digest = digestOf(token);
    const role = configured(digest);
    if (role !== null) return { role, actor: role, tokenId: null, device: null };
    if (!token.startsWith(tokenPrefix)) return "wrong";
    if (!namedTokens.loaded) return "unknown_yet";
    const named = namedTokens.find(digest);
    return named === null ? "wrong" : identityOf(named);
  };
}

export function identityOf({ id, name, role, is_device, station }: KnownToken): Identity {
  return { role, actor: `${name} (${role})`, tokenId: id, device: is_device ? { id, name, station } : null };
}

/** Compares with every token in constant time; hashed first, so that lengths do not show either. */
function createRoleLookup(tokens: () => Tokens): (digest: Buffer) => Role | null {
  let current: Tokens | undefined;
  let known: readonly { readonly role: Role; readonly digest: Buffer }[] = [];
  return (digest) => {
    const now = tokens();
    if (now !== current) {
      current = now;
      known = roles.flatMap((role) => {
        const token = now[role];
        return token === undefined || token === "" ? [] : [{ role, digest: digestOf(token) }];
      });
    }
    // All of them, always: stopping at the first match would tell which one it was.
    const matching = known.filter((each) => timingSafeEqual(each.digest, digest));
    return matching[0]?.role ?? null;
  };
}
