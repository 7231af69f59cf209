import { Elysia, status } from "elysia";
import { z } from "zod";
import {
  changeToken,
  createToken,
  listTokens,
  newTokenSchema,
  revokeToken,
  tokenChangeSchema,
  tokenSchema,
} from "../../../access/named-tokens.ts";
import { readOnly } from "../../../database/read-only.ts";
import { conflict, invalid, notFound, type Problem, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../../request/paging.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

const createdSchema = tokenSchema.extend({
  token: z.string().describe("The token itself. It is told this once, and kept nowhere."),
});

const idSchema = z.object({ id: smallIdSchema });

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
          throw created.reason === "name_taken" ? nameTaken(body.name) : tooManyTokens(created.max);
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
    .patch(
      "/api/tokens/:id",
      async ({ params: { id }, body, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        const changed = await database.run((sql) => changeToken(sql, id, body, by));
        if (!changed.ok) throw notChanged(id, body.name ?? "", changed.reason);
        await namedTokens.refresh();
        return changed.token;
      },
      {
        role: "admin",
        params: checked("params", idSchema),
        body: checked("body", tokenChangeSchema),
        response: { 200: tokenSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Give a token another name, or a device another station",
          description: "Entries in the audit trail keep the old name. 409 `name_taken`.",
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
        params: checked("params", idSchema),
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

export function nameTaken(name: string): Problem {
  return conflict("name_taken", `there is a token ${JSON.stringify(name)} in force: revoke it first`);
}

export function tooManyTokens(max: number): Problem {
  return conflict("too_many_tokens", `${max} tokens are in force: revoke those not used`);
}

function notChanged(id: number, name: string, reason: "not_found" | "name_taken" | "no_device"): Problem {
  switch (reason) {
    case "not_found":
      return notFound(`there is no token ${id} in force`);
    case "name_taken":
      return nameTaken(name);
    case "no_device":
      return invalid({
        field: "station",
        message: `token ${id} is no paired device's: only those stand somewhere`,
      });
  }
}
