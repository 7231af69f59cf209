import type { Database } from "bun:sqlite";
import { carveEntries } from "./carve.ts";
import type { JournaledEntry } from "./entry.ts";
import { readScaleSettings, type ScaleSetting } from "./file.ts";
import { type Mark, readMark } from "./mark.ts";
import { type EntryRow, entryOf } from "./rows.ts";

/** Looks into a damaged table that find nothing: some seconds at most. */
const probeLimit = 200_000;
/** Numbers that are asked for one by one at the end. */
const singleLimit = 500_000;
/** No entry takes less: so many fit into a file at most. */
const leastEntryBytes = 30;
/** No plant weighs so many bags: a number beyond it is a changed byte, and must not be counted on from. */
const highestNumber = 2 ** 40;

/** Numbers, both ends included. */
export interface Range {
  readonly from: number;
  readonly through: number;
}

/** What is still read of a damaged journal. */
export interface Salvage {
  readonly id: string | null;
  /** The last number given, as the file says; null where it does not. */
  readonly lastSeq: number | null;
  /** How far Postgres had it; null where that cannot be told. */
  readonly mark: Mark | null;
  readonly settings: readonly ScaleSetting[];
  readonly entries: number;
  /** The highest number among them, 0 where there are none. */
  readonly highest: number;
  /** Numbers that cannot be read. Not each of them need have been an entry. */
  readonly unreadable: readonly Range[];
}

/**
 * Reads everything that can be read of a damaged journal.
 *
 * An entry lies in the table under its number. Where reading forwards stops, reading backwards meets it from the
 * other side, and what is left between the two is halved until every readable page has been found. Where a page lies
 * in another one's place numbers jump; so those that were not met are asked for one by one in the end.
 * What SQLite does not find at all is looked for in the bytes themselves.
 *
 * @param pieces the bytes, see `piecesOf`.
 * @param known bounds of the numbers, where they are known: entries outside of them are not looked for. With
 * `pendingOnly` neither are those that the mark, where it is readable, calls recorded.
 * @param keep gets each entry once, not in order.
 */
export function salvage(
  db: Database,
  pieces: Iterable<Uint8Array>,
  keep: (entry: JournaledEntry) => void,
  known: { after?: number; through?: number; pendingOnly?: boolean } = {},
): Salvage {
  const id = quietly(() => db.query<{ id: unknown }, []>("select id from journal").get()?.id);
  const sequence = quietly(
    () => db.query<{ seq: unknown }, []>("select seq from sqlite_sequence where name = 'entry'").get()?.seq,
  );
  const lastSeq = isNumber(sequence) ? sequence : null;
  const mark = quietly(() => readMark(db));
  const first = (known.after ?? (known.pendingOnly ? mark?.recordedThrough : null) ?? 0) + 1;
  const last =
    known.through ??
    Math.max(lastSeq ?? 0, highestRow(db) ?? (lastSeq === null ? first + mostEntries(db) : 0));

  const seen = new Set<number>();
  const bags = new Set<string>();
  let highest = 0;
  const unreadable: Range[] = [];
  const keepRow = (row: EntryRow) => {
    const entry = quietly(() => entryOf(row));
    if (entry === null || !isNumber(entry.seq)) {
      unreadable.push({ from: row.seq, through: row.seq });
      return;
    }
    if (seen.has(entry.seq) || entry.seq < first) return;
    keepEntry(entry);
  };
  const keepEntry = (entry: JournaledEntry) => {
    seen.add(entry.seq);
    if (entry.kind === "weighed") bags.add(entry.uid);
    highest = Math.max(highest, entry.seq);
    keep(entry);
  };

  const regions: Range[] = [{ from: first, through: last }];
  let probes = 0;
  for (let region = regions.shift(); region !== undefined; region = regions.shift()) {
    probes++;
    let { from, through } = region;
    if (from > through) continue;
    const forwards = readRows(db, "asc", region, (row) => {
      from = row.seq + 1;
      keepRow(row);
    });
    if (forwards) continue;
    readRows(db, "desc", { from, through }, (row) => {
      through = row.seq - 1;
      keepRow(row);
    });
    if (from > through) continue;
    if (from === through || probes > probeLimit) {
      unreadable.push({ from, through });
      continue;
    }
    const middle = Math.floor((from + through) / 2);
    regions.push({ from, through: middle }, { from: middle + 1, through });
  }
  let singles = 0;
  for (let seq = Math.max(first, last - mostEntries(db)); seq <= last && singles < singleLimit; seq++) {
    if (seen.has(seq)) continue;
    singles++;
    readRows(db, "asc", { from: seq, through: seq }, keepRow);
  }
  const isWanted = (seq: number) => isNumber(seq) && seq >= first && !seen.has(seq);
  for (const piece of pieces) {
    for (const entry of carveEntries(piece, isWanted)) {
      // Under another number it is from before the numbers were changed.
      if (entry.kind === "rejected" || !bags.has(entry.uid)) keepEntry(entry);
    }
  }
  return {
    id: typeof id === "string" && /^[0-9a-f-]{36}$/.test(id) ? id : null,
    lastSeq,
    mark,
    settings: quietly(() => readScaleSettings(db)) ?? [],
    entries: seen.size,
    highest,
    unreadable: without(merged(unreadable), seen),
  };
}

