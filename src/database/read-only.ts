import type { DatabaseAccess } from "./database.ts";
import type { Sql, Transaction } from "./types.ts";

/** Well below the 15 s after which a query closes the pool's connections: a slow query must not look like an outage. */
const answerLimitMs = 8_000;

/**
 * Reads something in a transaction of its own, however badly the filters fit the indexes.
 *
 * @throws with SQLSTATE 57014, which the API answers with 503 `too_slow`, when it takes longer than 8 s.
 */
export function readOnly<T>(database: DatabaseAccess, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return read(database, "read only", work);
}

/** As `readOnly`, and what its queries see is of one moment. */
export function oneSnapshot<T>(database: DatabaseAccess, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return read(database, "isolation level repeatable read read only", work);
}

function read<T>(database: DatabaseAccess, how: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const asked = async (sql: Sql) => {
    // In an object: the driver's types would unwrap an array.
    const found = await sql.begin(how, async (tx) => {
      await tx`select set_config('statement_timeout', ${String(answerLimitMs)}, true)`;
      return { answer: await work(tx) };
    });
    return found.answer;
  };
  return database.run(asked, undefined, "slow");
}
