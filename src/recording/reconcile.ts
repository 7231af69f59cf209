import { audit } from "../audit/audit.ts";
import type { Database, Sql } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import {
  highestRecorded,
  lastRecordedAt,
  lookAtWatermark,
  raiseWatermark,
  type Watermark,
} from "./watermark.ts";

const chunkSize = 5_000;
/** In the place of an identity: a rejected frame that was recorded and removed since, which is not told apart further. */
const removed = "removed";

/** What this process knows of its last look at Postgres. */
export interface LastLook {
  /** By Postgres's clock, as it was written there. */
  readonly wrote: number;
  /** By this machine's clock. Times in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Agrees with Postgres on how far this journal is recorded: its word counts, it was said in the commit.
 *
 * Where Postgres has less than it had, it is an earlier state of itself (a standby that was behind and was promoted, a
 * backup that was restored) or another one: then the journal gives again what it still has, and the rest is missing, as
 * the ledger says. What people did in that time only Postgres knew: it is lost, and is said by log, audit trail
 * and finding, from when to when.
 *
 * Where the journal still holds entries that it does not know to be recorded, of numbers that Postgres has, they are
 * compared with what it has under the same numbers:
 * - The same: recorded.
 * - Nothing: an entry that was lost in a damaged journal and came back later. It is recorded under its own number.
 * - Another frame: the data folder was restored from an older copy, and numbers were given a second time. From the
 *   first such entry on all get new numbers. (The numbers alone would not tell: scales weigh before Postgres is met,
 *   and soon the journal is as long as it was.)
 *
 * @param parts.last the last look of this process; null: there was none.
 * @param parts.recordLate records entries under their own numbers, though Postgres has higher ones.
 * @returns the look that was taken now.
 */
export async function reconcile(parts: {
  journal: Journal;
  database: Database;
  plant: Plant;
  logger: Logger;
  now: () => number;
  last: LastLook | null;
  recordLate: (entries: readonly JournaledEntry[]) => Promise<void>;
}): Promise<LastLook> {
  const { journal, database, plant, logger, now, last, recordLate } = parts;
  const { watermark, highest } = await database.run(async (sql: Sql) => {
    await plant.settle(sql);
    const found = await lookAtWatermark(sql, journal.id);
    if (found === null) throw new Error("the journal's row just made is not there");
    const between = { through: found.through, last: journal.lastSeq };
    return {
      watermark: found,
      highest: Math.max(found.through, await highestRecorded(sql, journal.id, between)),
    };
  });
  if (isEarlier(watermark, journal, last)) await takeBack(watermark, parts);
  const recorded = Math.max(highest, journal.recordedThrough);
  let common = journal.recordedThrough;
  let isForeign = false;
  while (!isForeign && common < highest) {
    const entries = journal.read(common, chunkSize).filter(({ seq }) => seq <= highest);
    if (entries.length === 0) break;
    const known = await database.run((sql) => identitiesOf(sql, journal.id, entries));
    const late: JournaledEntry[] = [];
    for (const entry of entries) {
      const identity = known.get(entry.seq);
      isForeign =
        identity !== undefined &&
        identity !== removed &&
        identity !== bagIdentity(entry) &&
        identity !== frameIdentity(entry);
      if (isForeign) break;
      if (identity === undefined) late.push(entry);
      common = entry.seq;
    }
    if (late.length > 0) {
      logger.warn(
        { entries: late.length, first: late[0]?.seq, last: late.at(-1)?.seq },
        "recording entries that came back into the journal after higher numbers had been recorded",
      );
      await recordLate(late);
    }
  }
  if (isForeign || journal.lastSeq < recorded) {
    const from = isForeign ? common + 1 : journal.lastSeq + 1;
    logger.error(
      { recordedThrough: recorded, common: from - 1, lastSeq: journal.lastSeq },
      "this journal is older than what Postgres recorded of it (was the data folder restored?): its entries get new numbers",
    );
    journal.renumber(from, recorded);
  }
  if (recorded > watermark.through) {
    await database.run((sql) => raiseWatermark(sql, journal.id, watermark.through, recorded));
  }
  journal.markRecorded(recorded);
  return { wrote: watermark.now, at: now() };
}

/**
 * Whether Postgres lacks something that it had. A later trace than the one that we know of is our own, of a look whose
 * answer was lost.
 */
function isEarlier(
  { through, before }: Watermark,
  journal: Pick<Journal, "recordedThrough">,
  last: LastLook | null,
): boolean {
  return through < journal.recordedThrough || (last !== null && (before ?? 0) < last.wrote);
}

async function takeBack(
  watermark: Watermark,
  parts: {
    journal: Journal;
    database: Database;
    plant: Plant;
    logger: Logger;
    now: () => number;
    last: LastLook | null;
  },
): Promise<void> {
  const { journal, database, plant, logger, now, last } = parts;
  const { through, before } = watermark;
  const had = journal.recordedThrough;
  const stillHere = journal.unmarkRecorded(through);
  const at = now();
  const traces = [before, await database.run((sql) => lastRecordedAt(sql, journal.id, through))];
  const known = traces.filter((trace) => trace !== null);
  const span = {
    from: known.length === 0 ? null : timeOf(Math.max(...known)),
    until: timeOf(last?.at ?? at),
  };
  const numbers = { recorded_through: had, known: through };
  const counts = { again: Math.max(0, had - stillHere), missing: Math.max(0, stillHere - through) };
  logger.error(
    { ...span, ...numbers, ...counts },
    "Postgres does not have what it had of this journal (was a standby promoted that was behind, or a backup restored?): what the journal still has is recorded again. What people did in that time (jobs, voided and assigned bags, bags by hand, tokens) is lost: check it",
  );
  await database.run((sql) =>
    sql.begin((tx) =>
      audit(
        tx,
        { actor: "appliance", at, plant: plant.id },
        {
          action: "database.fell_back",
          subject: `journal:${journal.id}`,
          detail: { ...span, ...numbers, ...counts },
          before: null,
          after: null,
        },
      ),
    ),
  );
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** What Postgres has under the numbers of entries: a bag's uid, or a rejected frame's time and bytes. */
async function identitiesOf(
  sql: Sql,
  journalId: string,
  entries: readonly JournaledEntry[],
): Promise<Map<number, string>> {
  const numbers = entries.map(({ seq }) => seq);
  const rows = await sql<{ seq: number; identity: string }[]>`
    select journal_seq as seq, uid::text as identity
    from filler_bag
    where journal_id = ${journalId}
      and journal_seq between ${numbers.at(0) ?? 0} and ${numbers.at(-1) ?? 0}
    union all
    select journal_seq, round(extract(epoch from received_at) * 1000)::bigint || ' ' || encode(raw, 'hex')
    from rejected_frame
    where journal_id = ${journalId} and journal_seq = any(${numbers}::bigint[])
    union all
    select entry.seq, ${removed}
    from rejected_removed r
    join unnest(${numbers}::bigint[]) as entry (seq) on r.numbers @> entry.seq
    where r.journal_id = ${journalId}
      and r.numbers && int8multirange(int8range(${numbers.at(0) ?? 0}::bigint, ${numbers.at(-1) ?? 0}::bigint, '[]'))`;
  return new Map(rows.map(({ seq, identity }) => [seq, identity]));
}

function bagIdentity(entry: JournaledEntry): string | null {
  return entry.kind === "weighed" ? entry.uid : null;
}

/** Also of a bag: Postgres may have refused it, and keeps it as a rejected frame. */
function frameIdentity({ receivedAt, raw }: JournaledEntry): string {
  return `${receivedAt} ${Buffer.from(raw, "latin1").toString("hex")}`;
}
