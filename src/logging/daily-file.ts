import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.ts";
import { errorMessage } from "../runtime/error-message.ts";

export interface DailyFile {
  /** Appends one line, which ends with a line feed. Never throws: a line that cannot be written is counted. */
  write(line: string): void;
  close(): void;
}

export interface DailyFileOptions {
  readonly dir: string;
  readonly clock: Pick<Clock, "now">;
  /** Days kept, today included. */
  readonly daysMax?: number;
  /** Bytes a day; what comes after is left out, so that a flood of lines cannot fill the journal's disk. */
  readonly bytesMax?: number;
  /** Called for each line that the file lacks. */
  readonly onLost?: () => void;
  /** Called once when writing begins to fail, and once when the day's limit is reached. */
  readonly onFailure?: (reason: string) => void;
  /** Called once when writing works again, with the number of lines that the file lacks. */
  readonly onRecovery?: (linesLost: number) => void;
}

const retryAfterMs = 10_000;
const fileName = /^log-(\d{4}-\d{2}-\d{2})\.txt$/;

interface OpenDay {
  readonly fd: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly oldestKept: string;
  bytes: number;
}

/**
 * A log file for each local day, `log-YYYY-MM-DD.txt`. Written synchronously: the last lines before a crash are the
 * ones that matter. A full or lost disk costs log lines, never the process.
 */
export function createDailyFile(options: DailyFileOptions): DailyFile {
  const { dir, clock, daysMax = 30, bytesMax = 64 * 1024 * 1024 } = options;
  const { onLost, onFailure, onRecovery } = options;
  let day: OpenDay | null = null;
  let failedAt: number | null = null;
  let lost = 0;

  function close(): void {
    if (day === null) return;
    try {
      closeSync(day.fd);
    } catch {
      // The disk is not available; nothing can be saved.
    }
    day = null;
  }

  function open(now: number): OpenDay {
    const at = new Date(now);
    mkdirSync(dir, { recursive: true });
    const [year, month, date] = [at.getFullYear(), at.getMonth(), at.getDate()];
    return {
      fd: openSync(join(dir, `log-${localDate(at)}.txt`), "a+", 0o640),
      startMs: new Date(year, month, date).getTime(),
      endMs: new Date(year, month, date + 1).getTime(),
      oldestKept: localDate(new Date(year, month, date - (daysMax - 1))),
      bytes: 0,
    };
  }

  function append(line: string, now: number): void {
    // Also when the clock was set back: a line belongs to the day that it says.
    if (day !== null && (now < day.startMs || now >= day.endMs)) close();
    // The folder was removed or emptied: the open file still takes lines, but it has no name any more.
    if (day !== null && fstatSync(day.fd).nlink === 0) close();
    if (day === null) {
      // Kept before anything else can fail, so that a failure closes it.
      day = open(now);
      day.bytes = fstatSync(day.fd).size;
      if (isCutOff(day.fd, day.bytes)) day.bytes += writeSync(day.fd, "\n");
      deleteOld(dir, day.oldestKept);
    }
    const bytes = Buffer.from(line);
    if (day.bytes + bytes.length > bytesMax) {
      throw new Error(`the day's limit of ${bytesMax} bytes is reached`);
    }
    let written = 0;
    while (written < bytes.length) {
      const n = writeSync(day.fd, bytes, written);
      written += n;
      day.bytes += n;
    }
  }

  function lose(): void {
    lost++;
    onLost?.();
  }

  return {
    write(line) {
      const now = clock.now();
      // A failing disk may take long to report an error: it is not tried for every line.
      if (failedAt !== null && Math.abs(now - failedAt) < retryAfterMs) {
        lose();
        return;
      }
      try {
        append(line, now);
      } catch (error) {
        // A disk that was mounted again needs a new file handle.
        close();
        lose();
        const isNew = failedAt === null;
        failedAt = now;
        if (isNew) onFailure?.(errorMessage(error));
        return;
      }
      if (failedAt === null) return;
      const missing = lost;
      failedAt = null;
      lost = 0;
      onRecovery?.(missing);
    },
    close,
  };
}

/** A full disk or a power cut may have left half a line, which the next one must not continue. */
function isCutOff(fd: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
}

function deleteOld(dir: string, oldestKept: string): void {
  try {
    for (const name of readdirSync(dir)) {
      const date = fileName.exec(name)?.[1];
      if (date !== undefined && date < oldestKept) rmSync(join(dir, name), { force: true });
    }
  } catch {
    // Old files that cannot be deleted are no reason to lose today's lines.
  }
}

function localDate(at: Date): string {
  const pad = (n: number, width: number) => String(n).padStart(width, "0");
  return `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1, 2)}-${pad(at.getDate(), 2)}`;
}
