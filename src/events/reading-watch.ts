import type { Database } from "../database/database.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ReadingEvent } from "./event.ts";
import type { EventHub } from "./hub.ts";

/** Recording takes milliseconds. What is not recorded after this time waits for something. */
const graceMs = 300;
/** How soon a weight is shown where it is known that it waits; those of this time are shown together. */
const showAfterMs = 20;
/** Readings shown at once, the newest. They are about now: in a flood some are left out. */
const shownMax = 20;

/**
 * Publishes a `reading` for what was weighed and cannot be recorded now: whoever stands at the scale must see the weight
 * at once, and that it is kept. It looks into the journal after the journal has it on disk, so the way of a frame knows nothing
 * of it, and it does nothing while nobody listens.
 */
export function createReadingWatch(parts: {
  journal: Pick<Journal, "lastSeq" | "recordedThrough" | "read" | "onDurable">;
  database: Pick<Database, "up" | "onChange">;
  hub: Pick<EventHub, "publish" | "size">;
  clock: Pick<Clock, "now">;
  logger: Logger;
}): { stop(): void } {
  const { journal, database, hub, clock, logger } = parts;
  let shownThrough = journal.lastSeq;
  let timer: Timer | undefined;

  function lookIn(ms: number): void {
    if (hub.size === 0) return;
    timer ??= setTimeout(look, ms);
  }

  function look(): void {
    timer = undefined;
    const newestShown = database.up ? clock.now() - graceMs : Number.POSITIVE_INFINITY;
    const after = Math.max(shownThrough, journal.recordedThrough, journal.lastSeq - shownMax);
    try {
      const waiting = journal.read(after, shownMax).filter(({ receivedAt }) => receivedAt <= newestShown);
      for (const entry of waiting) publish(entry);
      shownThrough = Math.max(waiting.at(-1)?.seq ?? 0, shownThrough, journal.recordedThrough);
    } catch (error) {
      // The disk is in trouble, which is seen elsewhere; a timer must not throw.
      logger.debug({ error: String(error) }, "readings that wait could not be read");
      return;
    }
    if (journal.lastSeq > shownThrough) lookIn(graceMs);
  }

  function publish(entry: JournaledEntry): void {
    if (entry.kind !== "weighed") return;
    const reading: ReadingEvent = {
      uid: entry.uid,
      scale: entry.scale,
      printed_scale: entry.printedScale,
      station: entry.station,
      weight: entry.weight,
      unit: entry.unit,
      weighed_at: new Date(entry.receivedAt).toISOString(),
      repeat_suspected: entry.repeatSuspected,
    };
    hub.publish({ type: "reading", reading });
  }

  const forgetJournal = journal.onDurable("readings that wait", () =>
    lookIn(database.up ? graceMs : showAfterMs),
  );
  const forgetDatabase = database.onChange("readings that wait", (up) => {
    if (up) return;
    // What waited for its grace does not wait for Postgres too.
    clearTimeout(timer);
    timer = undefined;
    lookIn(0);
  });

  return {
    stop() {
      forgetJournal();
      forgetDatabase();
      clearTimeout(timer);
    },
  };
}
