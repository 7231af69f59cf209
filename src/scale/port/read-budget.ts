/** Bytes of all connections that are worked off in one turn of the event loop: some 4,500 frames, or tens of milliseconds. */
const turnBytes = 65_536;
/** On a busy machine these take longer: then a turn ends with the slice that it is at, and what is recorded goes on. */
const turnMs = 20;
/** Of one connection in a row, where several have more than a turn takes. */
const sliceBytes = 8_192;

/**
 * Lets nobody's flood take the event loop: what is more than one turn can take waits for the next ones, where all connections
 * get slices in turns, and between which everything else is served. (Bun itself reads up to 11 times 512 KiB from one
 * socket before it looks at another: 300,000 frames. One that was paused is read no further.)
 */
export interface ReadBudget<Connection> {
  /** Works on bytes of a connection, now or as soon as it is their turn; always in their order. */
  push(connection: Connection, bytes: Uint8Array): void;
  /** Whether bytes of this connection wait. */
  isHeld(connection: Connection): boolean;
  /** Works on all that waits of a connection that has ended, at once. */
  finish(connection: Connection): void;
  /** From now on what comes waits, until `goOn`. */
  halt(): void;
  goOn(): void;
}

/**
 * @param parts.work takes bytes of a connection; `isAll` says that none of it wait behind them.
 * @param parts.pause called when bytes of a connection begin to wait: it has to stop reading, which bounds what can wait.
 * @param parts.resume called when none wait any more.
 */
export function createReadBudget<Connection>(parts: {
  work: (connection: Connection, bytes: Uint8Array, isAll: boolean) => void;
  pause: (connection: Connection) => void;
  resume: (connection: Connection) => void;
}): ReadBudget<Connection> {
  const { work, pause, resume } = parts;
  /** First come, first served; whoever got a slice goes to the end. */
  const held = new Map<Connection, Uint8Array>();
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
    for (const [connection, bytes] of held) {
      if (left <= 0 || isHalted || performance.now() >= endsAt) break;
      const size = Math.min(sliceBytes, bytes.length);
      held.delete(connection);
      // Set anew, it comes round again in this very loop.
      if (size < bytes.length) held.set(connection, bytes.subarray(size));
      left -= size;
      work(connection, bytes.subarray(0, size), size === bytes.length);
      if (size === bytes.length) resume(connection);
    }
    if (held.size > 0 && !isHalted) schedule();
  }

  return {
    push(connection, bytes) {
      schedule();
      const before = held.get(connection);
      if (before === undefined && bytes.length <= left && !isHalted) {
        left -= bytes.length;
        work(connection, bytes, true);
        return;
      }
      // Copied: Bun's buffer is used again after this call.
      held.set(connection, before === undefined ? bytes.slice() : Buffer.concat([before, bytes]));
      pause(connection);
    },
    isHeld: (connection) => held.has(connection),
    finish(connection) {
      const bytes = held.get(connection);
      if (bytes === undefined) return;
      held.delete(connection);
      work(connection, bytes, true);
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
