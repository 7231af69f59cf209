import { Elysia, status } from "elysia";
import { z } from "zod";
import {
  createToken,
  listTokens,
  newTokenSchema,
  revokeToken,
  tokenSchema,
} from "../../access/named-tokens.ts";
import { readOnly } from "../../database/read-only.ts";
import { conflict, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import { smallIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

const createdSchema = tokenSchema.extend({
  token: z.string().describe("The token itself. It is told this once, and kept nowhere."),
});

/** Named tokens: one for each person, tablet or program, each revoked alone. */
export function tokensController(
  services: Pick<Services, "database" | "plant" | "clock" | "namedTokens">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock, namedTokens } = services;
  return new Elysia({ name: "tokens", tags: ["access"] })
    .use(auth)
    .get(
      "/api/tokens",
      async ({ query: { limit, cursor, revoked }, client }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await shares.questions.run(client, () =>
          readOnly(database, (tx) => listTokens(tx, { revoked }, page)),
        );
        return pageOf(found, limit);
      },
      {
        role: "admin",
        query: checked(
          "query",
          z.strictObject({
            ...pageQuery,
            revoked: z
              .enum(["true", "false"])
              .transform((text) => text === "true")
              .optional()
              .describe("Left out: revoked ones are listed with the others."),
          }),
        ),
        response: { 200: listSchema(tokenSchema), ...problems(503) },
        detail: {
          summary: "Named tokens, newest first",
          description: "The configured ones are not among them.",
        },
      },
    )
    .post(
      "/api/tokens",
      async ({ body, actor }) => {
        const created = await database.run((sql) =>
          createToken(sql, body, { actor, plant: plant.id, at: clock.now() }),
        );
        if (!created.ok) {
          throw created.reason === "name_taken"
            ? conflict(
                "name_taken",
                `there is a token ${JSON.stringify(body.name)} in force: revoke it first`,
              )
            : conflict("too_many_tokens", `${created.max} tokens are in force: revoke those not used`);
        }
        await namedTokens.refresh();
        return status(201, { ...created.token, token: created.secret });
      },
      {
        role: "admin",
        body: checked("body", newTokenSchema),
        response: { 201: createdSchema, ...problems(409, 503) },
        detail: {
          summary: "Make a token",
          description:
            "The answer has it, this once. Other appliances on the same database take it within seconds. 409 `name_taken` or `too_many_tokens`.",
        },
      },
    )
    .delete(
      "/api/tokens/:id",
      async ({ params: { id }, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        const isRevoked = await database.run((sql) => revokeToken(sql, id, by));
        if (!isRevoked) throw notFound(`there is no token ${id} in force`);
        await namedTokens.refresh();
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", z.object({ id: smallIdSchema })),
        response: {
          204: z.undefined().describe("It is taken no more; on other appliances within seconds."),
          ...problems(404, 503),
        },
        detail: {
          summary: "Revoke a token",
          description: "For ever. Event streams opened with it end within seconds.",
        },
      },
    );
}
