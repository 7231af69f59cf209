import type { Print } from "../journal/entry.ts";
import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type Emitter, type FailureLog } from "../runtime/emitter.ts";

/** How long a check waits for its print, and one of several prints for the next. */
export const printWithinMs = 60_000;
/** A clock that is set by less is taken for right. */
const setBackMs = 1_000;

/** A check that somebody asked for. What else is known of it goes along. */
export interface Asked {
  readonly uid: string;
  /** The scale after aliases. */
  readonly scale: number;
  /** Prints that it takes. */
  readonly weighings: number;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** `printed`: all its prints came, and are on their way to PostgreSQL. */
export type ArmedState = "waiting" | "printed" | "cancelled" | "expired";

export interface Armed<A extends Asked> {
  readonly asked: A;
  readonly state: ArmedState;
  readonly prints: readonly Print[];
  /** Behind it a print is a bag again. */
  readonly expiresAt: number;
}

/**
 * The checks whose prints are awaited now, at most one a scale. In memory only: after a restart the print is a bag
 * again, which loses nothing.
 */
export interface ArmedChecks<A extends Asked> {
  /** From now on prints of its scale belong to it, in the place of one that waited there. */
  arm(asked: A): void;
  /** @returns false where it waits no more. */
  cancel(uid: string): boolean;
  /** The check that a good print belongs to; null: none, it is a bag. */
  take(scale: number, print: Print, at: number): string | null;
  /** The one that was armed last at a scale, until it ended without all its prints; null: none since the start. */
  of(scale: number): Armed<A> | null;
  /** Called with each print, and when it is called off or its time is over. */
  readonly onChange: Emitter<[armed: Armed<A>]>["on"];
  stop(): void;
}

interface Place<A extends Asked> {
  readonly asked: A;
  readonly prints: Print[];
  readonly over: AbortController;
  expiresAt: number;
}

export function createArmedChecks<A extends Asked>(
  clock: Pick<Clock, "now" | "sleep">,
  log: FailureLog,
): ArmedChecks<A> {
  const changed = createEmitter<[armed: Armed<A>]>("check of a scale", log);
  const places = new Map<number, Place<A>>();

  const isComplete = ({ asked, prints }: Place<A>) => prints.length >= asked.weighings;
  /** Also where the clock was set back: a check that waited for hours would take somebody's bag. */
  const isOver = ({ expiresAt }: Place<A>, at: number) =>
    at >= expiresAt || expiresAt - at > printWithinMs + setBackMs;
  const view = (place: Place<A>, state: ArmedState): Armed<A> => ({
    asked: place.asked,
    state,
    prints: [...place.prints],
    expiresAt: place.expiresAt,
  });

  async function watch(place: Place<A>): Promise<void> {
    const { asked, over } = place;
    while (!over.signal.aborted) {
      const now = clock.now();
      if (isOver(place, now)) {
        remove(asked.scale);
        changed.emit(view(place, "expired"));
        return;
      }
      await clock.sleep(place.expiresAt - now, over.signal);
    }
  }

  function remove(scale: number): void {
    places.get(scale)?.over.abort();
    places.delete(scale);
  }

  return {
    arm(asked) {
      remove(asked.scale);
      const expiresAt = asked.askedAt + printWithinMs;
      const place = { asked, prints: [], over: new AbortController(), expiresAt };
      places.set(asked.scale, place);
      void watch(place);
    },
    cancel(uid) {
      const place = places.values().find(({ asked }) => asked.uid === uid);
      if (place === undefined || isComplete(place)) return false;
      remove(place.asked.scale);
      changed.emit(view(place, "cancelled"));
      return true;
    },
    take(scale, print, at) {
      const place = places.get(scale);
      if (place === undefined || isComplete(place) || isOver(place, at)) return null;
      place.prints.push(print);
      place.expiresAt = at + printWithinMs;
      if (isComplete(place)) place.over.abort();
      changed.emit(view(place, isComplete(place) ? "printed" : "waiting"));
      return place.asked.uid;
    },
    of(scale) {
      const place = places.get(scale);
      return place === undefined ? null : view(place, isComplete(place) ? "printed" : "waiting");
    },
    onChange: changed.on,
    stop() {
      for (const scale of [...places.keys()]) remove(scale);
    },
  };
}
