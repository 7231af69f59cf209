import type { Clock } from "../../src/runtime/clock.ts";

export interface FakeClock extends Clock {
  /**
   * Lets `ms` pass: every sleeper wakes at its time, in order.
   *
   * @param rest waited for behind each of them, before the clock moves on.
   */
  advance(ms: number, rest?: () => Promise<void>): Promise<void>;
  /** Sleeps that are under way, as milliseconds from now, shortest first. */
  readonly sleeping: readonly number[];
}

/** A clock that stands still until it is told to move. */
export function createFakeClock(start = Date.UTC(2026, 0, 31, 6, 0, 0)): FakeClock {
  interface Sleeper {
    readonly due: number;
    readonly wake: () => void;
  }
  const sleepers = new Set<Sleeper>();
  let now = start;
  const byDue = () => [...sleepers].sort((a, b) => a.due - b.due);
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { due: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async advance(ms, rest = () => Bun.sleep(0)) {
      const end = now + ms;
      for (;;) {
        const [first] = byDue();
        if (first === undefined || first.due > end) break;
        now = Math.max(now, first.due);
        first.wake();
        await rest();
      }
      now = end;
    },
    get sleeping() {
      return byDue().map(({ due }) => due - now);
    },
  };
}
