import { z } from "zod";
import type { Clock } from "../clock.ts";
import { type Database, isConnectionLoss, type Sql } from "../database/database.ts";
import type { JournalView } from "../journal/journal-view.ts";

/** The proof that nothing was dropped in silence, for this appliance's journal. */
export const ledgerSchema = z.object({
  journal_id: z.guid(),
  received: z.int().describe("Frames that were written to the journal, ever."),
  bags: z.int().describe("Recorded in Postgres as bags."),
  rejected: z.int().describe("Recorded in Postgres as rejected frames."),
  pending: z.int().describe("In the journal, and not in Postgres yet."),
  missing: z.int().describe("received - bags - rejected - pending: must be 0."),
  as_of: z.iso
    .datetime()
    .describe("When Postgres was asked. While it is away: the last time, and all since then is pending."),
});
export type Ledger = z.output<typeof ledgerSchema>;

export interface LedgerReader {
  /** @throws what the database throws where it was never read in this run. */
  read(): Promise<Ledger>;
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

  /** The counts are kept in one row, in the transaction of the records: reading it is one moment. */
  async function readRow(sql: Sql): Promise<Recorded> {
    const [row] = await sql<{ through: number; bags: number; rejected: number }[]>`
      select recorded_through as through, bags, rejected from journal where id = ${journal.id}`;
    // No row: nothing of this journal was ever recorded.
    return { ...(row ?? { through: 0, bags: 0, rejected: 0 }), at: clock.now() };
  }

  return {
    async read() {
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
    },
  };
}
