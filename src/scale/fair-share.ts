/** Bytes of all lines that are worked off in one turn of the event loop: some 4,500 frames, or tens of milliseconds. */
const turnBytes = 65_536;
/** On a busy machine these take longer: then a turn ends with the slice that it is at, and what is recorded goes on. */
const turnMs = 20;
/** Of one line in a row, where several have more than a turn takes. */
const sliceBytes = 8_192;

/**
 * Lets nobody's flood take the event loop: what is more than one turn can take waits for the next ones, where all lines
 * get slices in turns, and between which everything else is served. (Bun itself reads up to 11 times 512 KiB from one
 * socket before it looks at another: 300,000 frames. One that was paused is read no further.)
 */
export interface FairShare<Line> {
  /** Works on bytes of a line, now or as soon as it is their turn; always in their order. */
  push(line: Line, bytes: Uint8Array): void;
  /** Whether bytes of this line wait. */
  isHeld(line: Line): boolean;
  /** Works on all that waits of a line that has ended, at once. */
  finish(line: Line): void;
  /** From now on what comes waits, until `goOn`. */
  halt(): void;
  goOn(): void;
}

/**
 * @param parts.work takes bytes of a line; `isAll` says that none of it wait behind them.
 * @param parts.pause called when bytes of a line begin to wait: it has to stop reading, which bounds what can wait.
 * @param parts.resume called when none wait any more.
 */
export function createFairShare<Line>(parts: {
  work: (line: Line, bytes: Uint8Array, isAll: boolean) => void;
  pause: (line: Line) => void;
  resume: (line: Line) => void;
}): FairShare<Line> {
  const { work, pause, resume } = parts;
  /** First come, first served; whoever got a slice goes to the end. */
  const held = new Map<Line, Uint8Array>();
  let left = turnBytes;
  let isScheduled = false;
  let isHalted = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(turn);
  }

  function turn(): void {
    isScheduled = false;
    left = turnBytes;
    const endsAt = performance.now() + turnMs;
    for (const [line, bytes] of held) {
      if (left <= 0 || isHalted || performance.now() >= endsAt) break;
      const size = Math.min(sliceBytes, bytes.length);
      held.delete(line);
      // Set anew, it comes round again in this very loop.
      if (size < bytes.length) held.set(line, bytes.subarray(size));
      left -= size;
      work(line, bytes.subarray(0, size), size === bytes.length);
      if (size === bytes.length) resume(line);
    }
    if (held.size > 0 && !isHalted) schedule();
  }

  return {
    push(line, bytes) {
      schedule();
      const before = held.get(line);
      if (before === undefined && bytes.length <= left && !isHalted) {
        left -= bytes.length;
        work(line, bytes, true);
        return;
      }
      // Copied: Bun's buffer is used again after this call.
      held.set(line, before === undefined ? bytes.slice() : Buffer.concat([before, bytes]));
      pause(line);
    },
    isHeld: (line) => held.has(line),
    finish(line) {
      const bytes = held.get(line);
      if (bytes === undefined) return;
      held.delete(line);
      work(line, bytes, true);
    },
    halt() {
      isHalted = true;
    },
    goOn() {
      isHalted = false;
      if (held.size > 0) schedule();
    },
  };
}
