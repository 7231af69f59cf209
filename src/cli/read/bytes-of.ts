import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { errorMessage } from "../../runtime/error-message.ts";
import type { Io } from "../io.ts";

/**
 * The bytes of a file; of standard input where it is `-`.
 *
 * @throws Error in plain words where the file cannot be read.
 */
export async function* bytesOf(file: string, io: Io): AsyncGenerator<Uint8Array> {
  const input = file === "-" ? process.stdin : createReadStream(resolve(io.cwd, file));
  try {
    yield* input;
  } catch (error) {
    throw new Error(`${file} cannot be read: ${errorMessage(error)}`);
  }
}
