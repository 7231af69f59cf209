import { LRUCache } from "lru-cache";

/** Enough to tell dialects apart: some 100 prints. */
const bytesMax = 4_096;
const connectionsMax = 64;
/** So many bags in a row without a rejected print: the connection is read as it should be. */
const bagsToForget = 20;
/** How long the bytes of a connection are kept after somebody looked at them, whatever its prints are. */
const watchedMs = 60_000;

/** The last bytes of connections whose prints are no bags, so that it can be said at once how their indicators may talk. */
export interface RecentBytes {
  began(connectionId: number): void;
  received(connectionId: number, bytes: Uint8Array): void;
  /** A print was read: as a bag, or as a sample of a stream; or it was rejected. */
  read(connectionId: number, isBag: boolean): void;
  ended(connectionId: number): void;
  /** Keeps the bytes of a connection for a minute from now on, also where its prints are bags: somebody looks at them. */
  watch(connectionId: number): void;
  /** The last bytes, 4,096 at most; null: none are kept of this connection. */
  of(connectionId: number): Uint8Array | null;
}

interface Kept {
  bytes: Uint8Array;
  rejected: number;
  bagsInRow: number;
  /** Until then somebody looks at them, as of `now`. */
  watchedUntil: number;
}

/**
 * Of 64 connections at most: those that sent last.
 *
 * @param now a monotonic clock, in milliseconds.
 */
export function createRecentBytes(now: () => number = () => performance.now()): RecentBytes {
  // A Map whose first key is deleted again and again grows slow: each look for its first key passes all deleted ones.
  const all = new LRUCache<number, Kept>({ max: connectionsMax });

  function keep(connectionId: number): Kept {
    const kept: Kept = { bytes: new Uint8Array(0), rejected: 0, bagsInRow: 0, watchedUntil: 0 };
    all.set(connectionId, kept);
    return kept;
  }

  return {
    began: (connectionId) => void keep(connectionId),
    received(connectionId, bytes) {
      const kept = all.get(connectionId);
      if (kept === undefined) return;
      // A copy: the socket's buffer is used again.
      kept.bytes = Uint8Array.from(Buffer.concat([kept.bytes, bytes]).subarray(-bytesMax));
    },
    read(connectionId, isBag) {
      const known = all.peek(connectionId);
      if (isBag) {
        if (known === undefined) return;
        known.bagsInRow++;
        const isRead = known.rejected === 0 || known.bagsInRow >= bagsToForget;
        if (isRead && now() >= known.watchedUntil) all.delete(connectionId);
        return;
      }
      const kept = known ?? keep(connectionId);
      kept.rejected++;
      kept.bagsInRow = 0;
    },
    ended: (connectionId) => void all.delete(connectionId),
    watch(connectionId) {
      (all.peek(connectionId) ?? keep(connectionId)).watchedUntil = now() + watchedMs;
    },
    of: (connectionId) => all.peek(connectionId)?.bytes ?? null,
  };
}
