import type { Database, Sql } from "../database/database.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../observability/logger.ts";

const chunkSize = 5_000;

/**
 * Agrees with Postgres on how far this journal is recorded: its word counts, it was said in the commit.
 *
 * Where Postgres has less than it had, it was restored from an older backup, or is another one: then the journal gives
 * again what it still has, and the rest is missing, as the ledger says. New frames are recorded all the same.
 *
 * Where the journal still holds entries of the numbers that Postgres has recorded, they are compared with what it has
 * under the same numbers:
 * - The same: recorded.
 * - Nothing: an entry that was lost in a damaged journal and came back later. It is recorded under its own number.
 * - Another frame: the data folder was restored from an older copy, and numbers were given a second time. From the
 *   first such entry on all get new numbers. (The numbers alone would not tell: scales weigh before Postgres is met,
 *   and soon the journal is as long as it was.)
 *
 * @param recordLate records entries under their own numbers, though Postgres has higher ones.
 */
export async function meetPostgres(
  journal: Journal,
  database: Database,
  logger: Logger,
  recordLate: (entries: readonly JournaledEntry[]) => Promise<void>,
): Promise<void> {
  const recordedThrough = await database.run(async (sql: Sql) => {
    await sql`insert into journal (id) values (${journal.id}) on conflict do nothing`;
    const [row] = await sql<{ recorded_through: number }[]>`
      select recorded_through from journal where id = ${journal.id}`;
    return row?.recorded_through ?? 0;
  });
  if (recordedThrough < journal.recordedThrough) {
    await acceptLoss(journal, database, logger, recordedThrough);
    return;
  }
  let common = journal.recordedThrough;
  let isForeign = false;
  while (!isForeign) {
    const entries = journal.read(common, chunkSize).filter(({ seq }) => seq <= recordedThrough);
    if (entries.length === 0) break;
    const recorded = await database.run((sql) => identitiesOf(sql, journal.id, entries));
    const late: JournaledEntry[] = [];
    for (const entry of entries) {
      const identity = recorded.get(entry.seq);
      isForeign =
        identity !== undefined && identity !== bagIdentity(entry) && identity !== frameIdentity(entry);
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
  if (isForeign || journal.lastSeq < recordedThrough) {
    const from = isForeign ? common + 1 : journal.lastSeq + 1;
    logger.error(
      { recordedThrough, common: from - 1, lastSeq: journal.lastSeq },
      "this journal is older than what Postgres recorded of it (was the data folder restored?): its entries get new numbers",
    );
    journal.renumber(from, recordedThrough);
  }
  journal.markRecorded(recordedThrough);
}

async function acceptLoss(
  journal: Journal,
  database: Database,
  logger: Logger,
  recordedThrough: number,
): Promise<void> {
  const before = journal.recordedThrough;
  const stillHere = journal.unmarkRecorded(recordedThrough);
  logger.error(
    { recordedThrough: before, known: recordedThrough, missing: stillHere - recordedThrough },
    "Postgres does not have what it had recorded of this journal (was it restored from a backup, or replaced?): what the journal still has is recorded again",
  );
  await database.run(
    (sql) => sql`
      update journal
      set recorded_through = ${stillHere}
      where id = ${journal.id} and recorded_through = ${recordedThrough}`,
  );
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
    where journal_id = ${journalId} and journal_seq = any(${numbers}::bigint[])
    union all
    select journal_seq, round(extract(epoch from received_at) * 1000)::bigint || ' ' || encode(raw, 'hex')
    from rejected_frame
    where journal_id = ${journalId} and journal_seq = any(${numbers}::bigint[])`;
  return new Map(rows.map(({ seq, identity }) => [seq, identity]));
}

function bagIdentity(entry: JournaledEntry): string | null {
  return entry.kind === "weighed" ? entry.uid : null;
}

/** Also of a bag: Postgres may have refused it, and keeps it as a rejected frame. */
function frameIdentity({ receivedAt, raw }: JournaledEntry): string {
  return `${receivedAt} ${Buffer.from(raw, "latin1").toString("hex")}`;
}
