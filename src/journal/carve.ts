import type { JournaledEntry } from "./entry.ts";
import { type EntryRow, entryOf } from "./rows.ts";

// How a row lies in a page, SQLite's file format, "Record Format": https://www.sqlite.org/fileformat2.html#record_format
/** Of a row's content, bytes; the longest frame that is kept has 256, so a row never leaves its page. */
const leastPayload = 40;
const mostPayload = 1_200;
/** Its header: its own length and the type of each column, some of them in two bytes. */
const columns = 13;
const leastHeader = columns + 1;
const mostHeader = 2 * columns;

type Value = number | string | Uint8Array | null;

/**
 * Finds entries in bytes, whatever lies around them: where the pages that lead to them are gone, or their own is
 * damaged in another place. Each entry's checksum says whether it is one.
 *
 * @param isWanted leaves out numbers, before more is done about them.
 */
export function* carveEntries(
  bytes: Uint8Array,
  isWanted: (seq: number) => boolean,
): Generator<JournaledEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length - leastPayload; at++) {
    const payload = varint(bytes, at);
    if (payload.value < leastPayload || payload.value > mostPayload) continue;
    const number = varint(bytes, payload.end);
    const header = bytes[number.end] ?? 0;
    // The number itself is not among the columns: in its place is a null.
    if (header < leastHeader || header > mostHeader || bytes[number.end + 1] !== 0) continue;
    if (number.end + payload.value > bytes.length || !isWanted(number.value)) continue;
    const values = valuesAt(bytes, view, number.end, payload.value);
    const entry = values === null ? null : entryFrom(number.value, values);
    if (entry !== null) yield entry;
  }
}

function valuesAt(bytes: Uint8Array, view: DataView, start: number, length: number): Value[] | null {
  const bodyStart = start + (bytes[start] ?? 0);
  const values: Value[] = [];
  let at = bodyStart;
  for (let type = varint(bytes, start + 1); values.length < columns; type = varint(bytes, type.end)) {
    if (type.end > bodyStart) return null;
    const size = sizeOf(type.value);
    if (at + size > start + length) return null;
    values.push(columnAt(view, bytes, at, type.value, size));
    at += size;
    if (values.length === columns && type.end !== bodyStart) return null;
  }
  return at === start + length ? values : null;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function columnAt(view: DataView, bytes: Uint8Array, at: number, type: number, size: number): Value {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type >= 12) {
    const content = bytes.subarray(at, at + size);
    return type % 2 === 0 ? content.slice() : Buffer.from(content).toString();
  }
  let value = view.getInt8(at);
  for (let index = 1; index < size; index++) value = value * 256 + view.getUint8(at + index);
  return value;
}

function entryFrom(seq: number, values: readonly Value[]): JournaledEntry | null {
  const [, received_at, remote_address, uid, station, printed_scale, weight, unit, ...rest] = values;
  const [repeat_suspected, scale, reason, raw, checksum] = rest;
  const row = {
    ...{ seq, received_at, remote_address, uid, station, printed_scale, weight, unit },
    ...{ repeat_suspected, scale, reason, raw, checksum },
  };
  try {
    // It checks every column.
    return entryOf(row as EntryRow);
  } catch {
    return null;
  }
}

/** Big-endian, seven bits a byte; the ninth byte of SQLite's longest ones is beyond any number that is kept. */
function varint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value: Number.NaN, end: start + 8 };
}
