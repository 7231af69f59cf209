import type { Clock } from "../clock.ts";
import type { JournalView } from "../journal/journal-view.ts";

/** A bag is recorded in a few milliseconds; while hundreds of thousands are, deliveries go on, if slowly. */
const limitMs = 25;

/** Who weighs now goes before what has waited for days: there is one thread and one Postgres for both. */
export interface RightOfWay {
  /**
   * Asked before each request of a backlog.
   *
   * @returns a wait until no bag is to be recorded, 25 ms at most; null where none is.
   */
  give(): Promise<void> | null;
  /** Bags were recorded. */
  recorded(): void;
}

export function createRightOfWay(parts: { journal: Pick<JournalView, "entries">; clock: Clock }): RightOfWay {
  const { journal, clock } = parts;
  let passed = new AbortController();
  let giving: Promise<void> | null = null;

  async function wait(): Promise<void> {
    passed = new AbortController();
    await clock.sleep(limitMs, passed.signal);
    giving = null;
  }

  return {
    give() {
      if (journal.entries === 0) return null;
      giving ??= wait();
      return giving;
    },
    recorded() {
      if (journal.entries === 0) passed.abort();
    },
  };
}
