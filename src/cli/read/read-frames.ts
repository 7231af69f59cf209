import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { type DialectSettings, noSettings } from "../../indicators/dialect.ts";
import type { DialectName } from "../../indicators/dialect-names.ts";
import { dialects } from "../../indicators/dialects.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import { createDialectReader } from "../../scale/frames/dialect-reader.ts";
import type { Io } from "../io.ts";
import { readLinePrints } from "./line-prints.ts";
import type { FrameReader, PrintedFrame } from "./printed-frame.ts";

/**
 * Prints the frames of a file; of standard input where it is `-`.
 *
 * @param patterns what a device server puts between them: dropped.
 * @throws Error in plain words where the file cannot be read; what was read before is printed.
 */
export async function readFrames(
  file: string,
  dialect: DialectName,
  settings: Partial<DialectSettings>,
  patterns: readonly string[],
  io: Io,
): Promise<void> {
  const print = ({ kind, weight, unit, mode, stable, scale, reason, raw }: PrintedFrame) =>
    io.stdout.write(`${JSON.stringify({ kind, weight, unit, mode, stable, scale, reason, raw })}\n`);
  const reader = readerOf(dialect, { ...noSettings, ...settings }, patterns, print);
  const input = file === "-" ? process.stdin : createReadStream(resolve(io.cwd, file));
  try {
    for await (const bytes of input) reader.push(bytes);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${errorMessage(error)}`);
  }
  reader.end();
}

function readerOf(
  name: string,
  settings: DialectSettings,
  patterns: readonly string[],
  print: (frame: PrintedFrame) => void,
): FrameReader {
  const dialect = dialects.find((one) => one.name === name);
  if (dialect === undefined) return readLinePrints(settings, print);
  const reader = createDialectReader(dialect, settings, (said, raw) => print({ ...said, raw }), { patterns });
  return { push: (bytes) => reader.push(bytes, 0), end: () => reader.end() };
}
