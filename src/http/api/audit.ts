import { Elysia } from "elysia";
import { z } from "zod";
import { actions } from "../../audit/audit.ts";
import { auditEventSchema, listAuditEvents } from "../../audit/audit-list.ts";
import { readOnly } from "../../database/read-only.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import { timeQuery } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

/**
 * For `admin` alone: the trail shows what each person did all day, and operators' tokens are on tablets that many
 * people use. What concerns a bag or a job (who started it, why it is void) everybody sees on the thing itself.
 */
export function auditController(services: Pick<Services, "database" | "plant">, auth: Auth, shares: Shares) {
  return new Elysia({ name: "audit", tags: ["access"] }).use(auth).get(
    "/api/audit",
    async ({ query: { limit, cursor, ...filter }, client }) => {
      const page = { before: cursor, limit: limit + 1 };
      const found = await shares.questions.run(client, () =>
        readOnly(services.database, (tx) => listAuditEvents(tx, services.plant.id, filter, page)),
      );
      return pageOf(found, limit);
    },
    {
      role: "admin",
      query: checked(
        "query",
        z.strictObject({
          ...pageQuery,
          actor: textSchema(200).optional().describe("The whole actor, as `line 2 tablet (operator)`."),
          action: z.enum(actions).optional(),
          subject: textSchema(120).optional().describe("The whole subject, as `bag:12345`."),
          from: timeQuery.optional().describe("Done then or later; RFC 3339."),
          to: timeQuery.optional().describe("Done earlier than that; RFC 3339."),
        }),
      ),
      response: { 200: listSchema(auditEventSchema), ...problems(503) },
      detail: {
        summary: "Who did what, newest first",
        description:
          "Every change that a person made through the API, written in the same transaction as the change. Bags that arrive are no such change: they are in /api/bags, each with its source.",
      },
    },
  );
}
