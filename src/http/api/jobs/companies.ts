import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../../database/read-only.ts";
import { companySchema, listCompanies } from "../../../records/jobs/companies.ts";
import { problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import { searchQuery } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

export function companiesController(services: Pick<Services, "database">, auth: Auth, shares: Shares) {
  return new Elysia({ name: "companies", tags: ["jobs"] }).use(auth).get(
    "/api/companies",
    async ({ query, client }) => ({
      items: await shares.questions.run(client, () =>
        readOnly(services.database, (tx) => listCompanies(tx, query.q ?? "")),
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
