import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Capture, readCapture } from "../captures/capture-file.ts";
import { errorCodeOrMessage, errorMessage } from "../runtime/error-message.ts";
import type { Io } from "./io.ts";

/** Reads a capture; says on standard error where it is cut off. @throws Error in plain words where it is none. */
export function readCaptureFile(io: Io, file: string): Capture {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read (${errorCodeOrMessage(error)})`);
  }
  let capture: Capture;
  try {
    capture = readCapture(text);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${errorMessage(error)}`);
  }
  if (capture.isTorn) io.stderr.write(`prepuff: ${file}: its last line is cut off, and left out\n`);
  return capture;
}
