import { constants, fstatSync, openSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { errorCode } from "../runtime/error-code.ts";
import type { Outlet } from "./line-queue.ts";

/**
 * Standard output or error, written without waiting for the reader: a pipe that is not read (64 KiB), a terminal that
 * was stopped with Ctrl-S. A file is written at once.
 *
 * @param fd 1 or 2.
 */
export function openStandardOutlet(fd: 1 | 2): Outlet {
  const own = reopened(fd);
  if (own !== null) return { write: (bytes) => writeNow(own, bytes) };
  if (!isLine(fd)) return { write: (bytes) => writeNow(fd, bytes) };
  // A socket, as of systemd's journal, cannot be opened once more. Bun sends to it without waiting.
  const sink = Bun.file(fd).writer();
  return {
    write: async (bytes) => {
      sink.write(bytes);
      await sink.flush();
    },
  };
}

/**
 * The same pipe or terminal, opened anew and non-blocking. Set on `fd` itself it would apply to every process that
 * shares it: a shell's terminal would be changed.
 *
 * @returns null where it is a file, or where the system refuses.
 */
export function reopened(fd: 1 | 2): number | null {
  if (!isLine(fd)) return null;
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  // Another user's terminal (after su) is opened as the process's own.
  for (const path of isatty(fd) ? [`/proc/self/fd/${fd}`, "/dev/tty"] : [`/proc/self/fd/${fd}`]) {
    try {
      return openSync(path, flags);
    } catch {
      // The next one, if there is one.
    }
  }
  return null;
}

/** Whether it is a pipe or terminal, which has to be read at the other end. */
function isLine(fd: number): boolean {
  try {
    return !fstatSync(fd).isFile();
  } catch {
    // Closed: every write says so.
    return false;
  }
}

function writeNow(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (errorCode(error) === "EAGAIN") return 0;
    throw error;
  }
}
