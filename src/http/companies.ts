import { Elysia } from "elysia";
import { z } from "zod";
import { companySchema, listCompanies } from "../bags/companies.ts";
import { ask } from "./ask.ts";
import type { Auth } from "./auth.ts";
import { checked } from "./checked.ts";
import type { HttpParts } from "./parts.ts";
import { problems } from "./problem.ts";
import type { Shares } from "./shares.ts";
import { searchQuery } from "./values.ts";

export function companiesController(parts: Pick<HttpParts, "database">, auth: Auth, shares: Shares) {
  return new Elysia({ name: "companies", tags: ["jobs"] }).use(auth).get(
    "/api/companies",
    async ({ query, asker }) => ({
      items: await shares.questions.run(asker, () =>
        ask(parts.database, (tx) => listCompanies(tx, query.q ?? "")),
      ),
    }),
    {
      role: "viewer",
      query: checked("query", z.strictObject({ q: searchQuery.optional() })),
      response: { 200: z.object({ items: z.array(companySchema) }), ...problems(503) },
      detail: {
        summary: "Companies of earlier jobs, those used last first",
        description: "50 at most: to complete what somebody types. A job for another name makes it.",
      },
    },
  );
}
