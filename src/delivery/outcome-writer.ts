import type { Database } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { DeliveredNotes, Delivery } from "./delivered-notes.ts";
import { type Attempted, writeAttempts } from "./outbox.ts";

/** Far more than lanes add while one statement runs. */
const batchLimit = 1_000;
const tryAgainMs = 1_000;

export interface OutcomeWriter {
  /** Attempts that ended and are not written yet. */
  readonly unwritten: number;
  /** Resolves when the outcome is committed; or, without it, when the writer is stopped. */
  write(attempted: Attempted): Promise<void>;
  /** Gives up what Postgres has not taken: those bags are sent again, with the same key. */
  stop(): void;
}

/**
 * Writes outcomes for all lanes of a destination: what comes in while one statement runs goes with the next, so a
 * single bag is written at once and many in large groups.
 */
export function createOutcomeWriter(parts: {
  destination: number;
  database: Database;
  clock: Clock;
  logger: Logger;
  notes: DeliveredNotes | null;
  /** Called with the ids of bags when what became of their attempts is committed. */
  onWritten: (ids: readonly number[]) => void;
}): OutcomeWriter {
  const { destination, database, clock, logger, notes, onWritten } = parts;
  interface Waiting {
    readonly attempted: Attempted;
    readonly written: () => void;
  }
  const stopping = new AbortController();
  let queue: Waiting[] = [];
  let unwritten = 0;
  let isWriting = false;
  const toNote: Delivery[] = [];

  /**
   * Noted before PostgreSQL has it: otherwise, after a kill in between, the bag is sent again if PostgreSQL loses it
   * too.
   */
  function noteSoon({ uid, at, outcome }: Attempted): void {
    if (notes === null || outcome.kind !== "delivered") return;
    if (toNote.length === 0) setImmediate(() => notes.add(toNote.splice(0)));
    toNote.push({ uid, at, outcome });
  }

  async function drain(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    let hasFailed = false;
    while (queue.length > 0 && !stopping.signal.aborted) {
      const batch = queue.slice(0, batchLimit);
      const attempts = batch.map(({ attempted }) => attempted);
      try {
        await database.run((sql) => writeAttempts(sql, destination, attempts));
      } catch (error) {
        if (!hasFailed) logger.warn({ error: String(error), unwritten }, "answers not written yet");
        hasFailed = true;
        await clock.sleep(tryAgainMs, stopping.signal);
        continue;
      }
      queue = queue.slice(batch.length);
      unwritten -= batch.length;
      for (const { written } of batch) written();
      onWritten(attempts.map(({ id }) => id));
    }
    for (const { written } of queue) written();
    isWriting = false;
  }

  return {
    get unwritten() {
      return unwritten;
    },
    write: (attempted) =>
      new Promise((written) => {
        unwritten++;
        if (stopping.signal.aborted) return written();
        queue.push({ attempted, written });
        noteSoon(attempted);
        void drain();
      }),
    stop() {
      stopping.abort();
      if (unwritten > 0) logger.warn({ unwritten }, "answers not written: those bags are sent once more");
    },
  };
}
