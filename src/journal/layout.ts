import { Database } from "bun:sqlite";
import { entryColumns } from "./entry-row.ts";
import schema from "./schema.sql" with { type: "text" };

/** Bytes of a page, as SQLite makes files unless told otherwise. */
export const pageSize = 4096;

/** Thrown where a file is a database, but not a whole journal. */
export class DamagedLayout extends Error {
  override name = "DamagedLayout";
}

interface Layout {
  readonly name: string;
  readonly rootpage: number;
}
const firstColumns = [
  `select ${entryColumns.filter((name) => name !== "checksum").join(", ")} from entry`,
  "select id, created_at from journal",
  "select scale, station, enabled from scale_setting",
];
const layoutQuery = "select name, rootpage from sqlite_schema order by name";

/** Whether the tables can be asked, and lie where every journal has them. */
export function isLayoutSound(db: Database): boolean {
  const pristine = emptyJournal();
  try {
    const wanted = pristine.query<Layout, []>(layoutQuery).all();
    // Their definitions must be readable, too, with every name that no later version brought.
    for (const names of firstColumns) db.prepare(`${names} limit 0`).all();
    return Bun.deepEquals(db.query<Layout, []>(layoutQuery).all(), wanted);
  } catch {
    return false;
  } finally {
    pristine.close(true);
  }
}

export function emptyJournal(): Database {
  const db = new Database(":memory:");
  db.run(`pragma page_size = ${pageSize}`);
  db.run(schema);
  return db;
}

/** Whether nothing was ever made in it. */
export function isEmpty(db: Database): boolean {
  return db.query("select 1 from sqlite_schema limit 1").get() === null;
}
