import { type Clock, systemClock } from "./clock.ts";

/**
 * Waits for `work`, but at most `limitMs` milliseconds. The work itself continues; `onLate` has to end it.
 *
 * @param onLate called when the time is over; what it returns or throws is the outcome.
 * @throws what `work` or `onLate` throws.
 */
export async function withTimeLimit<T, Late>(
  work: Promise<T>,
  limitMs: number,
  onLate: () => Late,
  clock: Pick<Clock, "sleep"> = systemClock,
): Promise<T | Awaited<Late>> {
  const isOver = new AbortController();
  const late = Promise.withResolvers<Late>();
  void clock.sleep(limitMs, isOver.signal).then(() => {
    if (isOver.signal.aborted) return;
    try {
      late.resolve(onLate());
    } catch (error) {
      late.reject(error);
    }
  });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    isOver.abort();
  }
}
