import { Elysia } from "elysia";
import { z } from "zod";
import { audit } from "../../audit/audit.ts";
import { escapeBytes } from "../../scale/frames/bytes.ts";
import { remoteKeys } from "../../scale/sources/commands.ts";
import { conflict, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { scaleIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

const pressedSchema = z.object({
  key: z.enum(remoteKeys),
  answer: z
    .string()
    .nullable()
    .describe(
      "The frame that the indicator answered with, bytes that are no ASCII as `\\xNN`; null: none within 3 s.",
    ),
  understood: z.boolean().describe("Whether its dialect knows such an answer."),
});

/** Keys of indicators, pressed from afar. */
export function keysController(
  {
    keys,
    database,
    plant,
    clock,
    logger,
  }: Pick<Services, "keys" | "database" | "plant" | "clock" | "logger">,
  auth: Auth,
) {
  return new Elysia({ name: "keys", tags: ["scales"] }).use(auth).post(
    "/api/scales/:id/keys/:key",
    async ({ params: { id, key }, who }) => {
      const found = keys.find(id, key);
      if (found.kind === "not_connected") {
        throw conflict(
          "scale_not_connected",
          `scale ${id} has no open connection: print once, then try again`,
        );
      }
      if (found.kind === "no_command") {
        throw conflict("no_such_key", `dialect ${found.dialect} has no command for ${key}`);
      }
      const by = { ...who, plant: plant.id, at: clock.now() };
      // First: what was pressed is in the trail, whatever the indicator makes of it.
      await database.run((sql) =>
        sql.begin((tx) =>
          audit(tx, by, {
            action: "scale.key",
            subject: `scale:${id}`,
            detail: { key },
            before: null,
            after: null,
          }),
        ),
      );
      const answered = await found.press();
      const answer = answered === null ? null : escapeBytes(Buffer.from(answered.frame, "latin1"));
      logger.info({ scale: id, key, actor: who.actor, answer }, "key of a scale pressed");
      return { key, answer, understood: answered?.isKnown === true };
    },
    {
      role: "operator",
      params: checked("params", z.object({ id: scaleIdSchema, key: z.enum(remoteKeys) })),
      response: { 200: pressedSchema, ...problems(409, 503) },
      detail: {
        summary: "Press a key of a scale's indicator: zero, tare, clear-tare or print",
        description:
          "Where its dialect has a command for it. 409 `scale_not_connected`: it has no open connection. 409 `no_such_key`: its dialect has no such command. What people press is in the audit trail.",
      },
    },
  );
}
