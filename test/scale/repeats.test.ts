import { expect, test } from "bun:test";
import { createRepeats, createRepeatWindow } from "../../src/scale/repeats.ts";
import { createWeights } from "../../src/simulate/weights.ts";

const limit = 5;
/** Also at a start, nothing came before. */
const start = 1_000_000;

/** Prints of scale 1, `everyMs` apart. @returns how many of them count. */
function counted(
  says: readonly string[],
  everyMs: number,
  repeats = createRepeats(limit),
  from = start,
): number {
  return says.filter((weight, nth) => !repeats.printed(1, weight, from + nth * everyMs)).length;
}

const cycle = (values: readonly string[], length: number) =>
  Array.from({ length }, (_, nth) => values[nth % values.length] ?? "");

test.each([
  ["one weight ten times a second", ["50.00"], 300, 100, 5],
  ["one weight twice a second", ["50.00"], 60, 500, 5],
  ["one weight once a second", ["50.00"], 30, 1_000, 5],
  ["one weight as fast as the line takes it", ["50.00"], 3_000, 0, 5],
  ["a weight that moves in its last digit", ["50.00", "50.02", "50.00"], 300, 100, 10],
  ["a weight that moves among five values", ["50.00", "50.02", "49.98", "50.04", "49.96"], 300, 100, 25],
  ["two indicators with one id, each standing still", ["50.00", "20.00"], 300, 50, 10],
])("%s repeats: the first ones count, no more", (_, values, prints, everyMs, expected) => {
  expect(counted(cycle(values, prints), everyMs)).toBe(expected);
});

test.each([
  ["equal bags every ten seconds", cycle(["45.20"], 100), 10_000],
  ["equal bags every two seconds", cycle(["45.20"], 100), 2_000],
  ["one load printed three times by an impatient hand", cycle(["45.20"], 3), 400],
  ["a burst of twenty bags", Array.from({ length: 20 }, (_, nth) => (49.5 + nth * 0.06).toFixed(2)), 1],
  ["a burst with equal neighbours", cycle(["45.2", "45.2", "45.3", "45.2", "45.1", "45.4", "45.0"], 20), 1],
])("%s are bags", (_, says, everyMs) => {
  expect(counted(says, everyMs)).toBe(says.length);
});

test.each([2, 1])("a flood of simulated bags with %d decimals is a flood of bags", (decimals) => {
  const spec = { seed: 7, target: 50, spread: 2, drift: 0, decimals, rate: 0 };
  const weightOf = createWeights(spec, 1);
  const says = Array.from({ length: 200_000 }, (_, nth) => weightOf(nth));
  expect(counted(says, 0.05)).toBe(says.length);
});

test("in a burst a long row of one weight is in doubt, and what follows is not", () => {
  const row = cycle(["45.20"], 12);
  const others = ["44.10", "46.30", "45.90", "44.70", "45.50", "46.10"];
  const repeats = createRepeats(limit);
  expect(counted(row, 1, repeats)).toBe(5);
  expect(counted(others, 1, repeats, start + 12)).toBe(others.length);
});

test("a stream stays one while the platform is unloaded and filled, and ends with a pause", () => {
  const repeats = createRepeats(limit);
  counted(cycle(["50.00"], 50), 100, repeats);
  let at = start + 5_000;
  for (let nth = 0; nth < 30; nth++, at += 100) repeats.rejected(1, "1,0.00 lb", at);
  const ramp = Array.from({ length: 40 }, (_, nth) => (nth * 1.25 + 1).toFixed(2));
  expect(counted(ramp, 100, repeats, at)).toBe(0);
  at += 40 * 100;
  expect(repeats.isRepeating(1, at)).toBe(true);
  expect(counted(["48.10"], 100, repeats, at + 1_600)).toBe(1);
});

test("rejected prints that repeat are seen, and put no bag in doubt", () => {
  const repeats = createRepeats(limit);
  for (let nth = 0; nth < 100; nth++) repeats.rejected(1, "1,0.00 lb", start + nth * 100);
  const now = start + 100 * 100;
  expect(repeats.isRepeating(1, now)).toBe(true);
  expect(repeats.printed(1, "45.20 lb", now)).toBe(false);
  expect(repeats.isRepeating(1, now + 6_000)).toBe(false);
});

test("each scale has its own pace; a limit of 0 puts nothing in doubt", () => {
  const repeats = createRepeats(limit);
  counted(cycle(["50.00"], 50), 100, repeats);
  expect(repeats.printed(2, "50.00", start + 5_000)).toBe(false);
  expect(repeats.isRepeating(2, start + 5_000)).toBe(false);
  expect(counted(cycle(["50.00"], 300), 100, createRepeats(0))).toBe(300);
});

test("a clock that is set back ends the run", () => {
  const repeats = createRepeats(limit);
  counted(cycle(["50.00"], 50), 100, repeats);
  expect(repeats.printed(1, "50.00", start - 3_600_000)).toBe(false);
});

test("the same weight of the same indicator within the window is suspected to be a repeat, and no other print", () => {
  const window = createRepeatWindow(2_000);
  const reading = { printedScale: 1, weight: "50.00", unit: "lb" } as const;
  expect(window.printed(1, reading, start)).toBe(false);
  expect(window.printed(1, reading, start + 2_000)).toBe(true);
  expect(window.printed(1, reading, start + 4_001)).toBe(false);
  expect(window.printed(1, { ...reading, weight: "50.01" }, start + 4_100)).toBe(false);
  expect(window.printed(1, reading, start + 4_200)).toBe(false);
  expect(window.printed(1, { ...reading, unit: "kg" }, start + 4_300)).toBe(false);
  expect(window.printed(1, { ...reading, unit: "kg", printedScale: 3 }, start + 4_400)).toBe(false);
  expect(window.printed(2, { ...reading, unit: "kg", printedScale: 3 }, start + 4_500)).toBe(false);
});

test("scales that are made up do not fill the memory of the window, and the newest is still compared", () => {
  const window = createRepeatWindow(2_000);
  for (let scale = 1; scale <= 30_000; scale++) {
    window.printed(scale, { printedScale: scale, weight: "50.00", unit: "lb" }, start + scale);
  }
  const last = { printedScale: 30_000, weight: "50.00", unit: "lb" } as const;
  expect(window.printed(30_000, last, start + 30_001)).toBe(true);
});
