import type { Database } from "bun:sqlite";

/** How far a journal is recorded in PostgreSQL, as last confirmed when this was written: it may be further by now. */
export interface Mark {
  /** Everything up to this number is recorded. */
  readonly recordedThrough: number;
  /** The highest number that ever was. Above `recordedThrough` where Postgres lost what it had. */
  readonly everRecorded: number;
}

/** An older version's journal does not have the columns. */
interface MarkRow {
  readonly recorded_through?: unknown;
  readonly ever_recorded?: unknown;
  readonly mark_checksum?: unknown;
}

/** Makes the function that keeps a mark in an open journal. */
export function markWriter(db: Database): (mark: Mark) => void {
  const update = db.prepare<unknown, [number, number, number]>(
    "update journal set recorded_through = ?, ever_recorded = ?, mark_checksum = ?",
  );
  return (mark) => void update.run(mark.recordedThrough, mark.everRecorded, checksumOf(mark));
}

/** The mark; null where there is none, or a changed byte made another one of it: what it says may be left out then. */
export function readMark(db: Database): Mark | null {
  const row = db.query<MarkRow, []>("select * from journal").get();
  if (row === null || !isNumber(row.recorded_through) || !isNumber(row.ever_recorded)) return null;
  const mark = { recordedThrough: row.recorded_through, everRecorded: row.ever_recorded };
  return row.mark_checksum === checksumOf(mark) ? mark : null;
}

function checksumOf({ recordedThrough, everRecorded }: Mark): number {
  return Bun.hash.crc32(`${recordedThrough} ${everRecorded}`);
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
