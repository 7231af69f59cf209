import { Elysia } from "elysia";
import { z } from "zod";
import { headSchema, readChainHead } from "../../records/chain/head.ts";
import { readHead } from "../../records/chain/link.ts";
import { verifiedSchema, verifyChain } from "../../records/chain/verify.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

/** Then the rest is for another request: well below what a client waits for an answer. */
const partMs = 4_000;

/** 64 bits of a printed digest are enough: nobody finds another chain with the same by trying. */
const headQuery = z
  .string()
  .regex(
    /^[1-9]\d{0,14}:[0-9a-f]{16,64}$/,
    "must be a number, a colon and at least 16 digits of the digest, as 1234:ab12cd34ef56ab78",
  )
  .transform(readHead);

/** Whole: the next link is computed from it. */
const afterQuery = z
  .string()
  .regex(
    /^[1-9]\d{0,14}:[0-9a-f]{64}$/,
    "must be `next` of the part before: a number, a colon and the 64 digits of the digest",
  )
  .transform(readHead);

/** The hash chain of records: whether anything in it was changed past the appliance. */
export function recordChainController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock } = services;
  return new Elysia({ name: "record-chain", tags: ["access"] })
    .use(auth)
    .get("/api/audit/head", () => database.run((sql) => readChainHead(sql, plant.id)), {
      role: "viewer",
      response: { 200: headSchema, ...problems(503) },
      detail: {
        summary: "The end of the chain of records",
        description:
          "Kept elsewhere, as on a printed report, it proves later that nothing before it was changed: give it to /api/audit/verify as `head`.",
      },
    })
    .get(
      "/api/audit/verify",
      ({ query: { after = null, head = null }, client }) => {
        const until = clock.now() + partMs;
        const isOver = () => clock.now() >= until;
        return shares.questions.run(client, () => verifyChain(database, plant.id, { after, head, isOver }));
      },
      {
        role: "admin",
        query: checked(
          "query",
          z.strictObject({
            head: headQuery
              .optional()
              .describe("What was printed or kept earlier, as `1234:ab12…`: the chain must still have it."),
            after: afterQuery.optional().describe("`next` of the part before."),
          }),
        ),
        response: { 200: verifiedSchema, ...problems(503) },
        detail: {
          summary: "Whether any record was changed, removed or put in",
          description:
            "Recomputes the hash chain over the audit trail, what jobs want, and corrections of bags, and compares each link with its row. A long chain comes in parts of some seconds: ask again with `after` until `next` is null. That the end was cut off can be seen only with a `head` from elsewhere.",
        },
      },
    );
}
