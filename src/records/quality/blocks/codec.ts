// The columns of a block as bytes, little-endian: each column as the differences of neighbours, in the width that its largest one
// needs. Some 8 bytes a bag, and several times as fast to read as numbers of different lengths.
import { type BagColumns, kindOf, newColumns, perPound } from "../bags.ts";

/** The first byte. Another format will have another one. */
const format = 1;
/** Format, whether pounds follow from what was printed, and the number of bags. */
const headLength = 10;

/** @param bags of one job, in the order of weighing; the job itself is not kept. */
export function encodeBags(bags: BagColumns): Uint8Array {
  const pounds = bags.pounds.every((each, index) => each === printedPounds(bags, index)) ? null : bags.pounds;
  const pieces = [
    Uint8Array.of(format, pounds === null ? 1 : 0),
    bytesOf(Float64Array.of(bags.length)),
    ...[bags.ids, bags.times, bags.scales, bags.kinds, bags.printed].flatMap(encodeColumn),
    ...(pounds === null ? [] : encodeColumn(pounds)),
  ];
  return Buffer.concat(pieces);
}

/** @throws RangeError where the bytes are no block that this version wrote. */
export function decodeBags(bytes: Uint8Array, job: number): BagColumns {
  const bags = newColumns(lengthOf(bytes));
  decodeInto(bags, 0, bytes, job);
  return bags;
}

/** How many bags a block has. @throws RangeError where the bytes are no block that this version wrote. */
export function lengthOf(bytes: Uint8Array): number {
  if (bytes[0] !== format)
    throw new RangeError(
      `a block of bags is of format ${bytes[0]}, not ${format}: prepuff rebuild makes it again`,
    );
  return readFloat({ bytes, at: 2 });
}

/** Reads a block into columns that have room for it, from a place on. @throws RangeError */
export function decodeInto(columns: BagColumns, at: number, bytes: Uint8Array, job: number): void {
  const length = lengthOf(bytes);
  const end = at + length;
  const reader = { bytes, at: headLength };
  columns.jobs.fill(job, at, end);
  decodeColumn(reader, columns.ids.subarray(at, end));
  decodeColumn(reader, columns.times.subarray(at, end));
  decodeColumn(reader, columns.scales.subarray(at, end));
  decodeColumn(reader, columns.kinds.subarray(at, end));
  decodeColumn(reader, columns.printed.subarray(at, end));
  if (bytes[1] === 0) decodeColumn(reader, columns.pounds.subarray(at, end));
  else for (let place = at; place < end; place++) columns.pounds[place] = printedPounds(columns, place);
  if (reader.at !== bytes.length)
    throw new RangeError("a block of bags has more or fewer bytes than it should");
}

/** Ten-thousandths of a pound in one of the last decimal, of what is printed in pounds with up to four decimals. */
const perPrinted: readonly (number | undefined)[] = Array.from(
  { length: kindOf("lb", 4) + 1 },
  (_, kind) => perPound / 10 ** (kind - kindOf("lb", 0)),
);

/** Pounds that follow from what was printed; NaN in other units. */
function printedPounds({ printed, kinds }: BagColumns, index: number): number {
  return (printed[index] ?? 0) * (perPrinted[kinds[index] ?? 0] ?? Number.NaN);
}

/** Its width in bytes, its first value, and the differences to that: 1, 2 and 4 bytes with the sign last (zigzag), 8 as doubles. */
function encodeColumn(column: ArrayLike<number>): Uint8Array[] {
  const first = column[0] ?? 0;
  const differences = Float64Array.from(column, (value, index) => value - (column[index - 1] ?? first));
  let largest = 0;
  for (const difference of differences) largest = Math.max(largest, Math.abs(difference));
  const width = largest === 0 ? 0 : largest < 2 ** 7 ? 1 : largest < 2 ** 15 ? 2 : largest < 2 ** 31 ? 4 : 8;
  const zigzag = (difference: number) => ((difference << 1) ^ (difference >> 31)) >>> 0;
  const written =
    width === 0
      ? new Uint8Array()
      : width === 1
        ? Uint8Array.from(differences, zigzag)
        : width === 2
          ? Uint16Array.from(differences, zigzag)
          : width === 4
            ? Uint32Array.from(differences, zigzag)
            : differences;
  return [Uint8Array.of(width), bytesOf(Float64Array.of(first)), bytesOf(written)];
}

function bytesOf({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array {
  return new Uint8Array(buffer);
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** @throws RangeError */
function decodeColumn(reader: Reader, column: Float64Array | Int32Array | Uint8Array): void {
  const width = reader.bytes[reader.at++];
  const first = readFloat(reader);
  const { length } = column;
  switch (width) {
    case 0:
      column.fill(first);
      return;
    case 1:
      addUp(column, new Uint8Array(take(reader, length)), first);
      return;
    case 2:
      addUp(column, new Uint16Array(take(reader, length * 2)), first);
      return;
    case 4:
      addUp(column, new Uint32Array(take(reader, length * 4)), first);
      return;
    case 8: {
      let value = first;
      const differences = new Float64Array(take(reader, length * 8));
      for (const [index, difference] of differences.entries()) {
        value += difference;
        column[index] = value;
      }
      return;
    }
    default:
      throw new RangeError(`a column of a block of bags is ${width} bytes wide`);
  }
}

function addUp(
  column: Float64Array | Int32Array | Uint8Array,
  differences: Uint8Array | Uint16Array | Uint32Array,
  first: number,
): void {
  let value = first;
  for (let index = 0; index < differences.length; index++) {
    const zigzag = differences[index] ?? 0;
    value += (zigzag >>> 1) ^ -(zigzag & 1);
    column[index] = value;
  }
}

/** The next bytes, as a buffer of their own, so that they are aligned. @throws RangeError where there are not so many. */
function take(reader: Reader, length: number): ArrayBuffer {
  const from = reader.at;
  reader.at += length;
  if (reader.at > reader.bytes.length) throw new RangeError("a block of bags ends before its time");
  return reader.bytes.buffer.slice(
    reader.bytes.byteOffset + from,
    reader.bytes.byteOffset + reader.at,
  ) as ArrayBuffer;
}

function readFloat(reader: Reader): number {
  return new Float64Array(take(reader, 8))[0] ?? 0;
}
