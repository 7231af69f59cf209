import { type Dialect, type DialectSettings, noSettings } from "../../indicators/dialect.ts";
import { createDialectReader } from "../../scale/frames/dialect-reader.ts";
import { readLinePrints } from "../../scale/sources/line-prints.ts";
import type { FrameReader, PrintedFrame } from "../../scale/sources/printed-frame.ts";
import type { Io } from "../io.ts";
import { bytesOf } from "./bytes-of.ts";

/**
 * Prints the frames of a file; of standard input where it is `-`.
 *
 * @param dialect `line`: the print of today.
 * @param patterns what a device server puts between them: dropped.
 * @throws Error in plain words where the file cannot be read; what was read before is printed.
 */
export async function readFrames(
  file: string,
  dialect: Dialect | "line",
  settings: Partial<DialectSettings>,
  patterns: readonly string[],
  io: Io,
): Promise<void> {
  const print = ({ kind, weight, unit, mode, stable, scale, reason, raw }: PrintedFrame) =>
    io.stdout.write(`${JSON.stringify({ kind, weight, unit, mode, stable, scale, reason, raw })}\n`);
  const reader = readerOf(dialect, { ...noSettings, ...settings }, patterns, print);
  for await (const bytes of bytesOf(file, io)) reader.push(bytes);
  reader.end();
}

function readerOf(
  dialect: Dialect | "line",
  settings: DialectSettings,
  patterns: readonly string[],
  print: (frame: PrintedFrame) => void,
): FrameReader {
  if (dialect === "line") return readLinePrints(settings, print);
  const reader = createDialectReader(dialect, settings, (said, raw) => print({ ...said, raw }), { patterns });
  return { push: (bytes) => reader.push(bytes, 0), end: () => reader.end() };
}
