import type { Logger } from "../logging/logger.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import { errorMessage } from "../runtime/error-message.ts";
import type { Entry } from "./entry.ts";

/** More than this at once is committed in the middle of a turn of the event loop. */
const groupLimit = 4096;
const retryAfterMs = 1_000;

/** Entries of one turn of the event loop, written with one fsync. While the disk refuses, they wait in order. */
export interface GroupCommit {
  /** Entries that are not on disk yet. */
  readonly waiting: number;
  /** When the oldest of them came; null when there is none. */
  readonly oldestReceivedAt: number | null;
  /** False while the disk refuses writes. */
  readonly writable: boolean;
  readonly lastError: string | null;
  /** @param onDurable is called when it is on disk. */
  append(entry: Entry, onDurable?: () => void): void;
  /** Commits at the end of this turn, also without entries. */
  soon(onDurable?: () => void): void;
  /** Calls back after every commit that added entries, before those of the single entries. */
  readonly onDurable: Emitter["on"];
  readonly onWritable: Emitter<[writable: boolean]>["on"];
  /** Writes what waits, without calling listeners, and accepts nothing more. @throws if the disk refuses. */
  close(): void;
}

/**
 * @param parts.write makes entries durable. @throws where the disk refuses; then nothing has changed.
 * @param parts.hasOther whether something else is to be written though no entry waits.
 */
export function createGroupCommit(parts: {
  write: (entries: readonly Entry[]) => void;
  hasOther: () => boolean;
  logger: Logger;
}): GroupCommit {
  const { write, hasOther, logger } = parts;
  const durable = createEmitter("journal entries durable", logger);
  const writableChanges = createEmitter<[writable: boolean]>("journal writable or not", logger);
  let waiting: Entry[] = [];
  let toldWhenDurable: (() => void)[] = [];
  let writable = true;
  let lastError: string | null = null;
  let scheduled = false;
  let closed = false;

  function commit(): void {
    scheduled = false;
    if (closed || (waiting.length === 0 && !hasOther())) return;
    const hasEntries = waiting.length > 0;
    const single = toldWhenDurable;
    try {
      write(waiting);
    } catch (error) {
      // Before listeners are called, so that no listener can prevent the next attempt.
      setTimeout(commit, retryAfterMs);
      refused(error);
      return;
    }
    waiting = [];
    toldWhenDurable = [];
    if (!writable) accepted();
    if (hasEntries) durable.emit();
    tell(single);
  }

  /** A callback that fails affects neither the others nor the journal. */
  function tell(callbacks: readonly (() => void)[]): void {
    for (const callback of callbacks) {
      try {
        callback();
      } catch (error) {
        logger.error({ err: error }, "who waited for an entry to be durable failed; the journal goes on");
      }
    }
  }

  function refused(error: unknown): void {
    lastError = errorMessage(error);
    if (!writable) return;
    writable = false;
    logger.fatal(
      { error: lastError, waiting: waiting.length },
      "journal not writable: the scales wait until the disk has room again",
    );
    writableChanges.emit(false);
  }

  function accepted(): void {
    writable = true;
    lastError = null;
    logger.warn("journal writable again: the scales go on");
    writableChanges.emit(true);
  }

  function soon(onDurable?: () => void): void {
    if (onDurable !== undefined) toldWhenDurable.push(onDurable);
    if (scheduled || !writable) return;
    scheduled = true;
    // After the poll phase: every socket that has bytes in this turn has been read by then.
    setImmediate(commit);
  }

  return {
    get waiting() {
      return waiting.length;
    },
    get oldestReceivedAt() {
      return waiting[0]?.receivedAt ?? null;
    },
    get writable() {
      return writable;
    },
    get lastError() {
      return lastError;
    },
    append(entry, onDurable) {
      waiting.push(entry);
      soon(onDurable);
      if (waiting.length >= groupLimit && writable) commit();
    },
    soon,
    onDurable: durable.on,
    onWritable: writableChanges.on,
    close() {
      if (waiting.length > 0 || hasOther()) write(waiting);
      closed = true;
    },
  };
}
