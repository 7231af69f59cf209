import { Database } from "bun:sqlite";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "./temp-folder.ts";

export interface JournalFile {
  /** The last number ever given. */
  readonly lastSeq: number;
  /** What is still in it, in order. */
  readonly entries: readonly SeenEntry[];
}

export interface SeenEntry {
  readonly seq: number;
  /** null in a rejected frame, as are the two below. */
  readonly uid: string | null;
  readonly printed_scale: number | null;
  readonly weight: string | null;
  readonly raw: Uint8Array;
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
    const entries = db.query<SeenEntry, []>(
      "select seq, uid, printed_scale, weight, raw from entry order by seq",
    );
    return { lastSeq: last?.seq ?? 0, entries: entries.all() };
  } finally {
    db.close();
  }
}
