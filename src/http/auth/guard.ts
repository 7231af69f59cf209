import { createAccess, type Device, type Identity } from "../../access/access.ts";
import type { Tokens } from "../../access/configured-tokens.ts";
import type { PeopleInForce } from "../../access/people-in-force.ts";
import { type ActingPerson, createPersonSessions } from "../../access/person-sessions.ts";
import { createSessions } from "../../access/sessions.ts";
import type { TokensInForce } from "../../access/tokens-in-force.ts";
import type { Config, Role } from "../../config/config.ts";
import type { Clock } from "../../runtime/clock.ts";
import { databaseIsAway, Problem } from "../answer/problem.ts";
import { createAttemptLimit, tooManyAttempts } from "./attempt-limit.ts";
import {
  isSafe,
  madeOn,
  personSetCookie,
  readPersonCookie,
  readSessionCookie,
  sessionSetCookie,
} from "./session-cookie.ts";

/** Who may do what: `admin` everything, `operator` also what `viewer` may, the others only their own. */
const allowed: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer", "operator", "admin"],
  operator: ["operator", "admin"],
  admin: ["admin"],
  ingest: ["ingest", "admin"],
  metrics: ["metrics", "admin"],
};

export interface GuardServices {
  readonly config: { readonly http: Pick<Config["http"], "boardPublic"> };
  readonly tokens: () => Tokens;
  readonly namedTokens: Pick<TokensInForce, "loaded" | "find" | "byId">;
  readonly people: Pick<PeopleInForce, "loaded" | "byId" | "askedBy">;
  readonly sessionKey: Buffer;
  readonly clock: Clock;
}

/** Who makes a request. */
interface Visitor {
  readonly role: Role;
  /** For the audit trail; null: nobody signed in. */
  readonly actor: string | null;
  /** The token's id where it has a name; else null: the actor is a role then. */
  readonly tokenId: number | null;
  /** The paired browser that it is; null: it is none. */
  readonly device: Device | null;
  /** By a cookie, which browsers send by themselves; then also a new cookie, where it is time for one. */
  readonly session: { readonly isDue: boolean; readonly renewed: string | null } | null;
}

/** What a request says about who makes it. */
export interface Caller {
  readonly request: Request;
  /** The token of its `Authorization` header. */
  readonly bearer: string | undefined;
}

/** Who does something, for the audit trail. */
export interface Who {
  /** `Ann (line 2 tablet)` where somebody entered their PIN. */
  readonly actor: string;
  readonly person: { readonly id: number; readonly name: string } | null;
}

export interface Admission {
  readonly who: Who;
  /** As who signed in, whoever acts there: what shares are counted by. */
  readonly actor: string;
  /** The actor, if it is a named token; null: a role does not identify a person. */
  readonly actorName: string | null;
  /** Whether a stream may continue. */
  isAdmitted(): boolean;
  /** A `Set-Cookie` for the answer, where it is time for one. */
  readonly setCookie: string | null;
}

export type Guard = ReturnType<typeof createGuard>;

