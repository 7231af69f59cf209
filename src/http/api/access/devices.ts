import { Elysia, status } from "elysia";
import { z } from "zod";
import { identityOf } from "../../../access/access.ts";
import { createToken, isTokenName } from "../../../access/named-tokens.ts";
import { newPairingSchema, pairingMinutes } from "../../../access/pairings.ts";
import { conflict, Problem, problems } from "../../answer/problem.ts";
import { createAttemptLimit, tooManyAttempts } from "../../auth/attempt-limit.ts";
import { type Auth, addressOf, readJsonBody } from "../../auth/auth.ts";
import type { Guard } from "../../auth/guard.ts";
import { checked } from "../../request/checked.ts";
import type { Services } from "../services.ts";
import { nameTaken, tooManyTokens } from "./tokens.ts";

const pairingSchema = z.object({
  code: z.string().describe("Eight digits and capital letters, told this once."),
  name: z.string(),
  station: z.string().nullable(),
  expires_at: z.iso.datetime(),
});
const deviceSchema = z.object({ name: z.string(), station: z.string().nullable() });

type Needed = Pick<Services, "database" | "plant" | "clock" | "namedTokens" | "pairings">;

/** Pairing: a browser gets a token of its own by a short code, and nobody types one. */
export function devicesController(services: Needed, auth: Auth, guard: Guard) {
  const { database, plant, clock, namedTokens, pairings } = services;
  const attempts = createAttemptLimit({
    max: 10,
    windowMs: pairingMinutes * 60_000,
    knownMax: 10_000,
    clock,
  });

  return new Elysia({ name: "devices", tags: ["access"] })
    .use(auth)
    .post(
      "/api/pairings",
      async ({ body: { name, station }, actor }) => {
        // Said here, to the admin; whoever has the code could do nothing about it.
        if (await database.run((sql) => isTokenName(sql, name))) throw nameTaken(name);
        const made = pairings.create({ name, station, wantedBy: actor });
        if (made === null) {
          throw conflict("too_many_pairings", "too many codes are in force: wait until some have ended");
        }
        const { code, expiresAt } = made;
        return status(201, { code, name, station, expires_at: new Date(expiresAt).toISOString() });
      },
      {
        role: "admin",
        body: checked("body", newPairingSchema),
        response: { 201: pairingSchema, ...problems(409, 503) },
        detail: {
          summary: "Make a code for a device",
          description:
            "The device opens `/pair` and enters it within 10 minutes, once. 409 `name_taken` while a token in force has the name, `too_many_pairings`.",
        },
      },
    )
    .post(
      "/api/session/device",
      async ({ body: { code }, request, server, set }) => {
        const address = addressOf({ request, server });
        const waitSeconds = attempts.wait(address);
        if (waitSeconds > 0) throw tooManyAttempts("codes", waitSeconds);
        const pairing = pairings.take(code);
        if (pairing === null) {
          attempts.failed(address);
          throw new Problem(403, "wrong_code", "this code is not valid, or has expired: ask for another one");
        }
        const { name, station, wantedBy } = pairing;
        const by = { actor: wantedBy, plant: plant.id, at: clock.now() };
        const made = await database
          .run((sql) => createToken(sql, { name, role: "operator" }, by, { station }))
          .catch((error: unknown) => {
            pairings.giveBack(code, pairing);
            throw error;
          });
        if (!made.ok) throw made.reason === "name_taken" ? nameTaken(name) : tooManyTokens(made.max);
        await namedTokens.refresh();
        // Its secret is forgotten here: the browser's cookie refers to the token, and nobody ever sees one.
        set.headers["set-cookie"] = guard.pair(
          identityOf({ ...made.token, digest: new Uint8Array() }),
          request,
        );
        return { name, station };
      },
      {
        transform: async (context) => {
          guard.checkOrigin(context.request);
          await readJsonBody(context);
        },
        body: checked("body", z.strictObject({ code: z.string().min(1).max(40) })),
        response: { 200: deviceSchema, ...problems(403, 409, 429, 503) },
        detail: {
          summary: "Pair this browser by a code",
          description:
            "It gets a token of its own with the role `operator`, and a session cookie for it. 403 `wrong_code`; after 10 wrong ones in 10 minutes an address gets 429.",
        },
      },
    );
}
