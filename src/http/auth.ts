import { Elysia } from "elysia";
import { createAccess, type Identity } from "../access/access.ts";
import type { Tokens } from "../access/configured-tokens.ts";
import type { KnownTokens } from "../access/known-tokens.ts";
import type { Clock } from "../clock.ts";
import type { Role } from "../config/config.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { databaseIsAway, Problem } from "./problem.ts";

/** Who may do what: `admin` everything, `operator` also what `viewer` may, the others only their own. */
const allowed: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer", "operator", "admin"],
  operator: ["operator", "admin"],
  admin: ["admin"],
  ingest: ["ingest", "admin"],
  metrics: ["metrics", "admin"],
};

export type Auth = ReturnType<typeof createAuth>;

/**
 * The guard of every route that is not open: `.use(auth)`, then `{ role: "operator" }` among the route's options.
 * The handler gets `actor` for the audit trail, and `isAdmitted`, which says later whether the token would still
 * pass, for what goes on; the document gets the route's security.
 *
 * It looks before the body is read or anything validated, so that a stranger learns nothing but 401.
 */
export function createAuth(parts: {
  readonly tokens: () => Tokens;
  readonly namedTokens: Pick<KnownTokens, "loaded" | "find">;
  readonly clock: Clock;
}) {
  const identify = createAccess(parts);
  const failures = createAttemptLimit({ perMinute: 10, addressesMax: 10_000, clock: parts.clock });

  /** @throws Problem 401, 403, 429, or 503 where a named token cannot be told from a wrong one yet. */
  function admit(need: Role, request: Request, address: string): Identity {
    const token = bearerToken(request.headers.get("authorization"));
    if (token === null) throw unauthorized("no bearer token in the Authorization header");
    const identity = identify(token);
    if (identity === "unknown_yet") throw databaseIsAway();
    if (identity === "wrong") {
      // A right token passes also where the limit is reached: one misconfigured tablet behind the plant's
      // proxy must not lock out the rest. What makes guessing hopeless is the token's length; the limit
      // keeps a client that tries again and again from being a load, and tells it so.
      const waitSeconds = failures.failed(address);
      if (waitSeconds > 0) throw tooManyAttempts(waitSeconds);
      throw unauthorized("the bearer token is none of this appliance's", "invalid_token");
    }
    if (!allowed[need].includes(identity.role)) throw tooSmall(need, identity.role);
    return identity;
  }

  function isAdmitted(need: Role, request: Request): boolean {
    const token = bearerToken(request.headers.get("authorization"));
    const identity = token === null ? "wrong" : identify(token);
    return typeof identity === "object" && allowed[need].includes(identity.role);
  }

  return new Elysia({ name: "auth" }).macro({
    role: (need: Role) => {
      // Without a token of its own, /metrics is open.
      if (need === "metrics" && parts.tokens().metrics === undefined) {
        return { detail: {}, resolve: () => ({ actor: "anyone", isAdmitted: () => true }) };
      }
      const check = ({ request, server }: Guarded) => {
        admit(need, request, server?.requestIP(request)?.address ?? "unknown");
      };
      return {
        detail: { security: [{ bearer: [] }], "x-role": need },
        // Parsing comes first, but only where there is a body; then this one, always.
        parse: check,
        transform: check,
        resolve: ({ request, server }) => {
          const { actor } = admit(need, request, server?.requestIP(request)?.address ?? "unknown");
          return { actor, isAdmitted: () => isAdmitted(need, request) };
        },
      };
    },
  });
}

interface Guarded {
  readonly request: Request;
  readonly server: { requestIP(request: Request): { readonly address: string } | null } | null;
}

/**
 * The token of `Authorization: Bearer …`, and no other: @elysiajs/bearer also takes `?access_token=` and a form
 * field and cannot be told not to, and what is in a URL ends up in logs and histories.
 */
export function bearerToken(header: string | null): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

function unauthorized(detail: string, error?: "invalid_token"): Problem {
  const challenge = `Bearer realm="prepuff"${error === undefined ? "" : `, error="${error}"`}`;
  return new Problem(401, "unauthorized", detail, { headers: { "www-authenticate": challenge } });
}

function tooSmall(need: Role, role: Role): Problem {
  return new Problem(403, "forbidden", `this needs the role ${need}; the token's role is ${role}`, {
    headers: { "www-authenticate": `Bearer realm="prepuff", error="insufficient_scope", scope="${need}"` },
  });
}

function tooManyAttempts(waitSeconds: number): Problem {
  return new Problem(429, "too_many_attempts", `too many wrong tokens; wait ${waitSeconds} s`, {
    headers: { "retry-after": String(waitSeconds) },
  });
}
