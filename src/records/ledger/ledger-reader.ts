import { z } from "zod";
import { type DatabaseAccess, isConnectionLoss, type Sql } from "../../database/database.ts";
import type { JournalView } from "../../journal/journal-view.ts";
import type { Clock } from "../../runtime/clock.ts";
import { acknowledgedCount, findGaps } from "./ledger-gaps.ts";

const gapLimit = 100;
/** Reading 50 million numbers takes 20 s: what is lost for good is not searched at every request, nor to the end. */
const gapsKeptMs = 60_000;
const searchLimitMs = 8_000;

const known = "null: not known, because the database is away or does not agree with the journal yet.";

/** The proof that nothing was dropped in silence, for this appliance's journal. */
export const ledgerSchema = z.object({
  journal_id: z.guid(),
  received: z.int().describe("Frames that were written to the journal, ever."),
  bags: z.int().nullable().describe(`Recorded in Postgres as bags. ${known}`),
  rejected: z.int().nullable().describe(`Recorded in Postgres as rejected frames. ${known}`),
  pending: z
    .int()
    .describe(
      "In the journal, and not in Postgres yet; also those that were only counted in the last minute. Where the appliance has started and has not met the database since: at most so many.",
    ),
  acknowledged: z
    .int()
    .nullable()
    .describe(
      `Lost, as a person has acknowledged with a reason: see \`ledger.acknowledge\` in the audit trail. ${known}`,
    ),
  missing: z
    .int()
    .nullable()
    .describe(`received - bags - rejected - pending - acknowledged: must be 0. ${known}`),
  gaps: z
    .array(z.object({ from: z.int(), through: z.int() }))
    .describe(
      `Recorded numbers of the journal that are neither bag nor rejected frame nor acknowledged, both ends included, the newest ${gapLimit} ranges. Searched only where something is missing, for ${searchLimitMs / 1000} s at most.`,
    ),
  as_of: z.iso
    .datetime()
    .nullable()
    .describe("When Postgres was asked last; null: it has not answered since the appliance started."),
});
export type Ledger = z.output<typeof ledgerSchema>;

/** Without the gaps: looking for them is too much for every scrape. */
export type LedgerCounts = Omit<Ledger, "gaps">;

export interface LedgerReader {
  /** Counts of one moment: an old count of Postgres is never put beside a new one of the journal. */
  read(): Promise<LedgerCounts>;
  /** With the gaps; none while Postgres is away. */
  readWithGaps(): Promise<Ledger>;
}

interface Recorded {
  readonly through: number;
  readonly bags: number;
  readonly rejected: number;
  readonly acknowledged: number;
  readonly at: number;
}

export function createLedgerReader(parts: {
  journal: Pick<JournalView, "id" | "lastSeq" | "recordedThrough" | "counted">;
  database: DatabaseAccess;
  clock: Clock;
}): LedgerReader {
  const { journal, database, clock } = parts;
  let lastKnown: Recorded | null = null;
  let lastGaps: { missing: number; at: number; gaps: Promise<Ledger["gaps"]> } | null = null;

  /** The counts are kept in one row, in the transaction of the records: reading it is one moment. */
  async function readRow(sql: Sql): Promise<Recorded> {
    const [row] = await sql<Omit<Recorded, "at">[]>`
      select recorded_through as through, bags, rejected, ${acknowledgedCount(sql, journal.id)} as acknowledged
      from journal
      where id = ${journal.id}`;
    // No row: nothing of this journal was ever recorded.
    return { ...(row ?? { through: 0, bags: 0, rejected: 0, acknowledged: 0 }), at: clock.now() };
  }

  async function lookForGaps(missing: number): Promise<Ledger["gaps"]> {
    const startedAt = clock.now();
    try {
      return await findGaps((query) => database.run(query), journal.id, {
        limit: gapLimit,
        missing,
        isOver: () => Math.abs(clock.now() - startedAt) >= searchLimitMs,
      });
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      return [];
    }
  }

  function gapsOf(missing: number): Promise<Ledger["gaps"]> {
    const now = clock.now();
    if (lastGaps?.missing !== missing || Math.abs(now - lastGaps.at) >= gapsKeptMs) {
      lastGaps = { missing, at: now, gaps: lookForGaps(missing) };
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
      if (!isConnectionLoss(error)) throw error;
    }
    const { through = 0, at = null } = lastKnown ?? {};
    const numbered = Math.max(journal.lastSeq, through);
    const received = numbered + journal.counted;
    const pending = received - Math.max(through, gone);
    const common = {
      journal_id: journal.id,
      received,
      pending,
      as_of: at === null ? null : new Date(at).toISOString(),
    };
    // Recorded since Postgres was asked, as bags or as rejected frames; or lost there, which the recorder finds out.
    if (lastKnown === null || through < gone) {
      return { ...common, bags: null, rejected: null, acknowledged: null, missing: null };
    }
    const { bags, rejected, acknowledged } = lastKnown;
    return {
      ...common,
      ...{ bags, rejected, acknowledged },
      missing: received - bags - rejected - pending - acknowledged,
    };
  }

  return {
    read,
    async readWithGaps() {
      const counts = await read();
      return { ...counts, gaps: counts.missing ? await gapsOf(counts.missing) : [] };
    },
  };
}
