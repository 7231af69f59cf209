import type { PrintedFrame } from "../../scale/sources/printed-frame.ts";
import { type Reading, readFramesAs } from "../../scale/sources/read-bytes.ts";
import type { Io } from "../io.ts";
import { bytesOf } from "./bytes-of.ts";

/**
 * Prints the frames of a file; of standard input where it is `-`.
 *
 * @throws Error in plain words where the file cannot be read; what was read before is printed.
 */
export async function readFrames(file: string, how: Reading, io: Io): Promise<void> {
  const print = ({ kind, weight, unit, mode, stable, scale, reason, raw }: PrintedFrame) =>
    io.stdout.write(`${JSON.stringify({ kind, weight, unit, mode, stable, scale, reason, raw })}\n`);
  const reader = readFramesAs(how, print);
  for await (const bytes of bytesOf(file, io)) reader.push(bytes);
  reader.end();
}
