import { expect, test } from "bun:test";
import fc from "fast-check";
import { fillAdvice } from "../../src/quality/fill-advice.ts";
import { createLiveRules, type LiveSignal } from "../../src/quality/live-rules.ts";
import { type RuleName, ruleNames, rules, rulesWithoutSpread, signalsOf } from "../../src/quality/rules.ts";
import { normals } from "./normals.ts";

interface Bag {
  readonly place: number;
  readonly weight: number;
}

function watched(weights: readonly number[], chosen: readonly RuleName[], sigma: number | null = 1) {
  const live = createLiveRules<Bag>(chosen, { center: 50, sigma }, ({ weight }) => weight);
  const found = new Set<LiveSignal<Bag>>();
  weights.forEach((weight, place) => {
    for (const signal of live.next({ place, weight })) found.add(signal);
  });
  return [...found];
}

/** What a chart of all bags says, where signals that touch are one. */
function charted(weights: readonly number[], chosen: readonly RuleName[]) {
  const points = { values: Float64Array.from(weights), limits: () => ({ center: 50, lower: 47, upper: 53 }) };
  const joined: { rule: RuleName; side: string | null; places: number[] }[] = [];
  for (const { rule, side, points: places } of signalsOf(points, chosen).last) {
    const before = joined.findLast((each) => each.rule === rule);
    const touches = before?.side === side && (places[0] ?? 0) <= (before.places.at(-1) ?? 0) + 1;
    if (touches) before.places.push(...places);
    else joined.push({ rule, side, places: [...places] });
  }
  return joined;
}

const asShown = (signals: ReturnType<typeof watched>) =>
  signals
    .map(({ rule, side, points, first, last }) => [rule, side, points, first.place, last.place])
    .sort((a, b) => String(a).localeCompare(String(b)));

// Coarse steps, so that limits are hit exactly, in pieces that stay, rise, fall or go up and down, so that every rule is met.
const piece = fc
  .record({
    from: fc.integer({ min: -8, max: 8 }),
    step: fc.integer({ min: -2, max: 2 }),
    turns: fc.boolean(),
    length: fc.integer({ min: 1, max: 18 }),
  })
  .map(({ from, step, turns, length }) =>
    Array.from({ length }, (_, index) => 50 + (from + step * (turns ? index % 2 : index)) / 2),
  );
const runs = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.flat());
const steps = fc.array(
  fc.integer({ min: -8, max: 8 }).map((half) => 50 + half / 2),
  { maxLength: 120 },
);

test("bag by bag the same signals are found as in a chart of all bags", () => {
  const met = new Set<RuleName>();
  fc.assert(
    fc.property(fc.oneof(runs, steps), fc.subarray([...ruleNames], { minLength: 1 }), (weights, chosen) => {
      const live = watched(weights, chosen);
      for (const { rule } of live) met.add(rule);
      const expected = charted(weights, chosen).map(({ rule, side, places }) => [
        rule,
        side,
        places.length,
        places[0],
        places.at(-1),
      ]);
      expect(asShown(live)).toEqual(expected.sort((a, b) => String(a).localeCompare(String(b))) as never);
    }),
    { numRuns: 500, seed: 1 },
  );
  expect([...met].sort()).toEqual([...ruleNames].sort());
});

test("a signal goes on as long as the newest bag is one of its bags, and what it shows is bounded", () => {
  const above = Array.from({ length: 40 }, () => 50.5);
  const [signal] = watched(above, ["nelson2"]);
  expect(signal).toMatchObject({ side: "above", points: 40, goesOn: true });
  expect(signal?.shown.map(({ place }) => place)).toEqual(Array.from({ length: 25 }, (_, each) => each + 15));
  expect(watched([...above, 50], ["nelson2"])).toMatchObject([{ points: 40, goesOn: false }]);
  // From one side to the other at once: two signals, of which the second goes on.
  expect(watched([54, 46], ["nelson1"])).toMatchObject([{ goesOn: false }, { goesOn: true }]);
});

test("without a known spread only rules that need none are looked for, with the same result", () => {
  const weights = normals(2_000, 3).map((value) => 50 + value);
  const live = watched(weights, ruleNames, null);
  expect(new Set(live.map(({ rule }) => rule))).toEqual(new Set(rulesWithoutSpread));
  expect(asShown(live)).toEqual(asShown(watched(weights, rulesWithoutSpread)));
  // These alone say the same whatever the spread.
  const scaled = (by: number) => weights.map((weight) => (weight - 50) * by);
  const found = (rule: RuleName, z: readonly number[]) => z.map((_, last) => rules[rule].find(z, last));
  const same = ruleNames.filter((rule) => Bun.deepEquals(found(rule, scaled(1)), found(rule, scaled(3))));
  expect(same).toEqual([...rulesWithoutSpread]);
});

test("advice is the way back to the target, given only where chance does not explain the mean", () => {
  const off = [50.1, 50.2, 50.1, 50.2];
  const advice = fillAdvice(off, 50, null);
  expect(advice).toMatchObject({ bags: 4 });
  expect(advice?.mean).toBeCloseTo(50.15, 10);
  expect(advice?.correction).toBeCloseTo(-0.15, 10);
  // |mean - target| > 2 s/√n: here 2 s/√n is 0.0577.
  expect(fillAdvice(off, 50.1, null)).toBeNull();
  expect(fillAdvice(off, 50.09, null)?.correction).toBeCloseTo(-0.06, 10);
  expect(fillAdvice([49.9, 49.8, 49.9, 49.8], 50, null)?.correction).toBeCloseTo(0.15, 10);
  // All alike and on the target, to the last bit or nearly so.
  expect(fillAdvice([50.1, 50.1, 50.1], 50.1, null)).toBeNull();
});

test("nobody is told to fill less than the law allows", () => {
  const off = [50.1, 50.2, 50.1, 50.2];
  expect(fillAdvice(off, 50, () => 50.05)?.correction).toBeCloseTo(-0.1, 10);
  expect(fillAdvice(off, 50, () => 50.15)).toBeNull();
  expect(fillAdvice(off, 50, () => 50.4)).toBeNull();
  expect(fillAdvice([49.9, 49.8, 49.9, 49.8], 50, () => 50.2)?.correction).toBeCloseTo(0.35, 10);
});

test("advice does not depend on the unit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 4_900, max: 5_100 }), { minLength: 20, maxLength: 20 }),
      (weights) => {
        const pounds = weights.map((each) => each / 100);
        const [a, b] = [fillAdvice(pounds, 50, null), fillAdvice(weights, 5_000, null)];
        // Corrections of a hundredth are none in pounds, and one in hundredths.
        if (a !== null) expect((b?.correction ?? 0) / 100).toBeCloseTo(a.correction, 8);
      },
    ),
  );
});
