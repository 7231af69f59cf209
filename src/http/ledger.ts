import { Elysia } from "elysia";
import type { Auth } from "./auth.ts";
import { createLedgerReader, ledgerSchema } from "./ledger-reader.ts";
import type { HttpParts } from "./parts.ts";
import { problems } from "./problem.ts";

export function ledgerController(parts: Pick<HttpParts, "journal" | "database" | "clock">, auth: Auth) {
  const ledger = createLedgerReader(parts);
  return new Elysia({ name: "ledger", tags: ["ledger"] })
    .use(auth)
    .get("/api/ledger", () => ledger.readWithGaps(), {
      role: "viewer",
      response: { 200: ledgerSchema, ...problems(503) },
      detail: {
        summary: "Every frame, accounted for",
        description:
          "Every frame that was read is a bag, a rejected frame, or still pending: `missing` must be 0, and where it is not, `gaps` says which numbers have no record. While the database is away the last known counts are given, with `as_of`.",
      },
    });
}
