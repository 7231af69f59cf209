import type { Database } from "bun:sqlite";
import { checksumOf, type EntryRow, entryOf } from "./entry-row.ts";

/** A journal that an older version made has all columns from its next start on. */
export function addNewColumns(db: Database): void {
  if (!has(db, "journal", "counted")) db.run("alter table journal add column counted text");
  if (!has(db, "scale_setting", "alias_of")) db.run("alter table scale_setting add column alias_of integer");
  if (!has(db, "scale_setting", "weighs_gross")) {
    db.run("alter table scale_setting add column weighs_gross integer");
  }
  if (!has(db, "entry", "checksum")) addChecksums(db);
  for (const column of [
    "recorded_through",
    "ever_recorded",
    "mark_checksum",
    "adopted_after",
    "adopted_through",
  ]) {
    if (!has(db, "journal", column)) db.run(`alter table journal add column ${column} integer`);
  }
}

function has(db: Database, table: string, column: string): boolean {
  const columns = db.query<{ name: string }, [string]>("select name from pragma_table_info(?)").all(table);
  return columns.some(({ name }) => name === column);
}

function addChecksums(db: Database): void {
  const rows = db.query<EntryRow, []>("select * from entry").all();
  db.run("alter table entry add column checksum integer not null default 0");
  const update = db.prepare<unknown, [number, number]>("update entry set checksum = ? where seq = ?");
  for (const row of rows) update.run(checksumOf(row.seq, entryOf(row)), row.seq);
}