/** Calls back for the rows of a region, each number further than the one before. @returns false where it broke off. */
function readRows(
  db: Database,
  order: "asc" | "desc",
  { from, through }: Range,
  use: (row: EntryRow) => void,
): boolean {
  let at = order === "asc" ? from - 1 : through + 1;
  try {
    const rows = db.query<EntryRow, [number, number]>(
      `select * from entry where seq between ? and ? order by seq ${order}`,
    );
    for (const row of rows.iterate(from, through)) {
      // A damaged tree may lead back to where one has been.
      if (order === "asc" ? !(row.seq > at) : !(row.seq < at)) return false;
      at = row.seq;
      use(row);
    }
    return true;
  } catch {
    return false;
  }
}

function highestRow(db: Database): number | null {
  const query = "select seq from entry order by seq desc limit 1";
  const seq = quietly(() => db.query<{ seq: unknown }, []>(query).get()?.seq);
  return isNumber(seq) ? seq : null;
}

function isNumber(seq: unknown): seq is number {
  return Number.isSafeInteger(seq) && Number(seq) >= 0 && Number(seq) <= highestNumber;
}

function mostEntries(db: Database): number {
  const pages = quietly(
    () => db.query<{ page_count: number }, []>("pragma page_count").get()?.page_count ?? 0,
  );
  return Math.ceil(((pages ?? 0) * 4096) / leastEntryBytes);
}

function quietly<T>(read: () => T): T | null {
  try {
    return read() ?? null;
  } catch {
    return null;
  }
}

function merged(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a.from - b.from);
  const result: Range[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range.from <= last.through + 1) {
      result[result.length - 1] = { from: last.from, through: Math.max(last.through, range.through) };
    } else {
      result.push(range);
    }
  }
  return result;
}

/** Leaves out the numbers that were found in the end. */
function without(ranges: readonly Range[], found: ReadonlySet<number>): Range[] {
  if (ranges.length === 0) return [];
  const sorted = Float64Array.from(found).sort();
  const left: Range[] = [];
  let at = 0;
  for (let { from, through } of ranges) {
    while ((sorted[at] ?? Number.POSITIVE_INFINITY) < from) at++;
    for (let seq = sorted[at]; seq !== undefined && seq <= through; seq = sorted[++at]) {
      if (seq > from) left.push({ from, through: seq - 1 });
      from = seq + 1;
    }
    if (from <= through) left.push({ from, through });
  }
  return left;
}