/** Identifies the sender of a request by bearer token, session cookie or neither, and decides what it may do. */
export function createGuard(services: GuardServices) {
  const { boardPublic } = services.config.http;
  const identify = createAccess(services);
  const sessions = createSessions({ ...services, key: services.sessionKey });
  const personSessions = createPersonSessions({ ...services, key: services.sessionKey });
  const { people } = services;
  const failures = createAttemptLimit({ max: 10, knownMax: 10_000, clock: services.clock });
  /** Until PostgreSQL has answered once, a valid session may read: its token is assumed to be in force. */
  const unproven: Visitor = {
    role: "viewer",
    actor: null,
    tokenId: null,
    device: null,
    session: { isDue: false, renewed: null },
  };
  const anyone: Visitor = { role: "viewer", actor: null, tokenId: null, device: null, session: null };

  /** @throws Problem 401 or 429; 503 where a named token cannot be told from a wrong one yet. */
  function bySecret(token: string, address: string): Identity {
    const identity = identify(token);
    if (identity === "unknown_yet") throw databaseIsAway();
    if (identity === "wrong") {
      // A right token passes also where the limit is reached: one misconfigured tablet behind the plant's
      // proxy must not lock out the rest. What makes guessing hopeless is the token's length; the limit
      // keeps a client that tries again and again from being a load, and tells it so.
      const waitSeconds = failures.failed(address);
      if (waitSeconds > 0) throw tooManyAttempts("tokens", waitSeconds);
      throw unauthorized("the token is none of this appliance's", "invalid_token");
    }
    return identity;
  }

  /** By the cookie, or as anyone where the board is public; null: nobody. */
  function withoutToken(request: Request): Visitor | null {
    const cookie = readSessionCookie(request);
    const resumed = cookie === null ? "wrong" : sessions.resume(cookie);
    if (resumed === "unknown_yet") return unproven;
    if (resumed === "wrong") return boardPublic ? anyone : null;
    const { identity, isDue } = resumed;
    return {
      role: identity.role,
      actor: identity.actor,
      tokenId: identity.tokenId,
      device: identity.device,
      session: { isDue, renewed: isDue ? sessionSetCookie(sessions.open(identity), request) : null },
    };
  }

  /** Who acts on a device now; null: nobody entered their PIN, or nobody is asked to. */
  function actingOn(device: Device, request: Request): ActingPerson | null {
    const asked = people.askedBy(device);
    const cookie = asked === "never" ? null : readPersonCookie(request);
    return cookie === null ? null : personSessions.resume(cookie, device.id, asked);
  }

  /**
   * Who does what a device is to do.
   *
   * @throws Problem 403 where its station wants to know, and nobody entered their PIN; 503 while nobody knows that.
   */
  function actorOn(device: Device, request: Request): ActingPerson | null {
    if (!people.loaded) throw databaseIsAway();
    const acting = actingOn(device, request);
    if (acting === null && people.askedBy(device) !== "never") throw personWanted();
    return acting;
  }

  /**
   * @param isBegun what was given for one action is used up by this.
   * @throws Problem 401, 403, 429 or 503.
   */
  function admit(need: Role, caller: Caller, address: string, isBegun: boolean): Admission {
    const { request, bearer } = caller;
    const visitor: Visitor | null =
      bearer === undefined ? withoutToken(request) : { ...bySecret(bearer, address), session: null };
    if (visitor === null) {
      throw unauthorized(
        "no bearer token in the Authorization header, which is the one place for it, and no session",
      );
    }
    const { role, actor, tokenId, device, session } = visitor;
    if (!allowed[need].includes(role)) {
      if (visitor === unproven) throw databaseIsAway();
      if (actor === null) throw unauthorized("this needs a bearer token or a session");
      throw tooSmall(need, role);
    }
    if (bearer === undefined && !isSafe(request)) checkOrigin(request, session !== null);
    const acting =
      device !== null && need === "operator" && !isSafe(request) ? actorOn(device, request) : null;
    if (isBegun) acting?.spend();
    const name = actor ?? "anyone";
    return {
      who:
        acting === null || device === null
          ? { actor: name, person: null }
          : { actor: `${acting.person.name} (${device.name})`, person: acting.person },
      actor: name,
      actorName: tokenId === null ? null : actor,
      isAdmitted: () => isStillAdmitted(need, caller),
      setCookie: session?.renewed ?? null,
    };
  }

  /**
   * A stream whose cookie is due for a new one ends too: the browser connects again at once, and gets it. A board on a
   * wall makes no other request for weeks.
   */
  function isStillAdmitted(need: Role, { request, bearer }: Caller): boolean {
    if (bearer !== undefined) {
      const identity = identify(bearer);
      return typeof identity === "object" && allowed[need].includes(identity.role);
    }
    const visitor = withoutToken(request);
    return visitor !== null && allowed[need].includes(visitor.role) && visitor.session?.isDue !== true;
  }

  return {
    /** Whether a request may be made. @throws Problem 401, 403, 429 or 503. */
    check: (need: Role, caller: Caller, address: string): void => void admit(need, caller, address, false),
    /** The same when it is carried out. @throws Problem 401, 403, 429 or 503. */
    admit: (need: Role, caller: Caller, address: string): Admission => admit(need, caller, address, true),
    /** What a device asks, and who acts there now. */
    actingOn: (device: Device, request: Request) => ({
      asked: people.askedBy(device),
      acting: actingOn(device, request),
    }),
    /** The `Set-Cookie` for whoever entered their PIN on a device. */
    actAs(given: Parameters<typeof personSessions.open>[0], request: Request): string {
      const seconds = Math.ceil((given.until - services.clock.now()) / 1000);
      return personSetCookie(personSessions.open(given), request, seconds);
    },
    /** The `Set-Cookie` after which nobody acts on a device. */
    actNoMore: (request: Request): string => personSetCookie(null, request, 0),
    /** The `Set-Cookie` of a device that was paired. */
    pair: (identity: Identity, request: Request): string =>
      sessionSetCookie(sessions.open(identity), request),
    /** The identity by cookie or bearer token; null: none with any right. Never throws. */
    visitor({ request, bearer }: Caller): Visitor | null {
      if (bearer === undefined) return withoutToken(request);
      const identity = identify(bearer);
      return typeof identity === "object" ? { ...identity, session: null } : null;
    },
    /** For signing in and out only the origin of the request can be checked. @throws Problem 403. */
    checkOrigin(request: Request): void {
      if (madeOn(request) === "elsewhere") throw crossOrigin();
    },
    /** The `Set-Cookie` of a new session. @throws Problem 401, 403, 429 or 503. */
    signIn(token: string, request: Request, address: string): { identity: Identity; setCookie: string } {
      const identity = bySecret(token, address);
      if (!allowed.viewer.includes(identity.role)) throw tooSmall("viewer", identity.role);
      return { identity, setCookie: sessionSetCookie(sessions.open(identity), request) };
    },
    /** The `Set-Cookie` that ends a session. */
    signOut: (request: Request): string => sessionSetCookie(null, request),
  };
}

/** A cookie, which browsers send by themselves, does not prove that the user wanted the request. @throws Problem 403. */
function checkOrigin(request: Request, isSession: boolean): void {
  if (isSession && madeOn(request) === "same_origin") return;
  throw crossOrigin();
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

function personWanted(): Problem {
  return new Problem(
    403,
    "person_wanted",
    "this device's station wants to know who acts: enter a PIN first (POST /api/session/person)",
  );
}

function crossOrigin(): Problem {
  return new Problem(
    403,
    "cross_origin",
    "with a session only the appliance's own pages may change something: send Origin or Sec-Fetch-Site, or a bearer token",
  );
}
