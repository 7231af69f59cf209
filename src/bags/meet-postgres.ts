import type { Database, Sql } from "../database/database.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../observability/logger.ts";

const chunkSize = 5_000;

/**
 * Agrees with Postgres on how far this journal is recorded: its word counts, it was said in the commit. Two things
 * can be wrong with it:
 *
 * - The data folder was restored from an older copy: then numbers were given a second time, to frames that Postgres
 *   has never seen. So what the journal still holds of the recorded numbers is compared with what Postgres has under
 *   them, and everything from the first difference on gets new numbers. The numbers alone would not tell: scales
 *   weigh before Postgres is met, and soon the journal is as long as it was.
 * - Postgres was restored from an older backup, or is another one: then the journal gives again what it still has,
 *   and the rest is missing, as the ledger says. New frames are recorded all the same.
 */
export async function meetPostgres(journal: Journal, database: Database, logger: Logger): Promise<void> {
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
  const common = await lastCommon(journal, database, recordedThrough);
  if (common < recordedThrough) {
    logger.error(
      { recordedThrough, common, lastSeq: journal.lastSeq },
      "this journal is older than what Postgres recorded of it (was the data folder restored?): its entries get new numbers",
    );
    journal.renumber(common + 1, recordedThrough);
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

/** The last number up to which the journal and Postgres mean the same frames; what is gone from the journal is taken to be. */
async function lastCommon(journal: Journal, database: Database, recordedThrough: number): Promise<number> {
  let common = journal.recordedThrough;
  for (;;) {
    const entries = journal.read(common, chunkSize).filter(({ seq }) => seq <= recordedThrough);
    const [first] = entries;
    if (first === undefined) return common;
    const recorded = await database.run((sql) => identitiesOf(sql, journal.id, first.seq, recordedThrough));
    for (const entry of entries) {
      const identity = recorded.get(entry.seq);
      if (identity !== bagIdentity(entry) && identity !== frameIdentity(entry)) return common;
      common = entry.seq;
    }
  }
}

/** What Postgres has under a journal's numbers: a bag's uid, or a rejected frame's time and bytes. */
async function identitiesOf(
  sql: Sql,
  journalId: string,
  from: number,
  through: number,
): Promise<Map<number, string>> {
  const rows = await sql<{ seq: number; identity: string }[]>`
    (
      select journal_seq as seq, uid::text as identity
      from filler_bag
      where journal_id = ${journalId} and journal_seq between ${from} and ${through}
      order by journal_seq
      limit ${chunkSize}
    )
    union all
    (
      select journal_seq, round(extract(epoch from received_at) * 1000)::bigint || ' ' || encode(raw, 'hex')
      from rejected_frame
      where journal_id = ${journalId} and journal_seq between ${from} and ${through}
      order by journal_seq
      limit ${chunkSize}
    )`;
  return new Map(rows.map(({ seq, identity }) => [seq, identity]));
}

function bagIdentity(entry: JournaledEntry): string | null {
  return entry.kind === "weighed" ? entry.uid : null;
}

/** Also of a bag: Postgres may have refused it, and keeps it as a rejected frame. */
function frameIdentity({ receivedAt, raw }: JournaledEntry): string {
  return `${receivedAt} ${Buffer.from(raw, "latin1").toString("hex")}`;
}
