import { Database } from "bun:sqlite";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JournaledEntry } from "../../src/journal/entry.ts";
import { type EntryRow, entryColumns, entryOf } from "../../src/journal/entry-row.ts";
import type { JournalFiles } from "./journal-damages.ts";
import { tempFolder } from "./temp-folder.ts";

// What can be read of a damaged journal without the program under test: by statements, and by the `sqlite3` program.

export type Entries = Map<number, JournaledEntry>;

export const journalNames = { db: "journal.db", log: "journal.db-wal", shm: "journal.db-shm" } as const;

/** Numbers in which nothing was read in any direction are halved so often. */
const halvingsMost = 2_000;

export function putJournal(files: JournalFiles, folder: string): void {
  const contents = [
    [journalNames.db, files.db],
    [journalNames.log, files.log],
    [journalNames.shm, files.shm],
  ] as const;
  for (const [name, bytes] of contents) if (bytes !== null) writeFileSync(join(folder, name), bytes);
}

/**
 * Rows as SQLite gives them, from the file with its log and from the file alone: forwards and backwards around what
 * cannot be read.
 *
 * @param highest the highest number that there may be.
 */
export function readByStatements(files: JournalFiles, highest: number): Entries {
  const found: Entries = new Map();
  for (const each of [files, { ...files, log: null, shm: null }]) {
    using folder = tempFolder();
    putJournal(each, folder.path);
    const db = new Database(join(folder.path, journalNames.db));
    try {
      db.run("pragma writable_schema = on");
      readAround(db, highest, found);
    } catch {
      // Not one row.
    } finally {
      db.close(true);
    }
  }
  return found;
}

function readAround(db: Database, highest: number, found: Entries): void {
  const ranges = [{ from: 1, through: highest }];
  let halvings = 0;
  for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
    const { from, through } = range;
    const next = readRange(db, "asc", from, through, found);
    if (next === null || next > through) continue;
    const last = readRange(db, "desc", next, through, found) ?? next - 1;
    if (last <= next || halvings++ > halvingsMost) continue;
    const middle = Math.floor((next + last) / 2);
    ranges.push({ from: next, through: middle }, { from: middle + 1, through: last });
  }
}

/** @returns the first number that was not read; null: all were. */
function readRange(
  db: Database,
  order: "asc" | "desc",
  from: number,
  through: number,
  found: Entries,
): number | null {
  const step = order === "asc" ? 1 : -1;
  let next = order === "asc" ? from : through;
  try {
    const rows = db.query<EntryRow, [number, number]>(
      `select * from entry where seq between ? and ? order by seq ${order}`,
    );
    for (const row of rows.iterate(from, through)) {
      if ((row.seq - next) * step < 0) return next;
      next = row.seq + step;
      addRow(row, found);
    }
    return null;
  } catch {
    return next;
  }
}

function addRow(row: EntryRow, found: Entries): void {
  try {
    const entry = entryOf(row);
    found.set(entry.seq, entry);
  } catch {
    // It is damaged, or of another table.
  }
}

/** The `sqlite3` program, where there is one whose `.recover` works: that of Debian has it not. */
export function findRecover(): string | null {
  const program = Bun.which("sqlite3");
  if (program === null) return null;
  using folder = tempFolder();
  const path = join(folder.path, "try.db");
  const db = new Database(path, { create: true });
  db.run("create table t (a)");
  db.close(true);
  const { stdout } = Bun.spawnSync([program, path, ".recover"], { stderr: "ignore" });
  return stdout.toString().includes("CREATE TABLE") ? program : null;
}

/** What `.recover` brings back, from the file with its log and from the file alone, also into no table. */
export function readByRecover(program: string, files: JournalFiles): Entries {
  const found: Entries = new Map();
  for (const each of [files, { ...files, log: null, shm: null }]) {
    using folder = tempFolder();
    putJournal(each, folder.path);
    const into = join(folder.path, "recovered.db");
    const { stdout } = Bun.spawnSync([program, join(folder.path, journalNames.db), ".recover"], {
      stderr: "ignore",
    });
    Bun.spawnSync([program, into], { stdin: stdout, stderr: "ignore", stdout: "ignore" });
    if (existsSync(into)) readRecovered(into, found);
    rmSync(into, { force: true });
  }
  return found;
}

function readRecovered(path: string, found: Entries): void {
  const db = new Database(path);
  try {
    const tables = db
      .query<{ name: string }, []>("select name from sqlite_schema where type = 'table'")
      .all()
      .map(({ name }) => name);
    for (const name of tables.filter((each) => each === "entry" || each.startsWith("lost_and_found"))) {
      for (const row of db.query<Record<string, unknown>, []>(`select * from "${name}"`).all()) {
        addRow((name === "entry" ? row : asEntryRow(row)) as unknown as EntryRow, found);
      }
    }
  } finally {
    db.close(true);
  }
}

/** A row that belongs to no table has its columns by place, and its number apart. */
function asEntryRow({ id, ...row }: Record<string, unknown>): Record<string, unknown> {
  const columns = entryColumns.map((name, index) => [name, row[`c${index}`]]);
  return { ...Object.fromEntries(columns), seq: id };
}
