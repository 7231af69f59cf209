import { Elysia } from "elysia";
import type { Tokens } from "../access/configured-tokens.ts";
import type { Role } from "../config/config.ts";
import type { Guard } from "./guard.ts";

export type Auth = ReturnType<typeof createAuth>;

/**
 * The guard of every route that is not open: `.use(auth)`, then `{ role: "operator" }` among the route's options.
 * The handler gets `actor` for the audit trail, and `isAdmitted`, which says later whether the token would still
 * pass, for what goes on; the document gets the route's security.
 *
 * It looks before the body is read or anything validated, so that a stranger learns nothing but 401.
 */
export function createAuth(parts: { readonly guard: Guard; readonly tokens: () => Tokens }) {
  const { guard, tokens } = parts;
  return new Elysia({ name: "auth" }).macro({
    role: (need: Role) => {
      // Without a token of its own, /metrics is open.
      if (need === "metrics" && tokens().metrics === undefined) {
        return { detail: {}, resolve: () => ({ actor: "anyone", isAdmitted: () => true }) };
      }
      const check = ({ request, server }: Asked) => {
        guard.admit(need, request, addressOf({ request, server }));
      };
      return {
        detail: { security: [{ bearer: [] }, { session: [] }], "x-role": need },
        // Parsing comes first, but only where there is a body; then this one, always.
        parse: check,
        transform: check,
        resolve: ({ request, server, set }) => {
          const { actor, isAdmitted, setCookie } = guard.admit(need, request, addressOf({ request, server }));
          if (setCookie !== null) set.headers["set-cookie"] = setCookie;
          return { actor, isAdmitted };
        },
      };
    },
  });
}

export interface Asked {
  readonly request: Request;
  readonly server: { requestIP(request: Request): { readonly address: string } | null } | null;
}

/** Who asks, as the network knows him. */
export function addressOf({ request, server }: Asked): string {
  return server?.requestIP(request)?.address ?? "unknown";
}
