import type { Sql } from "../database/database.ts";

/** What Postgres says of a journal. */
export interface Watermark {
  /** How far it is recorded. */
  readonly through: number;
  /** When its appliance was here before, by Postgres's clock, in milliseconds since the epoch; null: never. */
  readonly before: number | null;
  /** Now, by Postgres's clock: what the next look finds as `before`. */
  readonly now: number;
}

/**
 * Asks how far a journal is recorded, and leaves a trace of having been here. It writes, so that a server that can only
 * be read is never taken for one that lost something.
 *
 * @returns null where Postgres does not know the journal.
 */
export async function lookAtWatermark(sql: Sql, journalId: string): Promise<Watermark | null> {
  const [row] = await sql<{ through: number; before: Date | null; now: Date }[]>`
    with known as (select looked_at from journal where id = ${journalId})
    update journal j
    set looked_at = clock_timestamp()
    from known
    where j.id = ${journalId}
    returning j.recorded_through as through, known.looked_at as before, j.looked_at as now`;
  if (row === undefined) return null;
  return { through: row.through, before: row.before?.getTime() ?? null, now: row.now.getTime() };
}

/**
 * Asks whether Postgres still stands where it stood at the last look, and leaves a new trace if so.
 *
 * @param through what is known to be recorded.
 * @param wrote when the last look was, as it was written.
 * @returns when that was, by Postgres's clock, in milliseconds since the epoch; null: it stands elsewhere.
 */
export async function lookAgain(
  sql: Sql,
  journalId: string,
  through: number,
  wrote: number,
): Promise<number | null> {
  const [row] = await sql<{ now: Date }[]>`
    update journal
    set looked_at = clock_timestamp()
    where id = ${journalId} and recorded_through = ${through} and looked_at >= ${new Date(wrote)}
    returning looked_at as now`;
  return row?.now.getTime() ?? null;
}

/**
 * The highest number of a journal that Postgres has a record of though its watermark is lower; 0: none.
 *
 * @param between what Postgres says is recorded, and the last number that the journal knows of. Beyond it nothing is looked
 * for: numbers of other journals would be gone through.
 */
export async function highestRecorded(
  sql: Sql,
  journalId: string,
  between: { readonly through: number; readonly last: number },
): Promise<number> {
  const { through, last } = between;
  const [row] = await sql<{ highest: number }[]>`
    select greatest(
      (
        select max(journal_seq) from filler_bag
        where journal_id = ${journalId} and journal_seq > ${through} and journal_seq <= ${last}
      ),
      (select max(journal_seq) from rejected_frame where journal_id = ${journalId}),
      0
    ) as highest`;
  return row?.highest ?? 0;
}

/** Says that nothing up to a number is to come any more; nothing where Postgres does not stand at `from`. */
export async function raiseWatermark(sql: Sql, journalId: string, from: number, to: number): Promise<void> {
  await sql`
    update journal set recorded_through = ${to}
    where id = ${journalId} and recorded_through = ${from}`;
}

/** As far as is looked back for the last bag: rejected frames may lie between. */
const lookBack = 10_000;

/** When the last bag up to a number was recorded, by Postgres's clock, in milliseconds since the epoch. */
export async function lastRecordedAt(sql: Sql, journalId: string, through: number): Promise<number | null> {
  const [row] = await sql<{ recorded_at: Date }[]>`
    select recorded_at
    from filler_bag
    where journal_id = ${journalId} and journal_seq between ${through - lookBack} and ${through}
    order by journal_seq desc
    limit 1`;
  return row?.recorded_at.getTime() ?? null;
}
