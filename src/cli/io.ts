import { writeSync } from "node:fs";
import type { Env } from "../config/texts.ts";

/** What a command sees of the process that it runs in. */
export interface Io {
  readonly env: Env;
  readonly cwd: string;
  readonly stdout: { write(text: string): void; readonly isTty: boolean };
  readonly stderr: { write(text: string): void };
  /** Sets the exit code of the process; without it a command that returns ends with 0. */
  finish(code: number): void;
}

/** Exit codes, as `--help` lists them. */
export const exitCode = {
  ok: 0,
  /** The command could not do its work, or the answer is no. */
  failed: 1,
  /** The command line or the configuration is wrong: trying again does not help. */
  usage: 2,
} as const;

/** The real process. Written synchronously, so that nothing is cut off when the process ends. */
export function processIo(): Omit<Io, "finish"> {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: { write: (text) => writeAll(1, text), isTty: process.stdout.isTTY === true },
    stderr: { write: (text) => writeAll(2, text) },
  };
}

const waitMsMax = 5000;

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      // A full pipe that does not block (EAGAIN) is read soon; any other failure, such as `| head` having seen
      // enough (EPIPE), means that nobody listens.
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull || waitedMs >= waitMsMax) return;
      Bun.sleepSync(5);
      waitedMs += 5;
    }
  }
}
