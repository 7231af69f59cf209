/** The longest pause between two attempts, and the bound of the first one. */
export const backoffMs = { base: 1_000, most: 300_000 } as const;

/** An answer may ask for a longer pause than the backoff's longest, but not for days of silence. */
export const retryAfterMostMs = 3_600_000;

/** A bag that was parked for want of a job upstream (404, 409) is tried again this long after its last try. */
export const parkedRetryMs = 300_000;

/**
 * How long to wait after the nth failure in a row: full jitter, uniform below a ceiling that doubles from
 * 1 s to 5 min. Real delays of one long outage, in seconds: 0.5, 1.6, 2.4, 7.2, 12.7,
 * 20.8, 12.3, 17.2, 136, 109, 223, 202.
 *
 * Full jitter was taken before equal or decorrelated jitter because it spreads the return of many appliances
 * best (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
 *
 * @param failures in a row, from 1.
 * @param random uniform in [0, 1).
 * @param retryAfterMs what the answer asked for, as `parseRetryAfter` bounded it: a minimum.
 * @returns milliseconds.
 */
export function retryDelayMs(failures: number, random: () => number, retryAfterMs = 0): number {
  // 2^30 s is far above the longest pause and far below overflow.
  const doublings = Math.min(30, Math.max(0, failures - 1));
  const ceiling = Math.min(backoffMs.most, backoffMs.base * 2 ** doublings);
  return Math.max(Math.floor(random() * ceiling), retryAfterMs);
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or an HTTP date.
 *
 * @param now milliseconds since the epoch, for a date.
 * @returns milliseconds from 0 to an hour; undefined where there is none or it makes no sense.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : httpDate(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(retryAfterMostMs, Math.max(0, ms));
}

/** Milliseconds since the epoch; NaN for everything that `Date` would take and HTTP would not. */
function httpDate(text: string): number {
  return /^\w+, \d{2}[ -]\w{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
