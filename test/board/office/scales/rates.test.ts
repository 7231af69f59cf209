import { expect, test } from "bun:test";
import {
  addBags,
  bagsPerHour,
  rateWindowMs,
  rejectedShare,
} from "../../../../src/board/office/scales/rates.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const bag = (scale: number, minutesAgo: number) => ({
  scale,
  weighed_at: new Date(now - minutesAgo * 60_000).toISOString(),
});

test("a rate counts the bags of the last hour, scale by scale", () => {
  const times = addBags(new Map(), [bag(1, 5), bag(1, 50), bag(2, 10), bag(1, 61)], now);
  const since = now - rateWindowMs;
  expect([1, 2, 3].map((scale) => bagsPerHour(times, scale, since, now))).toEqual([2, 1, 0]);
});

test("where less than an hour is known, it is of what is known", () => {
  const times = addBags(new Map(), [bag(1, 5), bag(1, 8)], now);
  expect(bagsPerHour(times, 1, now - 10 * 60_000, now)).toBe(12);
  expect(bagsPerHour(times, 1, now, now)).toBe(0);
});

test("times older than the hour are forgotten, and a very fast scale keeps a bounded number", () => {
  const many = Array.from({ length: 2000 }, (_, index) => bag(1, index / 100));
  const times = addBags(new Map(), many, now);
  expect(times.get(1)).toHaveLength(500);
  expect(bagsPerHour(times, 1, now - rateWindowMs, now)).toBeCloseTo(6000, -2);
  expect(addBags(times, [], now + rateWindowMs).get(1)).toHaveLength(500);
  expect(addBags(times, [bag(1, -60)], now + rateWindowMs).get(1)).toHaveLength(1);
});

test("the share of rejected frames is of all frames", () => {
  expect(rejectedShare({ readings: 3, rejected: 1 })).toBe(0.25);
  expect(rejectedShare({ readings: 0, rejected: 0 })).toBeNull();
});
