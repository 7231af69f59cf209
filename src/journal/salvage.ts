import type { Database } from "bun:sqlite";
import { carveEntries } from "./carve.ts";
import type { DamagedJournal } from "./damaged-journal.ts";
import { framesOf, type JournaledEntry } from "./entry.ts";
import { type EntryRow, entryOf } from "./entry-row.ts";
import { readScaleSettings, type ScaleSetting } from "./file.ts";
import { type Mark, readMark } from "./mark.ts";

/** No plant weighs so many bags: a higher number comes from a changed byte, and numbering must not continue from it. */
const highestNumber = 2 ** 40;

/** Numbers, both ends included. */
export interface Range {
  readonly from: number;
  readonly through: number;
}

/** What is still read of a damaged journal. */
export interface Salvage {
  readonly id: string | null;
  /** The last number given, by the file; null if it cannot be read. */
  readonly lastSeq: number | null;
  /** How far it was recorded in PostgreSQL; null if not known. */
  readonly mark: Mark | null;
  readonly settings: readonly ScaleSetting[];
  /** The text of what is counted; null: none, or it cannot be read. */
  readonly counted: string | null;
  readonly entries: number;
  /** The highest number among them, 0 where there are none. */
  readonly highest: number;
  /** Numbers that cannot be read. Not each of them need have been an entry. */
  readonly unreadable: readonly Range[];
}

/**
 * Reads everything that can be read of a damaged journal: the rows that SQLite gives, from both ends of the table, and
 * then those that only the bytes show.
 *
 * Why the bytes: SQLite gives no row of a file without its first page or the table's, none that lies in the log behind
 * a damaged page, and none of the rest of a damaged page. One changed bit in the log took 5,085 of 17,000 frames from
 * SQLite's rows, and from `.recover` of its program as many; from this one frame (test/campaigns/journal-damage.ts).
 *
 * @param known bounds of the numbers, where they are known: entries outside of them are not looked for. With
 * `pendingOnly` neither are those that the mark, where it is readable, calls recorded.
 * @param keep gets each entry once, not in order.
 */
export function salvage(
  from: DamagedJournal,
  keep: (entry: JournaledEntry) => void,
  known: { after?: number; through?: number; pendingOnly?: boolean } = {},
): Salvage {
  const firstOf = <T>(read: (db: Database) => T | null) => firstAnswer(from.databases, read);
  const id = firstOf(readId);
  const lastSeq = firstOf(readLastSeq);
  const mark = firstOf(readMark);
  const after = known.after ?? (known.pendingOnly ? mark?.recordedThrough : undefined);
  const seen = new Map<number, number>();
  const bags = new Set<string>();
  let highest = 0;
  const keepEntry = (entry: JournaledEntry) => {
    if (!isNumber(entry.seq) || entry.seq <= (after ?? 0) || seen.has(entry.seq)) return;
    // Under another number it is from before the numbers were changed.
    if (entry.kind === "weighed" && bags.has(entry.uid)) return;
    if (entry.kind === "weighed") bags.add(entry.uid);
    seen.set(entry.seq, framesOf(entry));
    highest = Math.max(highest, entry.seq);
    keep(entry);
  };
  let isComplete = false;
  for (const db of from.databases) {
    if (readRows(db, "asc", keepEntry)) isComplete = true;
    else readRows(db, "desc", keepEntry);
    if (isComplete) break;
  }
  const given = seen.size;
  const isWanted = (seq: number) => seq > (after ?? 0) && isNumber(seq) && !seen.has(seq);
  for (const piece of from.pieces()) for (const entry of carveEntries(piece, isWanted)) keepEntry(entry);
  isComplete &&= seen.size === given;
  return {
    id,
    lastSeq,
    mark,
    settings: firstOf(readScaleSettings) ?? [],
    counted: firstOf(readCounted),
    entries: seen.size,
    highest,
    unreadable: isComplete
      ? []
      : rangesWithout(seen, after ?? null, known.through ?? Math.max(lastSeq ?? 0, highest)),
  };
}

/** Reads rows from one end of the table until one cannot be read. @returns whether it came to the other end, and all are sound. */
function readRows(db: Database, order: "asc" | "desc", use: (entry: JournaledEntry) => void): boolean {
  let isSound = true;
  let last: number | null = null;
  try {
    const rows = db.query<EntryRow, []>(`select * from entry order by seq ${order}`);
    for (const row of rows.iterate()) {
      // A damaged tree may point back to a page that was read already.
      if (last !== null && (order === "asc" ? !(row.seq > last) : !(row.seq < last))) return false;
      last = row.seq;
      const entry = quietly(() => entryOf(row));
      if (entry === null) isSound = false;
      else use(entry);
    }
    return isSound;
  } catch {
    return false;
  }
}

function readId(db: Database): string | null {
  const id = db.query<{ id: unknown }, []>("select id from journal").get()?.id;
  return typeof id === "string" && /^[0-9a-f-]{36}$/.test(id) ? id : null;
}

function readLastSeq(db: Database): number | null {
  const query = "select seq from sqlite_sequence where name = 'entry'";
  const seq = db.query<{ seq: unknown }, []>(query).get()?.seq;
  return isNumber(seq) ? seq : null;
}

function readCounted(db: Database): string | null {
  return db.query<{ counted: string | null }, []>("select counted from journal").get()?.counted ?? null;
}

function firstAnswer<T>(databases: readonly Database[], read: (db: Database) => T | null): T | null {
  for (const db of databases) {
    const answer = quietly(() => read(db));
    if (answer !== null) return answer;
  }
  return null;
}

function isNumber(seq: unknown): seq is number {
  return Number.isSafeInteger(seq) && Number(seq) >= 0 && Number(seq) <= highestNumber;
}

function quietly<T>(read: () => T): T | null {
  try {
    return read() ?? null;
  } catch {
    return null;
  }
}

/**
 * The numbers up to `through` that no entry takes.
 *
 * @param found entries by their number, with how many numbers each takes.
 * @param after where they begin; null: not known, with the first that was found.
 */
function rangesWithout(found: ReadonlyMap<number, number>, after: number | null, through: number): Range[] {
  const ranges: Range[] = [];
  let end = after;
  for (const seq of Float64Array.from(found.keys()).sort()) {
    const first = seq - (found.get(seq) ?? 1) + 1;
    end ??= first - 1;
    if (first > end + 1) ranges.push({ from: end + 1, through: first - 1 });
    end = seq;
  }
  end ??= 0;
  if (end < through) ranges.push({ from: end + 1, through });
  return ranges;
}
