import { writeSync } from "node:fs";
import type { Env } from "../config/environment.ts";
import { reopened } from "../logging/outlets.ts";
import { errorCodeOrMessage } from "../runtime/error-message.ts";

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
  /** The command failed, or the result is negative. */
  failed: 1,
  /** The command line or the configuration is wrong: trying again does not help. */
  usage: 2,
} as const;

/**
 * The real process. Written synchronously, so that nothing is cut off when the process ends. A reader that closes the
 * pipe (`| head`) ends the command without a message, as usual; a file that cannot be written (a full disk) is a
 * failure of the command. Messages on standard error are written as far as that is possible: the process must end in
 * any case.
 */
export function processIo(): Omit<Io, "finish"> {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: {
      write(text) {
        const failure = writeAll(1, text);
        if (failure === "EPIPE") process.exit(exitCode.ok);
        if (failure !== null) throw new Error(`standard output cannot be written (${failure})`);
      },
      isTty: process.stdout.isTTY === true,
    },
    stderr: { write: (text) => void writeAll(reopened(2) ?? 2, text) },
  };
}

const waitMsMax = 5000;

/** @returns null, or the system's code for why not all is written. */
function writeAll(fd: number, text: string): string | null {
  const bytes = Buffer.from(text);
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
      waitedMs = 0;
    } catch (error) {
      const code = errorCodeOrMessage(error);
      // A full pipe that does not block is read soon.
      if (code !== "EAGAIN" || waitedMs >= waitMsMax) return code;
      Bun.sleepSync(5);
      waitedMs += 5;
    }
  }
  return null;
}
