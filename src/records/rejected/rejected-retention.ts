import { type Database, isConnectionLoss, type Sql } from "../../database/database.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { repeat } from "../../runtime/repeat.ts";

/** Rows of one statement: milliseconds of work, beside which bags are recorded. */
const batchSize = 1_000;
const pauseMs = 100;
const lookEveryMs = 60_000;
const dayMs = 86_400_000;

/** How long rejected frames are kept in PostgreSQL. */
export interface RejectedKept {
  readonly days: number;
  /** The newest so many rows at most. */
  readonly rows: number;
}

/** Removes rejected frames that are old or too many, for ever, a small batch at a time. */
export interface RejectedRetention {
  start(): void;
  stop(): Promise<void>;
}

export function createRejectedRetention(parts: {
  database: Database;
  kept: RejectedKept;
  clock: Clock;
  logger: Logger;
}): RejectedRetention {
  const { database, kept, clock, logger } = parts;
  const stopping = new AbortController();
  const looks = repeat({
    work: async () => {
      if (database.up) await removeAll();
    },
    everyMs: lookEveryMs,
    clock,
    onError(error) {
      if (isConnectionLoss(error)) return;
      logger.warn({ error: String(error) }, "old rejected frames could not be removed, trying again");
    },
  });

  async function removeAll(): Promise<void> {
    let removed = 0;
    for (let last = batchSize; last === batchSize && !stopping.signal.aborted; ) {
      last = await database.run((sql) => removeRejected(sql, kept, clock.now()));
      removed += last;
      if (last === batchSize) await clock.sleep(pauseMs, stopping.signal);
    }
    if (removed > 0) logger.info({ removed, kept }, "old rejected frames were removed");
  }

  return {
    start: looks.start,
    stop() {
      stopping.abort();
      return looks.stop();
    },
  };
}

/**
 * Removes the oldest rows beyond what is kept, at most 1,000. Their numbers stay, so that the ledger knows that they
 * were recorded.
 *
 * @param now milliseconds since the epoch.
 * @returns how many rows.
 */
export async function removeRejected(sql: Sql, kept: RejectedKept, now: number): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    with bound as materialized (
      -- Rows come in the order of time: two looks into indexes say how far.
      select greatest(
        (select max(id) from rejected_frame) - ${kept.rows}::bigint,
        (
          select id from rejected_frame
          where received_at < ${new Date(now - kept.days * dayMs)}
          order by received_at desc limit 1
        )
      ) as id
    ),
    old as (
      delete from rejected_frame
      where id in (
        select id from rejected_frame
        where id <= (select id from bound)
        order by id
        limit ${batchSize}
        -- Another appliance on this database removes them, too.
        for update skip locked
      )
      returning journal_id, int8range(journal_seq - frames + 1, journal_seq, '[]') as numbers
    ),
    noted as (
      insert into rejected_removed (journal_id, numbers)
      select journal_id, range_agg(numbers) from old group by journal_id
    )
    select count(*)::integer as rows from old`;
  return row?.rows ?? 0;
}
