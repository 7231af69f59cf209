import { readDatabaseUrl } from "../config/database-url.ts";
import type { Logger } from "../logging/logger.ts";
import { openConnection } from "./connection.ts";
import { inTime } from "./pool.ts";
import { checkSessions } from "./pooler.ts";
import type { Sql } from "./types.ts";
import { findWritableNow } from "./writable.ts";

/**
 * Opens a connection to the server that takes writes, for one work, and closes it whatever happens.
 *
 * @throws why no host of the URL can be recorded in, or where the work takes longer than `limitMs`.
 */
export async function withConnection<T>(
  url: string,
  options: { readonly logger: Logger; readonly limitMs: number },
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const { logger, limitMs } = options;
  const read = readDatabaseUrl(url);
  if ("faults" in read) throw new Error(`DATABASE_URL: ${read.faults.join("; ")}`);
  const { server, connection } = await findWritableNow(read.target, { logger });
  try {
    const second = await openConnection(server, { logger });
    await checkSessions(connection, second).finally(second.close);
    return await inTime(work(connection.sql), limitMs, limitMs);
  } finally {
    connection.close();
  }
}
