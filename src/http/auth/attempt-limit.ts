import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";

export interface AttemptLimit {
  /** Counts a failed attempt; says how many seconds to wait, 0 while the limit is not reached. */
  failed(address: string): number;
}

const windowMs = 60_000;

/**
 * Counts failed attempts for each address, in windows of a minute from the first one.
 *
 * @param options.addressesMax bounds the memory: beyond it the address that failed first is forgotten.
 */
export function createAttemptLimit(options: {
  perMinute: number;
  addressesMax: number;
  clock: Pick<Clock, "now">;
}): AttemptLimit {
  const { perMinute, addressesMax, clock } = options;
  const windows = new LRUCache<string, { failures: number; endsAt: number }>({ max: addressesMax });

  return {
    failed(address) {
      const now = clock.now();
      // Without making it the newest: a window is as old as its first failure.
      let window = windows.peek(address);
      if (window === undefined || window.endsAt <= now || window.endsAt > now + windowMs) {
        window = { failures: 0, endsAt: now + windowMs };
        windows.set(address, window);
      }
      window.failures++;
      return window.failures > perMinute ? Math.ceil((window.endsAt - now) / 1000) : 0;
    },
  };
}
