import { LRUCache } from "lru-cache";
import type { Clock } from "../../runtime/clock.ts";
import { Problem } from "../answer/problem.ts";

export interface AttemptLimit {
  /** Counts a failed attempt; says how many seconds to wait, 0 while the limit is not passed. */
  failed(who: string): number;
  /** Takes back an attempt that was counted before it was known to be right. */
  succeeded(who: string): void;
  /** How many seconds to wait before another attempt; 0: none. */
  wait(who: string): number;
  /** Forgets the attempts of one. */
  forget(who: string): void;
}

const minuteMs = 60_000;

/**
 * Counts failed attempts of each (an address, say), in windows of time from the first one.
 *
 * @param options.max attempts in a window.
 * @param options.windowMs a minute, unless told.
 * @param options.knownMax bounds the memory: beyond it the one that failed first is forgotten.
 */
export function createAttemptLimit(options: {
  max: number;
  windowMs?: number;
  knownMax: number;
  clock: Pick<Clock, "now">;
}): AttemptLimit {
  const { max, windowMs = minuteMs, knownMax, clock } = options;
  const windows = new LRUCache<string, { failures: number; endsAt: number }>({ max: knownMax });

  function windowOf(who: string, now: number) {
    // Without making it the newest: a window is as old as its first failure.
    const window = windows.peek(who);
    return window === undefined || window.endsAt <= now || window.endsAt > now + windowMs ? null : window;
  }

  return {
    failed(who) {
      const now = clock.now();
      let window = windowOf(who, now);
      if (window === null) {
        window = { failures: 0, endsAt: now + windowMs };
        windows.set(who, window);
      }
      window.failures++;
      return window.failures > max ? Math.ceil((window.endsAt - now) / 1000) : 0;
    },
    succeeded(who) {
      const window = windowOf(who, clock.now());
      if (window !== null) window.failures--;
    },
    wait(who) {
      const now = clock.now();
      const window = windowOf(who, now);
      return window === null || window.failures < max ? 0 : Math.ceil((window.endsAt - now) / 1000);
    },
    forget: (who) => void windows.delete(who),
  };
}

/** The answer to whoever has to wait, in whole seconds. */
export function tooManyAttempts(
  what: "tokens" | "codes" | "PINs",
  waitSeconds: number,
  code: "too_many_attempts" | "pin_locked" = "too_many_attempts",
): Problem {
  return new Problem(429, code, `too many wrong ${what}; wait ${waitSeconds} s`, {
    headers: { "retry-after": String(waitSeconds) },
  });
}
