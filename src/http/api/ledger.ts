import { Elysia } from "elysia";
import { z } from "zod";
import { DatabaseAway } from "../../database/database.ts";
import { acknowledgeGaps } from "../../records/ledger/ledger-gaps.ts";
import { createLedgerReader, ledgerSchema } from "../../records/ledger/ledger-reader.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { Problem, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";

export function ledgerController(
  services: Pick<Services, "journal" | "database" | "plant" | "clock">,
  auth: Auth,
) {
  const { journal, database, plant, clock } = services;
  const ledger = createLedgerReader(services);
  return new Elysia({ name: "ledger", tags: ["ledger"] })
    .use(auth)
    .post(
      "/api/ledger/acknowledge",
      async ({ body: { reason, missing }, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        const now = await ledger.read();
        if (now.missing === null) throw new DatabaseAway("the ledger's counts are not known now");
        if (now.missing !== missing) throw otherCount(now.missing);
        await acknowledgeGaps(database, journal.id, missing, reason, by);
        return ledger.readWithGaps();
      },
      {
        role: "admin",
        body: checked(
          "body",
          z.strictObject({
            reason: textSchema(500).describe("Why they are lost, as `disk of scale server 2 died on 3 May`."),
            missing: z
              .int()
              .min(1)
              .describe("How many are missing, as the ledger says: others are not meant."),
          }),
        ),
        response: { 200: ledgerSchema, ...problems(409, 503) },
        detail: {
          summary: "Acknowledge what is lost",
          description:
            "Frames that a damaged disk or a restored backup has lost stay `missing` for ever, and an alert with them. This notes in the audit trail, by number, that they are known to be lost, and why. What comes back later is recorded all the same. 409 `other_count` where another number is missing than the one given.",
        },
      },
    )
    .get("/api/ledger", () => ledger.readWithGaps(), {
      role: "viewer",
      response: { 200: ledgerSchema, ...problems(503) },
      detail: {
        summary: "Every frame, accounted for",
        description:
          "Every frame that was read is a bag, a rejected frame, or still pending: `missing` must be 0, and where it is not, `gaps` says which numbers have no record. While the database is away, `received` and `pending` are counted; the others are null, unless nothing was recorded since `as_of`.",
      },
    });
}

function otherCount(missing: number): Problem {
  return new Problem(409, "other_count", `${missing} are missing now: look at the ledger again`);
}
