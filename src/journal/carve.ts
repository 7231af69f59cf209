import type { JournaledEntry } from "./entry.ts";
import { type ColumnValue, type EntryRow, entryColumns, entryOf } from "./entry-row.ts";

// How a row lies in a page, SQLite's file format, "Record Format": https://www.sqlite.org/fileformat2.html#record_format
/** Bytes of a row: the longest frame that is kept has 256. So a row never leaves its page. */
export const rowBytesMost = 1_200;
/** A row's header: its own length and the type of each column, some of them in two bytes. */
const headerLeast = entryColumns.length + 1;
const headerMost = 2 * entryColumns.length;

/**
 * Finds entries in bytes by the format of a row, independent of what is around it: also if the pages that point to it
 * are lost, or its own page is damaged elsewhere. Each entry's checksum says whether it is one.
 *
 * @param isWanted leaves out numbers, before more is done about them.
 */
export function* carveEntries(
  bytes: Uint8Array,
  isWanted: (seq: number) => boolean,
): Generator<JournaledEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - headerLeast;
  for (let at = 1; at < end; at++) {
    // The number is not among the columns: in its place is a null, of type 0. It stands before the header.
    if (bytes[at + 1] !== 0) continue;
    const header = bytes[at] ?? 0;
    if (header < headerLeast || header > headerMost) continue;
    const seq = numberBefore(bytes, at);
    if (seq === null || !isWanted(seq)) continue;
    const entry = entryAt(bytes, view, at, seq);
    if (entry !== null) yield entry;
  }
}

/** The big-endian number, seven bits a byte, that ends before a place; the last byte alone lacks the highest bit. */
function numberBefore(bytes: Uint8Array, end: number): number | null {
  const last = bytes[end - 1] ?? 0x80;
  if (last >= 0x80) return null;
  let value = last;
  for (let at = end - 2, unit = 128; unit < Number.MAX_SAFE_INTEGER / 128; at--, unit *= 128) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return value;
    value += (byte - 0x80) * unit;
  }
  return null;
}

function entryAt(bytes: Uint8Array, view: DataView, start: number, seq: number): JournaledEntry | null {
  const bodyStart = start + (bytes[start] ?? 0);
  const row: Partial<Record<keyof EntryRow, ColumnValue>> = {};
  let typeAt = start + 1;
  let at = bodyStart;
  for (const column of entryColumns) {
    const first = bytes[typeAt++] ?? 0;
    const type = first < 0x80 ? first : (first - 0x80) * 128 + (bytes[typeAt++] ?? 0);
    const size = sizeOf(type);
    if (typeAt > bodyStart || at + size > Math.min(start + rowBytesMost, bytes.length)) return null;
    row[column] = columnAt(view, bytes, at, type, size);
    at += size;
  }
  if (typeAt !== bodyStart) return null;
  row.seq = seq;
  try {
    // It checks every column.
    return entryOf(row as EntryRow);
  } catch {
    return null;
  }
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function columnAt(view: DataView, bytes: Uint8Array, at: number, type: number, size: number): ColumnValue {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type >= 12) {
    const content = bytes.subarray(at, at + size);
    return type % 2 === 0 ? content.slice() : Buffer.from(content).toString();
  }
  if (size === 0) return null;
  let value = view.getInt8(at);
  for (let index = 1; index < size; index++) value = value * 256 + view.getUint8(at + index);
  return value;
}
