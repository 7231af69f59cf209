import { Database } from "bun:sqlite";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "./temp-folder.ts";

export interface JournalFile {
  /** The last number ever given. */
  readonly lastSeq: number;
  /** What is still in it, in order; `uid` is null in a rejected frame. */
  readonly entries: readonly { readonly seq: number; readonly uid: string | null }[];
}

/** What a dead process left in a data folder's journal. Read from a copy, so that looking changes nothing. */
export function readJournalFile(dataDir: string): JournalFile {
  using folder = tempFolder();
  const copy = join(folder.path, "journal.db");
  copyFileSync(join(dataDir, "journal.db"), copy);
  const log = join(dataDir, "journal.db-wal");
  if (existsSync(log)) copyFileSync(log, `${copy}-wal`);
  const db = new Database(copy);
  try {
    const last = db.query<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'").get();
    const entries = db.query<{ seq: number; uid: string | null }, []>(
      "select seq, uid from entry order by seq",
    );
    return { lastSeq: last?.seq ?? 0, entries: entries.all() };
  } finally {
    db.close();
  }
}
