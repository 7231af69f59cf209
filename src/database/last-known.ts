import type { Clock } from "../runtime/clock.ts";
import { type Database, isConnectionLoss, type Sql } from "./database.ts";

/** PostgreSQL's last answer, and when it was asked; null: never in this run. */
export interface LastKnown<T> {
  readonly value: T;
  readonly asOf: number | null;
}

/**
 * Makes a reader that gives the last answer while PostgreSQL is not reachable.
 *
 * @param first what is given as long as Postgres never answered.
 */
export function createLastKnown<T>(
  database: Pick<Database, "run">,
  clock: Pick<Clock, "now">,
  first: T,
): (read: (sql: Sql) => Promise<T>) => Promise<LastKnown<T>> {
  let last: LastKnown<T> = { value: first, asOf: null };
  return async (read) => {
    try {
      const value = await database.run(read);
      last = { value, asOf: clock.now() };
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
    return last;
  };
}
