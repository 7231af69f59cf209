import { Database } from "bun:sqlite";
import { closeSync, constants, copyFileSync, existsSync, openSync, rmSync, writeSync } from "node:fs";
import { DamagedLayout, emptyJournal, isLayoutSound, pageSize } from "./layout.ts";
import { DamagedRow } from "./rows.ts";

/** `quick_check` of 1,000,000 entries (96 MB) takes 0.32 s; a file that was emptied again takes 1 ms. */
const checkedPages = 32 * 1024;

/** Whether an error says that the file is damaged, not that it is full, locked or away. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedRow || error instanceof DamagedLayout) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA))/.test(code);
}

export function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^SQLITE_(FULL|IOERR_SHMSIZE)/.test(String(error.code));
}

/** What a complete check says against the file; null where it is sound. @throws as SQLite does */
export function faultIn(db: Database): string | null {
  const { quick_check: result } = db.query<{ quick_check: string }, []>("pragma quick_check(1)").get() ?? {
    quick_check: "no answer",
  };
  return result === "ok" ? null : result;
}

/** As `faultIn`, where that takes less than half a second; a larger file is read when it is its turn. */
export function quickFaultIn(db: Database): string | null {
  const pages = db.query<{ page_count: number }, []>("pragma page_count").get()?.page_count ?? 0;
  const free = db.query<{ freelist_count: number }, []>("pragma freelist_count").get()?.freelist_count ?? 0;
  return pages - free <= checkedPages ? faultIn(db) : null;
}

/**
 * Opens a damaged file for reading.
 *
 * A file's first page says where its tables are, and without it nothing is found. As every journal is made by the
 * same statements it is the same page in all of them: where it is damaged, a copy of the file gets a new one.
 *
 * @param copy is a path for that copy.
 * @returns the database; to be closed with `close`.
 */
export function openDamaged(path: string, copy: string): { db: Database; close(): void } {
  const original = open(path);
  if (isLayoutSound(original)) return { db: original, close: () => original.close(true) };
  const removeCopy = () => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
  };
  removeCopy();
  for (const suffix of ["", "-wal"]) {
    if (existsSync(`${path}${suffix}`)) {
      copyFileSync(`${path}${suffix}`, `${copy}${suffix}`, constants.COPYFILE_FICLONE);
    }
  }
  replaceFirstPage(copy);
  const db = open(copy);
  return {
    db,
    close() {
      db.close(true);
      removeCopy();
      original.close(true);
    },
  };
}

function open(path: string): Database {
  const db = new Database(path, { readonly: true, strict: true });
  // Else SQLite does not look at a file at all that is shorter than it says.
  db.run("pragma writable_schema = on");
  return db;
}

function replaceFirstPage(path: string): void {
  const pristine = emptyJournal();
  const page = Buffer.from(pristine.serialize().subarray(0, pageSize));
  pristine.close(true);
  // Write-ahead log, both ways.
  page[18] = 2;
  page[19] = 2;
  // The size of the file as the file system says it: what the header says is valid for another change counter only.
  page.writeUInt32BE(page.readUInt32BE(24) + 1, 92);
  const fd = openSync(path, "r+");
  try {
    writeSync(fd, page, 0, pageSize, 0);
  } finally {
    closeSync(fd);
  }
}
