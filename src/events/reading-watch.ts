import type { Database } from "../database/database.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ReadingEvent } from "./event.ts";
import type { EventHub } from "./hub.ts";

/** Recording takes milliseconds. A bag that is not recorded after this time is held up. */
const graceMs = 300;
/** How soon a weight is shown if it is known that recording is held up; those of this time are shown together. */
const showAfterMs = 20;
/** Readings shown at once, the newest: in a flood older ones are left out. */
const shownMax = 20;

export interface ReadingWatch {
  /** The newest weights that are held up now, 20 at most, for a client that begins: it missed their events. */
  waiting(): readonly ReadingEvent[];
  stop(): void;
}

/**
 * Publishes a `reading` for a bag that was weighed and cannot be recorded now: the operator must see the weight at
 * once, and that it is stored. It reads the journal after the entry is on disk, so that nothing on the way of a frame
 * depends on it, and does nothing without listeners.
 */
export function createReadingWatch(parts: {
  journal: Pick<Journal, "lastSeq" | "recordedThrough" | "read" | "onDurable">;
  database: Pick<Database, "up" | "onChange">;
  hub: Pick<EventHub, "publish" | "size">;
  clock: Pick<Clock, "now">;
  logger: Logger;
}): ReadingWatch {
  const { journal, database, hub, clock, logger } = parts;
  let shownThrough = journal.lastSeq;
  let timer: Timer | undefined;

  function lookIn(ms: number): void {
    if (hub.size === 0) return;
    timer ??= setTimeout(look, ms);
  }

  /** @param seq entries up to there are left out. */
  function heldUpBehind(seq: number): readonly JournaledEntry[] {
    const newestShown = database.up ? clock.now() - graceMs : Number.POSITIVE_INFINITY;
    const after = Math.max(seq, journal.recordedThrough, journal.lastSeq - shownMax);
    return journal.read(after, shownMax).filter(({ receivedAt }) => receivedAt <= newestShown);
  }

  function look(): void {
    timer = undefined;
    try {
      const waiting = heldUpBehind(shownThrough);
      for (const reading of readingsOf(waiting)) hub.publish({ type: "reading", reading });
      shownThrough = Math.max(waiting.at(-1)?.seq ?? 0, shownThrough, journal.recordedThrough);
    } catch (error) {
      // A failing disk is reported elsewhere; a timer must not throw.
      logger.debug({ error: String(error) }, "readings that wait could not be read");
      return;
    }
    if (journal.lastSeq > shownThrough) lookIn(graceMs);
  }

  const forgetJournal = journal.onDurable("readings that wait", () =>
    lookIn(database.up ? graceMs : showAfterMs),
  );
  const forgetDatabase = database.onChange("readings that wait", (up) => {
    if (up) return;
    // PostgreSQL is not reachable now: waiting out the grace time makes no sense.
    clearTimeout(timer);
    timer = undefined;
    lookIn(0);
  });

  return {
    waiting() {
      try {
        return readingsOf(heldUpBehind(0));
      } catch (error) {
        logger.debug({ error: String(error) }, "readings that wait could not be read");
        return [];
      }
    },
    stop() {
      forgetJournal();
      forgetDatabase();
      clearTimeout(timer);
    },
  };
}

function readingsOf(entries: readonly JournaledEntry[]): readonly ReadingEvent[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== "weighed") return [];
    const { uid, scale, printedScale, station, weight, unit, gross, receivedAt, repeatSuspected } = entry;
    const weighed_at = new Date(receivedAt).toISOString();
    return [
      {
        uid,
        scale,
        printed_scale: printedScale,
        station,
        weight,
        unit,
        gross,
        weighed_at,
        repeat_suspected: repeatSuspected,
      },
    ];
  });
}
