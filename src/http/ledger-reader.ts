import { z } from "zod";
import type { Clock } from "../clock.ts";
import { type Database, isConnectionLoss, type Sql } from "../database/database.ts";
import type { JournalView } from "../journal/journal-view.ts";

const gapLimit = 100;
/** Looking through 50 million numbers takes seconds: what is lost for good is not looked for at every request. */
const gapsKeptMs = 60_000;

/** The proof that nothing was dropped in silence, for this appliance's journal. */
export const ledgerSchema = z.object({
  journal_id: z.guid(),
  received: z.int().describe("Frames that were written to the journal, ever."),
  bags: z.int().describe("Recorded in Postgres as bags."),
  rejected: z.int().describe("Recorded in Postgres as rejected frames."),
  pending: z.int().describe("In the journal, and not in Postgres yet."),
  missing: z.int().describe("received - bags - rejected - pending: must be 0."),
  gaps: z
    .array(z.object({ from: z.int(), through: z.int() }))
    .describe(
      `Recorded numbers of the journal that are neither bag nor rejected frame, both ends included, at most ${gapLimit} ranges. Looked for only where something is missing.`,
    ),
  as_of: z.iso
    .datetime()
    .describe("When Postgres was asked. While it is away: the last time, and all since then is pending."),
});
export type Ledger = z.output<typeof ledgerSchema>;

/** Without the gaps: looking for them is too much for every scrape. */
export type LedgerCounts = Omit<Ledger, "gaps">;

export interface LedgerReader {
  /** @throws what the database throws where it was never read in this run. */
  read(): Promise<LedgerCounts>;
  /** With the gaps; none while Postgres is away. @throws as `read`. */
  readWithGaps(): Promise<Ledger>;
}

interface Recorded {
  readonly through: number;
  readonly bags: number;
  readonly rejected: number;
  readonly at: number;
}

export function createLedgerReader(parts: {
  journal: Pick<JournalView, "id" | "lastSeq" | "recordedThrough">;
  database: Database;
  clock: Clock;
}): LedgerReader {
  const { journal, database, clock } = parts;
  let lastKnown: Recorded | null = null;
  let lastGaps: { missing: number; at: number; gaps: Promise<Ledger["gaps"]> } | null = null;

  /** The counts are kept in one row, in the transaction of the records: reading it is one moment. */
  async function readRow(sql: Sql): Promise<Recorded> {
    const [row] = await sql<{ through: number; bags: number; rejected: number }[]>`
      select recorded_through as through, bags, rejected from journal where id = ${journal.id}`;
    // No row: nothing of this journal was ever recorded.
    return { ...(row ?? { through: 0, bags: 0, rejected: 0 }), at: clock.now() };
  }

  /** Found between neighbours, in the order of the two unique indexes on journal and number. */
  async function findGaps(): Promise<Ledger["gaps"]> {
    try {
      const rows = await database.run(
        (sql) => sql<{ from: number; through: number }[]>`
          with recorded as (
            select journal_seq from filler_bag where journal_id = ${journal.id}
            union all
            select journal_seq from rejected_frame where journal_id = ${journal.id}
            union all
            select recorded_through + 1 from journal where id = ${journal.id}
          ),
          neighbours as (
            select lag(journal_seq, 1, 0::bigint) over (order by journal_seq) + 1 as "from",
              journal_seq - 1 as through
            from recorded
          )
          select "from", through from neighbours where "from" <= through order by "from" limit ${gapLimit}`,
      );
      return [...rows];
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      return [];
    }
  }

  function gapsOf(missing: number): Promise<Ledger["gaps"]> {
    const now = clock.now();
    if (lastGaps?.missing !== missing || Math.abs(now - lastGaps.at) >= gapsKeptMs) {
      lastGaps = { missing, at: now, gaps: findGaps() };
      lastGaps.gaps.catch(() => {
        lastGaps = null;
      });
    }
    return lastGaps.gaps;
  }

  async function read(): Promise<LedgerCounts> {
    // The journal forgets what Postgres has, and only that. So what it says is recorded, asked first, can
    // never be more than Postgres says afterwards, unless Postgres lost what it had (a restored backup).
    const gone = journal.recordedThrough;
    try {
      lastKnown = await database.run(readRow);
    } catch (error) {
      if (lastKnown === null || !isConnectionLoss(error)) throw error;
    }
    const { through, bags, rejected, at } = lastKnown;
    const received = Math.max(journal.lastSeq, through);
    const pending = received - Math.max(through, gone);
    return {
      journal_id: journal.id,
      received,
      bags,
      rejected,
      pending,
      missing: received - bags - rejected - pending,
      as_of: new Date(at).toISOString(),
    };
  }

  return {
    read,
    async readWithGaps() {
      const counts = await read();
      return { ...counts, gaps: counts.missing === 0 ? [] : await gapsOf(counts.missing) };
    },
  };
}
