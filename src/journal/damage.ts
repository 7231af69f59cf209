import type { Database } from "bun:sqlite";
import { errorCode } from "../runtime/error-code.ts";
import { DamagedRow } from "./entry-row.ts";
import { DamagedLayout } from "./layout.ts";

/** `quick_check` of 1,000,000 entries (96 MB) takes 0.32 s; a file that was emptied again takes 1 ms. */
const checkedPages = 32 * 1024;

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
