import type { JournalView } from "../journal/journal-view.ts";
import type { Clock } from "../runtime/clock.ts";

/** A bag is recorded in a few milliseconds; while hundreds of thousands are, deliveries go on, if slowly. */
const recordingWaitMs = 25;
/** Some 6,000 a second at most. At full speed a backlog takes both cores of a small server, at this one leaves a third. */
const burst = { requests: 30, ms: 5 };

/** Slows a backlog down in favor of bags that are weighed now: both share one thread and one PostgreSQL. */
export interface BacklogThrottle {
  /**
   * Asked before each further request of a backlog.
   *
   * @returns a wait: until no bag is to be recorded, 25 ms at most; or until 5 ms have passed since the first of 30
   * requests. Null where the request may go at once.
   */
  delay(): Promise<void> | null;
  /** Bags were recorded. */
  recorded(): void;
}

export function createBacklogThrottle(parts: {
  journal: Pick<JournalView, "entries">;
  clock: Clock;
}): BacklogThrottle {
  const { journal, clock } = parts;
  let waiting: Promise<void> | null = null;
  let passed = new AbortController();
  let burstBegan = Number.NEGATIVE_INFINITY;
  let requests = 0;

  /** All stations wait for the same. */
  async function wait(ms: number, signal?: AbortSignal): Promise<void> {
    await clock.sleep(ms, signal);
    waiting = null;
  }

  return {
    delay() {
      if (waiting !== null) return waiting;
      if (journal.entries > 0) {
        passed = new AbortController();
        waiting = wait(recordingWaitMs, passed.signal);
        return waiting;
      }
      const since = clock.now() - burstBegan;
      if (since < 0 || since >= burst.ms) {
        burstBegan = clock.now();
        requests = 0;
      }
      requests++;
      if (requests > burst.requests) waiting = wait(burst.ms - since);
      return waiting;
    },
    recorded() {
      if (journal.entries === 0) passed.abort();
    },
  };
}
