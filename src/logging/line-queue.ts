/** Where log bytes go. */
export interface Outlet {
  /**
   * Takes bytes without ever waiting for the reader.
   *
   * @returns how many were taken, 0 while there is no room; a promise: all of them, once it resolves.
   * @throws what the system says, as may the promise.
   */
  write(bytes: Uint8Array): number | Promise<unknown>;
}

export interface LineQueue {
  /** Appends one line, which ends with a line feed. Never throws and never waits: it may be kept, or counted as lost. */
  write(line: string): void;
  /** Resolves when all that is kept is written, when it cannot be written now, or after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

export interface LineQueueOptions {
  readonly outlet: Outlet;
  /** What is kept while nothing can be written; lines beyond it are lost. */
  readonly bytesMax?: number;
  /** Called for each line that is lost. Must not throw. */
  readonly onLost?: () => void;
  /** Called once when everything that was kept is written after lines were lost, with their number. Must not throw. */
  readonly onRecovery?: (linesLost: number) => void;
}

/** A pipe takes 64 KiB at a time at most, so a full queue is empty half a second after the reader continues. */
const roomAfterMs = 20;
/** A full disk, a closed pipe: it is not tried for every line. */
const retryAfterMs = 1_000;

/**
 * A queue of log lines in front of an output. While the output takes them, each is written at once, so that the last
 * lines before a crash are there; while it does not, they are kept within a bound, and then dropped and counted.
 */
export function createLineQueue(options: LineQueueOptions): LineQueue {
  const { outlet, bytesMax = 1024 * 1024, onLost, onRecovery } = options;
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let isWriting = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;
  let lost = 0;

  function write(line: string): void {
    const bytes = Buffer.from(line);
    if (keptBytes + bytes.length > bytesMax) {
      lost++;
      onLost?.();
      return;
    }
    kept.push(bytes);
    keptBytes += bytes.length;
    if (timer === undefined) writeOn();
  }

  function writeOn(): void {
    if (isWriting) return;
    while (keptBytes > 0) {
      try {
        const taken = outlet.write(joined());
        if (typeof taken !== "number") {
          writeLater(taken);
          return;
        }
        take(taken);
        if (taken === 0) {
          again(roomAfterMs);
          return;
        }
      } catch {
        failed();
        return;
      }
    }
    const missing = lost;
    lost = 0;
    if (missing > 0) onRecovery?.(missing);
  }

  function writeLater(written: Promise<unknown>): void {
    const given = keptBytes;
    isWriting = true;
    const ended = () => {
      isWriting = false;
    };
    written.then(
      () => {
        ended();
        take(given);
        writeOn();
      },
      () => {
        ended();
        failed();
      },
    );
  }

  /** Bytes from the beginning are written: what is left of a line is continued, never begun again. */
  function take(bytes: number): void {
    if (bytes > 0) isFailing = false;
    kept = [joined().subarray(bytes)];
    keptBytes -= bytes;
  }

  /** After a wait many lines go at once. */
  function joined(): Uint8Array {
    const [only] = kept;
    const all = kept.length === 1 && only !== undefined ? only : Buffer.concat(kept);
    kept = [all];
    return all;
  }

  function failed(): void {
    isFailing = true;
    again(retryAfterMs);
  }

  function again(afterMs: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      writeOn();
    }, afterMs);
    timer.unref();
  }

  return {
    write,
    async flush(limitMs) {
      const end = performance.now() + limitMs;
      while (keptBytes > 0 && !isFailing && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, roomAfterMs / 2));
      }
    },
  };
}
