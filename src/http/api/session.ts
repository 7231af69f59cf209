import { Elysia, status } from "elysia";
import { z } from "zod";
import packageJson from "../../../package.json" with { type: "json" };
import type { Device } from "../../access/access.ts";
import { personAsked } from "../../access/persons.ts";
import { problems } from "../answer/problem.ts";
import { addressOf, bearerHeader, readJsonBody } from "../auth/auth.ts";
import type { Guard } from "../auth/guard.ts";
import { checked } from "../request/checked.ts";
import { actingSchema } from "./access/person-session.ts";
import type { Services } from "./services.ts";

const sessionRoles = ["viewer", "operator", "admin"] as const;

/** What a page needs before it shows anything. Without a role only the first five fields are given. */
export const sessionSchema = z.object({
  role: z
    .enum(sessionRoles)
    .nullable()
    .describe("What this browser may do now; null: nothing, until it signs in."),
  actor: z
    .string()
    .nullable()
    .describe("Who signed in, as the audit trail names it; null where nobody did, and the board is public."),
  device: z
    .object({
      name: z.string(),
      station: z.string().nullable().describe("Where it stands; null: anywhere."),
      person_asked: z.enum(personAsked).describe("Whether its station wants to know who acts."),
      person: actingSchema
        .nullable()
        .describe("Who acts; null: nobody entered their PIN, or the time is over."),
    })
    .nullable()
    .optional()
    .describe("Of a paired device; null: this browser is none."),
  board_public: z.boolean().describe("PREPUFF_BOARD_PUBLIC: the board may be read without signing in."),
  version: z.string(),
  now: z.iso.datetime().describe("The appliance's clock, which all times are by."),
  stations: z.array(z.string()).optional().describe("Those that the configuration names."),
  default_station: z.string().optional(),
  tolerance_percent: z.string().optional().describe("Of a new job that names none."),
  repeat_window_ms: z
    .int()
    .optional()
    .describe("The same weight from the same scale within it is a suspected repeat."),
  silent_after_s: z
    .int()
    .optional()
    .describe("A connected scale that says nothing for so long during a job is silent."),
  jobs: z
    .enum(["local", "upstream"])
    .optional()
    .describe("PREPUFF_JOBS: where jobs are kept, here or in the web application."),
  forwarding: z.boolean().optional().describe("Bags are forwarded to an upstream."),
});
type Session = z.output<typeof sessionSchema>;

const tokenSchema = z.strictObject({ token: z.string().min(1).max(512) });

type Needed = Pick<Services, "config" | "clock">;

/** Signing in and out, for browsers. Programs send their token with every request instead. */
export function sessionController(services: Needed, guard: Guard) {
  const { config, clock } = services;

  function deviceOf(device: Device | null, request: Request): Session["device"] {
    if (device === null) return null;
    const { asked, acting } = guard.actingOn(device, request);
    return {
      name: device.name,
      station: device.station,
      person_asked: asked,
      person: acting && {
        id: acting.person.id,
        name: acting.person.name,
        until: new Date(acting.until).toISOString(),
      },
    };
  }

  function sessionOf(
    who: { readonly role: string; readonly actor: string | null; readonly device: Device | null } | null,
    request: Request,
  ): Session {
    const role = sessionRoles.find((each) => each === who?.role) ?? null;
    const open = {
      role,
      actor: role === null ? null : (who?.actor ?? null),
      board_public: config.http.boardPublic,
      version: packageJson.version,
      now: new Date(clock.now()).toISOString(),
    };
    if (role === null) return open;
    const { fallback, byScale } = config.station;
    return {
      ...open,
      device: deviceOf(who?.device ?? null, request),
      stations: [...new Set([fallback, ...byScale.values()])],
      default_station: fallback,
      tolerance_percent: config.tolerancePercent,
      repeat_window_ms: config.frame.repeatWindowMs,
      silent_after_s: Math.round(config.scale.silentAfterMs / 1000),
      jobs: config.jobs,
      forwarding: config.upstream !== null,
    };
  }

  return new Elysia({ name: "session", tags: ["access"] })
    .use(bearerHeader())
    .get(
      "/api/session",
      ({ request, bearer, set }) => {
        const visitor = guard.visitor({ request, bearer });
        if (visitor?.session?.renewed) set.headers["set-cookie"] = visitor.session.renewed;
        return sessionOf(visitor, request);
      },
      {
        response: { 200: sessionSchema },
        detail: {
          summary: "What this browser may do",
          description:
            "By its session cookie (or a bearer token); also without either. Renews the cookie where it is more than a day old. While the database was never reached since the start, a session of a named token may read, and no more.",
        },
      },
    )
    .post(
      "/api/session",
      ({ body: { token }, request, server, set }) => {
        const { identity, setCookie } = guard.signIn(token.trim(), request, addressOf({ request, server }));
        set.headers["set-cookie"] = setCookie;
        return sessionOf(identity, request);
      },
      {
        transform: async (context) => {
          guard.checkOrigin(context.request);
          await readJsonBody(context);
        },
        body: checked("body", tokenSchema),
        response: { 200: sessionSchema, ...problems(401, 403, 429, 503) },
        detail: {
          summary: "Sign in with a token",
          description:
            "Sets the cookie `prepuff_session` (HttpOnly, SameSite=Strict), which is no token but a signed reference to it: it ends when the token is changed or revoked, and after 30 days without use. With it, requests that change something must come from the appliance's own pages (`Sec-Fetch-Site: same-origin`, or an `Origin` that is the host asked), else they are 403 `cross_origin`. Tokens of `ingest` and `metrics` are 403: they are for programs. Wrong tokens count as they do everywhere: after 10 in a minute an address gets 429; right ones always pass.",
        },
      },
    )
    .delete(
      "/api/session",
      ({ request, set }) => {
        set.headers["set-cookie"] = guard.signOut(request);
        return status(204, undefined);
      },
      {
        transform: async (context) => {
          guard.checkOrigin(context.request);
          await readJsonBody(context);
        },
        response: { 204: z.undefined().describe("The cookie is gone."), ...problems(403) },
        detail: { summary: "Sign out", description: "Ends the session of this browser, and no other." },
      },
    );
}
