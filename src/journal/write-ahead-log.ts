import { existsSync, readFileSync } from "node:fs";
import { pageSize } from "./layout.ts";

// SQLite's file format, "The Write-Ahead Log": https://www.sqlite.org/fileformat2.html#walformat
const headerBytes = 32;
const frameHeaderBytes = 24;
const frameBytes = frameHeaderBytes + pageSize;
const magicLittleEndian = 0x377f0682;
const magicBigEndian = 0x377f0683;

/** A page as one transaction wrote it. */
interface Frame {
  /** From 1. */
  readonly page: number;
  readonly content: Uint8Array;
  /** The last one of a transaction. */
  readonly isCommit: boolean;
  /** It is as it was written. */
  readonly isSound: boolean;
}

/** The frames of a journal's log that are not all in its file yet. */
export interface WriteAheadLog {
  readonly frames: readonly Frame[];
  /**
   * A transaction that was committed lies behind a frame that is damaged: SQLite takes the damaged one for the log's
   * end, and leaves out all that follows, without a word.
   */
  readonly isBroken: boolean;
}

/** Reads the log beside a journal's file. @returns null where there is none, or it is empty. */
export function readLog(journalPath: string): WriteAheadLog | null {
  const path = `${journalPath}-wal`;
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  if (bytes.length < headerBytes + frameBytes) return null;
  const magic = bytes.readUInt32BE(0);
  const words = wordsOf(bytes, magic === magicBigEndian);
  let sums = checksum(words, 0, 24, [0, 0]);
  const isHeaderSound =
    (magic === magicBigEndian || magic === magicLittleEndian) &&
    sums[0] === bytes.readUInt32BE(24) &&
    sums[1] === bytes.readUInt32BE(28);
  // What the frames of one run have in common, and older ones that were left behind them have not.
  const salts = (isHeaderSound ? bytes.subarray(16, 24) : bytes.subarray(40, 48)).toString("hex");

  const frames: Frame[] = [];
  let isBroken = false;
  let wasDamaged = !isHeaderSound;
  for (let at = headerBytes; at + frameBytes <= bytes.length; at += frameBytes) {
    const header = bytes.subarray(at, at + frameHeaderBytes);
    const content = bytes.subarray(at + frameHeaderBytes, at + frameBytes);
    const isOfRun = header.subarray(8, 16).toString("hex") === salts;
    const written: Sums = [header.readUInt32BE(16), header.readUInt32BE(20)];
    const counted = checksum(words, at + frameHeaderBytes, pageSize, checksum(words, at, 8, sums));
    const isSound = isOfRun && counted[0] === written[0] && counted[1] === written[1];
    const isCommit = header.readUInt32BE(4) > 0;
    if (isOfRun) frames.push({ page: header.readUInt32BE(0), content, isCommit, isSound });
    if (!isSound) wasDamaged = true;
    else if (wasDamaged && isCommit) isBroken = true;
    // Each checksum goes on from the one before it: from the written one also behind a damaged frame.
    sums = written;
  }
  return { frames, isBroken };
}

/** The newest sound content of each page, up to the last transaction that is committed. */
export function committedPages({ frames }: WriteAheadLog): Map<number, Uint8Array> {
  const sound = frames.slice(0, committedEnd(frames)).filter(({ isSound }) => isSound);
  return new Map(sound.map(({ page, content }) => [page, content]));
}

/** What lies behind the last transaction that is committed: parts of one that was not finished. */
export function unfinishedFrames({ frames }: WriteAheadLog): readonly Frame[] {
  return frames.slice(committedEnd(frames));
}

function committedEnd(frames: readonly Frame[]): number {
  return frames.findLastIndex(({ isSound, isCommit }) => isSound && isCommit) + 1;
}

type Sums = readonly [number, number];

/** As the machine on which SQLite wrote them has its bytes; Bun runs only where the lowest comes first. */
function wordsOf(bytes: Buffer, isBigEndian: boolean): Uint32Array {
  const copy = Buffer.from(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 8))).buffer);
  if (isBigEndian) copy.swap32();
  return new Uint32Array(copy.buffer);
}

function checksum(words: Uint32Array, from: number, length: number, [first, second]: Sums): Sums {
  let [a, b] = [first, second];
  const end = (from + length) / 4;
  for (let at = from / 4; at < end; at += 2) {
    a = (a + (words[at] ?? 0) + b) >>> 0;
    b = (b + (words[at + 1] ?? 0) + a) >>> 0;
  }
  return [a, b];
}
