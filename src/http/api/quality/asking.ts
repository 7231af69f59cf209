import { NoSuchChart } from "../../../records/quality/chart-answer.ts";
import { NotPrepared, TooManyBags } from "../../../records/quality/scope.ts";
import { stationQuery } from "../../../runtime/typed-text.ts";
import { invalid, Problem } from "../../answer/problem.ts";
import type { Client } from "../../request/places.ts";
import { scaleIdSchema, smallIdSchema, timeQuery } from "../../request/values.ts";
import type { Shares } from "../shares.ts";

/** Which bags a question is about. */
export const whichBags = {
  job: smallIdSchema.optional(),
  product: smallIdSchema.optional().describe("Bags of all jobs that were started from it."),
  station: stationQuery.optional(),
  scale: scaleIdSchema.optional(),
  from: timeQuery.optional().describe("Weighed then or later; RFC 3339."),
  to: timeQuery.optional().describe("Weighed earlier than that; RFC 3339."),
};

/** Asks when it is the client's turn. @throws Problem 422 where the bags are too many, or give no such chart; 503. */
export async function askQuality<Answer>(
  shares: Pick<Shares, "questions">,
  client: Client,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await shares.questions.run(client, question);
  } catch (error) {
    if (error instanceof TooManyBags) {
      throw invalid({
        field: "from",
        message: `must leave at most ${error.most}: take a shorter time, or one scale`,
      });
    }
    if (error instanceof NotPrepared) {
      throw new Problem(
        503,
        "not_prepared",
        "the bags of past jobs are being prepared for this, the newest first: ask again in some minutes, or about one job",
        { headers: { "retry-after": "60" } },
      );
    }
    if (error instanceof NoSuchChart) throw invalid({ field: "size", message: error.message });
    throw error;
  }
}
