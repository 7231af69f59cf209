import type { ConnectionReader } from "../frames/connection-reader.ts";

/**
 * A timer that is later than this says that the whole process stood still (or the machine slept), so what a scale
 * has sent meanwhile may wait in the kernel, unread.
 */
const latenessMaxMs = 20;

/** Tells one connection's reader that nothing came. */
export interface QuietTimer {
  /** To be called when all that came has been given to the reader. */
  start(): void;
  /** To be called when something comes, and at the end. */
  stop(): void;
}

/**
 * After `idleMs` without a byte the reader hears of a silence; what it then still holds expires `maxAgeMs` after it came.
 * A silence counts only where nothing was there to be read: not while reading is held back, and after a standstill of the
 * process not before the sockets have been read once more. Times are those of `performance.now()`, which nobody sets.
 *
 * @param parts.isHeldBack whether bytes of this connection may wait somewhere.
 */
export function createQuietTimer(parts: {
  reader: Pick<ConnectionReader, "heldSince" | "silence" | "expire">;
  idleMs: number;
  maxAgeMs: number;
  isHeldBack: () => boolean;
}): QuietTimer {
  const { reader, idleMs, maxAgeMs, isHeldBack } = parts;
  let timer: Timer | undefined;
  /** Goes up whenever a byte comes, so that what was planned before that is not done. */
  let round = 0;

  function wait(ms: number): void {
    const due = performance.now() + ms;
    timer = setTimeout(() => {
      const planned = round;
      const goOn = () => {
        if (planned === round) quiet();
      };
      if (performance.now() - due <= latenessMaxMs) goOn();
      else setImmediate(() => setImmediate(goOn));
    }, ms);
  }

  function quiet(): void {
    if (isHeldBack()) {
      wait(idleMs);
      return;
    }
    reader.silence(performance.now());
    const { heldSince } = reader;
    if (heldSince === null) return;
    const left = heldSince + maxAgeMs - performance.now();
    if (left > 0) wait(left);
    else reader.expire();
  }

  return {
    start() {
      if (reader.heldSince !== null) wait(idleMs);
    },
    stop() {
      round++;
      clearTimeout(timer);
    },
  };
}
