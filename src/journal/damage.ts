import { Database } from "bun:sqlite";
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { errorCode } from "../runtime/error-code.ts";
import { DamagedLayout, emptyJournal, isLayoutSound, pageSize } from "./layout.ts";
import { DamagedRow } from "./rows.ts";
import { committedPages, readLog } from "./write-ahead-log.ts";

/** `quick_check` of 1,000,000 entries (96 MB) takes 0.32 s; a file that was emptied again takes 1 ms. */
const checkedPages = 32 * 1024;
const pieceBytes = 1024 * pageSize;

/** Whether an error says that the file is damaged, not that it is full, locked or away. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedRow || error instanceof DamagedLayout) return true;
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA))/.test(errorCode(error) ?? "");
}

export function isFull(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR_SHMSIZE)/.test(errorCode(error) ?? "");
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
 * Where its log is broken, or its first page, a copy is repaired as far as that goes. The first page says where the
 * tables are, and without it nothing is found; as every journal is made by the same statements it is the same in all.
 *
 * @param copy is a path for that copy.
 * @returns the database; to be closed with `close`.
 */
export function openDamaged(path: string, copy: string): { db: Database; close(): void } {
  const log = readLog(path);
  if (!log?.isBroken) {
    const original = open(path);
    if (isLayoutSound(original)) return { db: original, close: () => original.close(true) };
    original.close(true);
  }
  const removeCopy = () => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
  };
  removeCopy();
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  if (log !== null) writePages(copy, committedPages(log));
  let db = open(copy);
  if (!isLayoutSound(db)) {
    db.close(true);
    writePages(copy, new Map([[1, pristineFirstPage()]]));
    db = open(copy);
  }
  return {
    db,
    close() {
      db.close(true);
      removeCopy();
    },
  };
}

/** Everything of a journal that lies on the disk, in pieces that no row is cut by: its pages, and those in its log. */
export function* piecesOf(path: string): Generator<Uint8Array> {
  if (!existsSync(path)) return;
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(pieceBytes);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) yield piece.subarray(0, read);
  } finally {
    closeSync(fd);
  }
  for (const { content } of readLog(path)?.frames ?? []) yield content;
}

function open(path: string): Database {
  const db = new Database(path, { readonly: true, strict: true });
  // Else SQLite does not look at a file at all that is shorter than it says.
  db.run("pragma writable_schema = on");
  return db;
}

function pristineFirstPage(): Uint8Array {
  const pristine = emptyJournal();
  const page = Buffer.from(pristine.serialize().subarray(0, pageSize));
  pristine.close(true);
  // Write-ahead log, both ways.
  page[18] = 2;
  page[19] = 2;
  // The size of the file as the file system says it: what the header says is valid for another change counter only.
  page.writeUInt32BE(page.readUInt32BE(24) + 1, 92);
  return page;
}

function writePages(path: string, pages: ReadonlyMap<number, Uint8Array>): void {
  const fd = openSync(path, "r+");
  try {
    for (const [page, content] of pages) writeSync(fd, content, 0, pageSize, (page - 1) * pageSize);
  } finally {
    closeSync(fd);
  }
}
