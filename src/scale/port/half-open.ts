import type { ConnectionTimes } from "../presence.ts";

/** A scale's connections are replaced no more often than that: whatever happens, no endless exchange of two. */
const replaceEveryMs = 60_000;

/**
 * Finds half-open connections: those that a scale left without closing them when it connected again.
 *
 * When a scale prints on a newer connection, its older one is taken for half-open if it came from the same address,
 * was not heard from since the newer one was opened, and every scale that ever printed on it has printed on the
 * newer one since (a converter with several scales on one line is not cut off because one of them moved).
 *
 * That can be wrong: two indicators with the same scale id, behind one address, print in turns, and each would have
 * the other's connection closed for ever. Therefore the write side of such a connection is closed, and it is read for
 * a moment longer. If it sends, it was alive: nothing was lost, and that scale's connections are left alone from then
 * on. The kernel's keep-alive probes find its half-open connections too, only some 20 s later.
 */
export interface HalfOpenWatch {
  /** @returns whether `older` is to be closed, because `scale` printed on `newer` now. */
  isLeftBehind(scale: number, older: ConnectionTimes, newer: ConnectionTimes, now: number): boolean;
  /** The one that was closed for this scale answered. */
  wasAlive(scale: number): void;
}

export function createHalfOpenWatch(): HalfOpenWatch {
  /** Scale → until when its connections are left alone. */
  const spared = new Map<number, number>();
  return {
    isLeftBehind(scale, older, newer, now) {
      const isHalfOpen =
        older.id < newer.id &&
        older.remoteAddress === newer.remoteAddress &&
        older.lastHeardAt < newer.connectedSince &&
        [...older.scales].every((each) => newer.scales.has(each));
      if (!isHalfOpen || now < (spared.get(scale) ?? Number.NEGATIVE_INFINITY)) return false;
      spared.set(scale, now + replaceEveryMs);
      return true;
    },
    wasAlive(scale) {
      spared.set(scale, Number.POSITIVE_INFINITY);
    },
  };
}
