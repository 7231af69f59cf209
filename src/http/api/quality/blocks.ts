import { Elysia } from "elysia";
import { z } from "zod";
import { readPlace, rebuildBlocks, rebuiltSchema } from "../../../records/quality/blocks/rebuild.ts";
import { problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

/** Then the rest is for another request: well below what a client waits for an answer. */
const partMs = 2_000;

const rebuildSchema = z.strictObject({
  check: z.boolean().describe("`true`: they are compared, and stay as they are."),
  after: z
    .string()
    .regex(/^\d{1,10}:\d{1,10}$/, "must be `next` of the part before, as 12:5000")
    .transform(readPlace)
    .optional()
    .describe("`next` of the part before."),
});

/** The blocks of bags that quality reads. */
export function blocksController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock } = services;
  return new Elysia({ name: "quality-blocks", tags: ["quality"] }).use(auth).post(
    "/api/quality/rebuild",
    ({ body: { check, after = null }, client }) => {
      const until = clock.now() + partMs;
      const wanted = { isMade: !check, after, isOver: () => clock.now() >= until };
      return shares.questions.run(client, () => rebuildBlocks(database, plant.id, wanted));
    },
    {
      role: "admin",
      body: checked("body", rebuildSchema),
      response: { 200: rebuiltSchema, ...problems(503) },
      detail: {
        summary: "Compare the blocks that quality reads with their bags, and make them again",
        description:
          "Blocks follow from the bags, and are kept up by themselves. After something was done to the database by hand this makes those again that say something else, and those that are missing. It comes in parts of some seconds: ask again with `after` until `next` is null.",
      },
    },
  );
}
