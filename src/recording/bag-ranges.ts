import { type Database, isConnectionLoss, type Sql } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorCode } from "../runtime/error-code.ts";

/** A range is made 10,000,000 bags before it is needed. */
const keepEveryMs = 60_000;

/** The ranges that bags are stored in. */
export interface BagRanges {
  /** Once a minute: makes the next one where it is needed soon. */
  keep(): Promise<void>;
  /** Now. Where none can be made that is said, and bags are recorded all the same as long as the last range has room. */
  make(): Promise<void>;
}

export function createBagRanges(parts: {
  database: Pick<Database, "run">;
  clock: Pick<Clock, "now">;
  logger: Logger;
}): BagRanges {
  const { database, clock, logger } = parts;
  let dueAt = Number.NEGATIVE_INFINITY;

  async function make(): Promise<void> {
    dueAt = clock.now() + keepEveryMs;
    try {
      const made = await database.run(makeBagRanges);
      if (made > 0) logger.info({ made }, "a range was made for the bags to come");
    } catch (error) {
      if (isConnectionLoss(error)) throw error;
      logger.warn({ error: String(error) }, "no range could be made for the bags to come, trying again");
    }
  }

  return {
    make,
    async keep() {
      if (clock.now() >= dueAt) await make();
    },
  };
}

/**
 * Makes the range of bags that comes next, where there is none that is still empty. It takes no lock that reading or
 * recording waits for, and waits 2 s at most for its own.
 *
 * @returns how many were made.
 * @throws where it could not be made; bags are recorded as long as the last range has room.
 */
export async function makeBagRanges(sql: Sql): Promise<number> {
  const [row] = await sql<{ made: number }[]>`
    select make_filler_bag_ranges(last_value) as made from filler_bag_id_seq`;
  return row?.made ?? 0;
}

/** Whether bags were refused because no range is there for their ids: nothing is wrong with them. */
export function isBeyondRanges(error: unknown): boolean {
  return errorCode(error) === "23514" && error instanceof Error && !("constraint_name" in error);
}
