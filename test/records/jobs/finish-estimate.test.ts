import { expect, test } from "bun:test";
import fc from "fast-check";
import { estimateFinish } from "../../../src/records/jobs/finish-estimate.ts";

const start = Date.UTC(2026, 0, 5, 8);
/** Times from `start` on, after these intervals in seconds. */
function after(...seconds: number[]): number[] {
  let at = start;
  return [start, ...seconds.map((each) => (at += each * 1000))];
}
const every = (seconds: number, count: number) => after(...Array<number>(count).fill(seconds));
const last = (times: readonly number[]) => times.at(-1) ?? 0;

test("at a steady pace the end is as many intervals away as bags are left", () => {
  const times = every(30, 20);
  expect(estimateFinish(times, 10, last(times) + 5_000)).toBe(last(times) + 10 * 30_000);
});

test("a bag that is late moves the end", () => {
  const times = every(30, 20);
  expect(estimateFinish(times, 10, last(times) + 50_000)).toBe(last(times) + 50_000 + 9 * 30_000);
});

test("a lunch break does not count", () => {
  const times = after(30, 30, 30, 30, 30, 30, 45 * 60, 30, 30, 30);
  expect(estimateFinish(times, 2, last(times))).toBe(last(times) + 60_000);
});

test("two scales that print together fill two bags an interval", () => {
  const times = after(...Array<number[]>(10).fill([0, 60]).flat());
  expect(estimateFinish(times, 4, last(times))).toBe(last(times) + 4 * 30_000);
});

test("only the last 20 intervals count: a slow start is forgotten", () => {
  const times = after(...Array<number>(40).fill(600), ...Array<number>(20).fill(20));
  expect(estimateFinish(times, 3, last(times))).toBe(last(times) + 60_000);
});

test.each([
  ["there are too few bags", every(30, 4), 10, 0],
  ["there is no bag", [], 10, 0],
  ["nothing is left", every(30, 20), 0, 0],
  ["no bag came for as long as a break", every(30, 20), 10, 121_000],
  ["all came at one moment", every(0, 20), 10, 0],
] as const)("nobody can say where %s", (_, times, remaining, later) => {
  expect(estimateFinish(times, remaining, last(times) + later)).toBeNull();
});

test("whatever the times: never in the past, never before a bag less would be done, in any order of the bags", () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 7200 }), { maxLength: 40 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 1000 }), fc.nat(600_000), (intervals, remaining, late) => {
      const times = after(...intervals);
      const now = last(times) + late;
      const finish = estimateFinish(times, remaining, now);
      expect(estimateFinish(times.toReversed(), remaining, now)).toBe(finish);
      if (finish === null) return;
      expect(finish).toBeGreaterThanOrEqual(now);
      expect(estimateFinish(times, remaining + 1, now)).toBeGreaterThan(finish);
    }),
  );
});
