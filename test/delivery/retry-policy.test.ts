import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  backoffMs,
  parseRetryAfter,
  retryAfterMostMs,
  retryDelayMs,
} from "../../src/delivery/retry-policy.ts";

const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("the delay after a failure", () => {
  test("is below 1 s doubled for each failure, and below 5 min", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), uniform, (failures, random) => {
        const delay = retryDelayMs(failures, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(Math.min(backoffMs.most, 1_000 * 2 ** Math.min(failures - 1, 60)));
        expect(Number.isInteger(delay)).toBe(true);
      }),
    );
  });

  test("spreads over the whole range: full jitter", () => {
    const delays = Array.from({ length: 2_000 }, () => retryDelayMs(20, Math.random));
    const tenths = new Set(delays.map((delay) => Math.floor((delay / backoffMs.most) * 10)));
    expect(tenths.size).toBe(10);
  });

  test("has ceilings of 1, 2, 4 … 256 and then 300 s", () => {
    const ceilings = Array.from(
      { length: 11 },
      (_, n) => (retryDelayMs(n + 1, () => 0.999_999_9) + 1) / 1_000,
    );
    expect(ceilings).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  test("is never shorter than what the answer asked for", () => {
    fc.assert(
      fc.property(fc.nat(50), uniform, fc.nat(retryAfterMostMs), (failures, random, asked) => {
        expect(retryDelayMs(failures, () => random, asked)).toBeGreaterThanOrEqual(asked);
      }),
    );
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 31, 12, 0, 0);

  test.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Sat, 31 Jan 2026 12:00:30 GMT", 30_000],
    ["Saturday, 31-Jan-26 12:00:30 GMT", 30_000],
    ["Sat, 31 Jan 2026 11:00:00 GMT", 0],
    ["86400", retryAfterMostMs],
    ["99999999999999999999999", retryAfterMostMs],
    ["Sat, 31 Jan 2099 12:00:00 GMT", retryAfterMostMs],
  ])("%j is %d ms", (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  test.each(["", "soon", "-5", "1.5", "1e3", "0x10", "tomorrow 3", "Someday, 99 Nov"])(
    "%j says nothing",
    (header) => {
      expect(parseRetryAfter(header, now)).toBeUndefined();
    },
  );

  test("no header says nothing, and no text at all makes a delay out of bounds", () => {
    expect(parseRetryAfter(null, now)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = parseRetryAfter(header, now) ?? 0;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(retryAfterMostMs);
      }),
    );
  });
});
