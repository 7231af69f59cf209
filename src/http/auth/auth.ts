import { bearer } from "@elysiajs/bearer";
import { Elysia } from "elysia";
import type { Tokens } from "../../access/configured-tokens.ts";
import type { Role } from "../../config/config.ts";
import { scanBagPath } from "../answer/problem.ts";
import { readBody } from "../request/body.ts";
import { tokenParameter } from "../request/token-place.ts";
import type { Guard, Who } from "./guard.ts";

export type Auth = ReturnType<typeof createAuth>;

/**
 * The guard of every route that is not open: `.use(auth)`, then `{ role: "operator" }` among the route's options. The
 * handler gets `who` (the person, where one entered their PIN) or `actor` for the audit trail, `actorName` where that is a name, `client` for its share of what is scarce,
 * and `isAdmitted`, which says later whether the token would still pass, for what goes on; the document gets the
 * route's security.
 *
 * It checks before the body is read or anything is validated, so that a client without a token gets nothing but 401.
 */
export function createAuth(services: { readonly guard: Guard; readonly tokens: () => Tokens }) {
  const { guard, tokens } = services;
  return new Elysia({ name: "auth" }).use(bearerHeader()).macro({
    role: (need: Role) => {
      // Without a token of its own, /metrics is open.
      if (need === "metrics" && tokens().metrics === undefined) {
        return {
          detail: {},
          resolve: (context) => ({ ...anyone(context), actorName: null, isAdmitted: () => true }),
        };
      }
      return {
        detail: { security: [{ bearer: [] }, { session: [] }], "x-role": need },
        // Before anything is validated.
        transform: async (context: Asked & Bodied) => {
          guard.check(need, context, addressOf(context));
          // scan_bag reads its own: it takes forms too, and keeps a number's digits as they were written.
          if (context.route !== scanBagPath) await readJsonBody(context);
        },
        resolve: (context) => {
          const { who, actor, actorName, isAdmitted, setCookie } = guard.admit(
            need,
            context,
            addressOf(context),
          );
          if (setCookie !== null) context.set.headers["set-cookie"] = setCookie;
          return { who, actor, actorName, isAdmitted, client: { actor, address: addressOf(context) } };
        },
      };
    },
  });
}

function anyone(context: Pick<Asked, "request" | "server">) {
  const who: Who = { actor: "anyone", person: null };
  return {
    who,
    actor: "anyone",
    client: { actor: "anyone", address: addressOf(context) },
  };
}

/**
 * `bearer`: the token of the `Authorization` header, by @elysiajs/bearer. The plugin also looks into query and body, under
 * `tokenParameter`; `checkNoToken` lets nothing get there.
 */
export function bearerHeader() {
  return new Elysia({ name: "bearer-header" })
    .onTransform({ as: "global" }, ({ headers }) => {
      // The scheme's name in any case, one token, nothing else: the plugin would take what follows 7 characters.
      const token = bearerToken(headers.authorization ?? null);
      headers.authorization = token === null ? undefined : `Bearer ${token}`;
    })
    .use(bearer({ extract: { header: "Bearer", query: tokenParameter, body: tokenParameter } }));
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(header: string | null): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? null;
}

interface Bodied {
  readonly request: Request;
  readonly route: string;
  body: unknown;
}

/** Reads the JSON of a request whose sender is known, for the route's schema. @throws Problem 400, 413, 415 or 422. */
export async function readJsonBody(context: Bodied): Promise<void> {
  const { request, route } = context;
  if (request.method === "GET" || request.method === "HEAD") return;
  context.body = await readBody(request, { path: route, media: ["json"] });
}

export interface Asked {
  readonly request: Request;
  readonly bearer: string | undefined;
  readonly server: { requestIP(request: Request): { readonly address: string } | null } | null;
}

/** The client's address. */
export function addressOf({ request, server }: Pick<Asked, "request" | "server">): string {
  return server?.requestIP(request)?.address ?? "unknown";
}
