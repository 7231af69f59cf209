import { DatabaseBusy } from "../../database/errors.ts";
import type { Sql } from "../../database/types.ts";
import { isBeyondRanges, makeBagRanges } from "../../recording/bag-ranges.ts";
import { errorMessage } from "../../runtime/error-message.ts";

/**
 * Records bags in a transaction of `record`. The recorder makes ranges of ids long before they are needed; where there is
 * none all the same, one is made here, and `record` is called once more.
 *
 * @throws DatabaseBusy where none can be made: nothing was stored.
 */
export async function withinRange<T>(sql: Sql, record: () => Promise<T>): Promise<T> {
  try {
    return await record();
  } catch (error) {
    if (!isBeyondRanges(error)) throw error;
  }
  try {
    await makeBagRanges(sql);
  } catch (error) {
    throw new DatabaseBusy(`no range could be made for the ids of further bags: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  return record();
}
