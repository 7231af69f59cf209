import type { Sql } from "../database/database.ts";
import { errorCode } from "../runtime/error-code.ts";

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
