import { Database } from "bun:sqlite";
import { errorMessage } from "../runtime/error-message.ts";
import { faultIn, isDamage } from "./damage.ts";
import { framesOf, type JournaledEntry } from "./entry.ts";
import { type EntryRow, entryOf } from "./entry-row.ts";
import { DamagedLayout, isLayoutSound } from "./layout.ts";
import { readMark } from "./mark.ts";

export interface JournalReport {
  readonly path: string;
  /** An appliance is using it at this moment. */
  readonly running: boolean;
  /** What is wrong, null where nothing is. */
  readonly fault: string | null;
  readonly id: string | null;
  /** The last number ever given. */
  readonly last_number: number | null;
  readonly entries: number;
  readonly bags: number;
  readonly rejected: number;
  /** How many of the entries Postgres has, as far as the journal knows; they are kept for a while. */
  readonly kept: number;
  readonly first_number: number | null;
  readonly oldest_received_at: string | null;
  /** Numbers between the first and the last that have no entry. */
  readonly without_entry: number | null;
}

/** Checks everything: the file's structure, each entry, and the numbers. Changes nothing. */
export function verifyJournal(path: string, running = false): JournalReport {
  const counts = { bags: 0, rejected: 0 };
  let first: JournaledEntry | null = null;
  let id: string | null = null;
  let last: number | null = null;
  let kept = 0;
  let fault: string | null = null;
  try {
    using db = openReadOnly(path);
    fault = faultIn(db);
    id = db.query<{ id: string }, []>("select id from journal").get()?.id ?? null;
    last = lastNumber(db);
    const recordedThrough = readMark(db)?.recordedThrough ?? 0;
    for (const entry of entriesAfter(db, 0)) {
      first ??= entry;
      if (entry.seq <= recordedThrough) kept++;
      counts[entry.kind === "weighed" ? "bags" : "rejected"] += framesOf(entry);
      if (last !== null && entry.seq > last) fault ??= `entry ${entry.seq} is beyond the last number given`;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    fault ??= errorMessage(error);
  }
  const entries = counts.bags + counts.rejected;
  const firstNumber = first === null ? null : first.seq - framesOf(first) + 1;
  return {
    path,
    running,
    fault,
    id,
    last_number: last,
    entries,
    ...counts,
    kept,
    first_number: firstNumber,
    oldest_received_at: first === null ? null : new Date(first.receivedAt).toISOString(),
    without_entry: last === null ? null : firstNumber === null ? 0 : last - firstNumber + 1 - entries,
  };
}

export function verifyText(report: JournalReport): string {
  const lines = [
    `journal        ${report.path} (${report.running ? "an appliance is running on it" : "stopped"})`,
    `id             ${report.id ?? "cannot be read"}`,
    `last number    ${report.last_number ?? "cannot be read"}`,
    `entries        ${report.entries} (${report.bags} bags, ${report.rejected} rejected frames)`,
    `recorded       ${report.kept} of them: kept for a while, for a database that loses what it had`,
    `oldest         ${report.oldest_received_at ?? "none"}`,
    `without entry  ${report.without_entry ?? "unknown"}`,
    report.fault === null
      ? "sound"
      : `DAMAGED: ${report.fault}\nThe next start of the appliance takes what can be read into a new journal, by itself.`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Up to which number Postgres has the journal, as far as that was known when it was last written; 0: not known. */
export function markedThrough(path: string): number {
  using db = openReadOnly(path);
  return readMark(db)?.recordedThrough ?? 0;
}

/** Calls back for each entry after a number, in order. @throws where one cannot be read, after those before it. */
export function exportEntries(path: string, after: number, use: (entry: JournaledEntry) => void): void {
  using db = openReadOnly(path);
  for (const entry of entriesAfter(db, after)) use(entry);
}

function openReadOnly(path: string): Database {
  const db = new Database(path, { readonly: true, strict: true });
  try {
    if (!isLayoutSound(db)) throw new DamagedLayout("the tables are not where every journal has them");
    return db;
  } catch (error) {
    db.close(true);
    throw error;
  }
}

function* entriesAfter(db: Database, after: number): Generator<JournaledEntry> {
  const rows = db.query<EntryRow, [number]>("select * from entry where seq > ? order by seq");
  for (const row of rows.iterate(after)) yield entryOf(row);
}

function lastNumber(db: Database): number {
  const query = db.query<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'");
  return query.get()?.seq ?? 0;
}
