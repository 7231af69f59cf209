import { expect, test } from "bun:test";
import fc from "fast-check";
import { capabilityOf } from "../../src/quality/capability.ts";
import { individualsChart, meanDeviationChart, meanRangeChart } from "../../src/quality/charts.ts";
import { c4, d2, d3, rangeSizes } from "../../src/quality/constants.ts";
import { cusumChart } from "../../src/quality/cusum.ts";
import {
  chiSquareQuantile,
  normalQuantile,
  normalShare,
  studentQuantile,
} from "../../src/quality/distributions.ts";
import { ewmaChart } from "../../src/quality/ewma.ts";
import { histogramOf } from "../../src/quality/histogram.ts";
import { deviationOf, meanOf } from "../../src/quality/moments.ts";
import { andersonDarling } from "../../src/quality/normality.ts";
import { beyondLimits, defaultRules, ruleNames, rules, signalsOf } from "../../src/quality/rules.ts";
import { spreadByMovingRange, spreadByRange } from "../../src/quality/spread.ts";
import { tallyOf } from "../../src/quality/tally.ts";
import { normals } from "./normals.ts";
import { cusumExample, ewmaExample, flowRates, pistonRings, printedConstants } from "./published.ts";

const rings = pistonRings.map((group) => group.map(Number));
const groupsOf = (groups: readonly (readonly number[])[]) => ({
  values: Float64Array.from(groups.flat()),
  starts: Uint32Array.from([0, ...groups.map((_, index) => groups.slice(0, index + 1).flat().length)]),
});
const singles = (values: readonly number[]) => groupsOf(values.map((value) => [value]));

test("the constants are those that tables print, and for two and three those of the closed forms", () => {
  for (const [n, two, three, four] of printedConstants) {
    expect(d2(n)).toBeCloseTo(two, 3);
    expect(Math.abs(d2(n) - two)).toBeLessThan(0.00051);
    // Some printed ones were rounded from rounded ones.
    expect(Math.abs(d3(n) - three)).toBeLessThan(0.00055);
    expect(Math.abs(c4(n) - four)).toBeLessThan(0.000_051);
  }
  expect(printedConstants.map(([n]) => n)).toEqual(
    Array.from({ length: rangeSizes.max - rangeSizes.min + 1 }, (_, index) => rangeSizes.min + index),
  );
  expect(d2(2)).toBeCloseTo(2 / Math.sqrt(Math.PI), 7);
  expect(d3(2)).toBeCloseTo(Math.sqrt(2 - 4 / Math.PI), 7);
  expect(d2(3)).toBeCloseTo(3 / Math.sqrt(Math.PI), 7);
  expect(() => d2(1)).toThrow("from 2 to 25 values");
  expect(() => d3(26)).toThrow("from 2 to 25 values");
});

test("quantiles are those of printed tables", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959_963_985, 9);
  expect(normalShare(-6)).toBeCloseTo(9.865_876e-10, 15);
  expect(chiSquareQuantile(0.025, 10)).toBeCloseTo(3.246_973, 6);
  expect(chiSquareQuantile(0.975, 10)).toBeCloseTo(20.483_177, 6);
  expect(studentQuantile(0.975, 11)).toBeCloseTo(2.200_985, 6);
});

test("Montgomery's piston rings give the published X̄–R chart", () => {
  const chart = meanRangeChart(groupsOf(rings));
  expect(chart.center).toBeCloseTo(74.001_176, 6);
  expect(chart.spread.mean).toBeCloseTo(0.022_76, 5);
  const first = chart.location.limits(0);
  expect(first.lower).toBeCloseTo(73.988_05, 5);
  expect(first.upper).toBeCloseTo(74.0143, 5);
  expect(chart.dispersion.limits(0).upper).toBeCloseTo(0.048_13, 5);
  expect(chart.dispersion.limits(0).lower).toBe(0);
  expect(signalsOf(chart.location, ["we1", "we2", "we3", "we4", "nelson2"]).total).toBe(0);
  expect(beyondLimits(chart.dispersion).total).toBe(0);
});

test("Montgomery's piston rings give the published X̄–s chart and capability", () => {
  expect(meanDeviationChart(groupsOf(rings)).spread.mean).toBeCloseTo(0.009_24, 6);
  const found = capabilityOf(
    tallyOf(rings.flat()),
    spreadByRange(groupsOf(rings)),
    { lower: 73.95, upper: 74.05, target: 74 },
    0.95,
  );
  expect(found.cp?.value).toBeCloseTo(1.7032, 4);
  expect(found.cpk?.value).toBeCloseTo(1.6632, 4);
  expect(found.pp?.value).toBeCloseTo(1.6551, 4);
  expect(found.ppk?.value).toBeCloseTo(1.6162, 4);
  for (const index of [found.cp, found.cpk, found.pp, found.ppk, found.cpm]) {
    expect(index?.low).toBeLessThan(index?.value ?? 0);
    expect(index?.high).toBeGreaterThan(index?.value ?? 0);
  }
  expect(found.normality?.p).toBeGreaterThan(0.05);
});

test("NIST's flow rates give the published I–MR chart", () => {
  const chart = individualsChart(Float64Array.from(flowRates));
  expect(chart.center).toBeCloseTo(50.81, 10);
  expect(chart.spread.mean).toBeCloseTo(1.8778, 4);
  expect(chart.location.limits(0).upper).toBeCloseTo(55.8041, 4);
  expect(chart.location.limits(0).lower).toBeCloseTo(45.8159, 4);
  expect(chart.dispersion.values).toHaveLength(9);
});

test("NIST's EWMA example gives the published averages and limits", () => {
  const settings = { lambda: 0.3, width: 3, limits: "asymptotic" } as const;
  const groups = singles(ewmaExample.values);
  const points = ewmaChart(groups, { center: 50, sigma: 2.0539 }, settings);
  expect(Array.from(points.values, (value) => value.toFixed(2))).toEqual(
    ewmaExample.averages.map((value) => value.toFixed(2)),
  );
  expect(points.limits(0).upper).toBeCloseTo(52.5884, 3);
  expect(points.limits(0).lower).toBeCloseTo(47.4115, 3);
  // After one point the average has λ of its spread alone.
  const exact = ewmaChart(groups, { center: 50, sigma: 2.0539 }, { ...settings, limits: "exact" });
  expect(exact.limits(0).upper).toBeCloseTo(50 + 3 * 0.3 * 2.0539, 10);
  expect(exact.limits(9).upper).toBeLessThan(points.limits(9).upper);
});

test("Montgomery's CUSUM example signals at point 29, seven points after the shift", () => {
  const sums = cusumChart(singles(cusumExample), { center: 10, sigma: 1 }, { k: 0.5, h: 5 });
  expect(sums.above.findIndex((above) => above > sums.limit)).toBe(28);
  expect(sums.above[28]).toBeCloseTo(5.28, 10);
  expect(sums.risingFor[28]).toBe(7);
  expect(sums.below.some((below) => below > sums.limit)).toBe(false);
});

const limits = { center: 0, lower: -3, upper: 3 };
const at = (z: readonly number[]) => ({ values: Float64Array.from(z), limits: () => limits });
const found = (rule: (typeof ruleNames)[number], z: readonly number[]) => signalsOf(at(z), [rule]).last;

test("each rule names its points, and does not speak a point too early", () => {
  expect(found("we1", [0, 3, 3.01])).toEqual([{ rule: "we1", side: "above", points: [2] }]);
  expect(found("we2", [2.1, 0, -2.1])).toEqual([]);
  expect(found("we2", [2.1, 0, 2.1])).toEqual([{ rule: "we2", side: "above", points: [0, 2] }]);
  expect(found("we3", [-1.1, -1.1, 0, -1.1, -1.1])).toEqual([
    { rule: "we3", side: "below", points: [0, 1, 3, 4] },
  ]);
  const side = (count: number) => Array.from({ length: count }, () => 0.5);
  expect(found("we4", side(7))).toEqual([]);
  expect(found("we4", side(8))[0]?.points).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(found("we4", [...side(7), 0, ...side(7)])).toEqual([]);
  expect(found("nelson2", side(8))).toEqual([]);
  // One that goes on is one signal.
  expect(found("nelson2", side(12))).toEqual([
    { rule: "nelson2", side: "above", points: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
  ]);
  expect(found("nelson3", [5, 4, 3, 2, 1])).toEqual([]);
  expect(found("nelson3", [5, 4, 3, 2, 1, 0])[0]).toMatchObject({
    side: "below",
    points: [0, 1, 2, 3, 4, 5],
  });
  const turning = Array.from({ length: 14 }, (_, index) => index % 2);
  expect(found("nelson4", turning.slice(1))).toEqual([]);
  expect(found("nelson4", turning)[0]?.points).toHaveLength(14);
  expect(
    found(
      "nelson7",
      Array.from({ length: 14 }, () => 0.2),
    ),
  ).toEqual([]);
  expect(
    found(
      "nelson7",
      Array.from({ length: 15 }, () => 0.2),
    )[0]?.points,
  ).toHaveLength(15);
  const far = Array.from({ length: 8 }, (_, index) => (index % 3 === 0 ? 1.5 : -1.5));
  expect(found("nelson8", far.slice(1))).toEqual([]);
  expect(found("nelson8", far)[0]).toMatchObject({ side: null });
});

test("of many signals the last are made, and all are counted", () => {
  const points = at(normals(20_000, 6).map((z) => z + 1));
  for (const rule of ruleNames) {
    const all = signalsOf(points, [rule]);
    const some = signalsOf(points, [rule], 7);
    expect(all.last).toHaveLength(all.total);
    expect(some).toEqual({ total: all.total, last: all.last.slice(-7) });
  }
  const out = beyondLimits(points);
  expect(beyondLimits(points, 7)).toEqual({ total: out.total, last: out.last.slice(-7) });
  expect(out.total).toBeGreaterThan(100);
});

test("in control, a rule cries wolf as often as it says", () => {
  const count = 200_000;
  const points = at(normals(count, 1));
  for (const rule of ruleNames) {
    const alarms = signalsOf(points, [rule]).total;
    const expected = rules[rule].falseAlarms * count;
    // Some of them come in clusters, so more than √n apart.
    expect(Math.abs(alarms - expected)).toBeLessThan(30 + 0.2 * expected);
  }
  // The defaults together: one in 200 points.
  const defaults = signalsOf(points, defaultRules).total / count;
  expect(defaults).toBeGreaterThan(0.004);
  expect(defaults).toBeLessThan(0.0055);
});

test("a spread within is as uncertain as its degrees of freedom say", () => {
  const values = normals(50_000, 2);
  const estimates = Array.from({ length: 1000 }, (_, index) =>
    spreadByMovingRange(values.slice(index * 50, index * 50 + 50)),
  );
  const sigmas = estimates.map(({ sigma }) => sigma);
  const mean = meanOf(sigmas);
  const variance = meanOf(sigmas.map((sigma) => (sigma - mean) ** 2));
  expect(mean).toBeCloseTo(1, 1);
  expect(1 / (2 * variance)).toBeGreaterThan((estimates[0]?.df ?? 0) * 0.85);
  expect(1 / (2 * variance)).toBeLessThan((estimates[0]?.df ?? 0) * 1.15);
});

test("of normal values one in twenty is called hardly normal, of even ones nearly all", () => {
  const p = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const mean = meanOf(sorted);
    const deviation = Math.sqrt(
      sorted.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (sorted.length - 1),
    );
    return andersonDarling(tallyOf(sorted), mean, deviation)?.p ?? 1;
  };
  const values = normals(50_000, 3);
  const samples = Array.from({ length: 1000 }, (_, index) => values.slice(index * 50, index * 50 + 50));
  const rare = samples.filter((sample) => p(sample) < 0.05).length;
  expect(rare).toBeGreaterThan(30);
  expect(rare).toBeLessThan(70);
  expect(p(Array.from({ length: 200 }, (_, index) => index))).toBeLessThan(0.01);
  expect(p([...Array.from({ length: 999 }, () => 0), 1])).toBeLessThan(1e-20);
  expect(p([1, 1, 1, 1, 1, 1, 1, 1])).toBe(1);
});

test("the bars hold every value once, and the curve as many", () => {
  const sorted = normals(1000, 4)
    .map((z) => Math.round((50 + 0.1 * z) * 50) / 50)
    .sort((a, b) => a - b);
  const bars = histogramOf(tallyOf(sorted), { center: 50, sigma: 0.1 }, 0.02);
  expect(bars.reduce((all, { count }) => all + count, 0)).toBe(1000);
  expect(bars.reduce((all, { expected }) => all + expected, 0)).toBeCloseTo(1000, -1);
  expect(histogramOf(tallyOf([5, 5]), { center: 5, sigma: 0 }, 0.01)).toMatchObject([
    { count: 2, expected: 0 },
  ]);
});

test("values are counted alike, whole or not, near each other or far apart", () => {
  const whole = fc.array(fc.integer({ min: 100, max: 140 }));
  const far = fc.array(fc.integer({ min: 1, max: 2 ** 40 }));
  const fractions = fc.array(fc.double({ min: 0, max: 3, noNaN: true }));
  fc.assert(
    fc.property(fc.oneof(whole, far, fractions), (values) => {
      const { values: each, counts, n } = tallyOf(values);
      const writtenDown = [...each].flatMap((value, index) =>
        Array.from({ length: counts[index] ?? 0 }, () => value),
      );
      expect(writtenDown).toEqual(values.toSorted((a, b) => a - b).map((value) => value + 0));
      expect([...new Set(each)]).toEqual([...each]);
      expect(n).toBe(values.length);
    }),
  );
});

test("Anderson and Darling's figure of counted values is that of the values one by one", () => {
  const values = normals(400, 5).map((z) => Math.round(50 + 3 * z));
  const mean = meanOf(values);
  const deviation = deviationOf(values);
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const below = (index: number) => normalShare(((sorted[index] ?? 0) - mean) / deviation);
  const above = (index: number) => normalShare((mean - (sorted[index] ?? 0)) / deviation);
  let sum = 0;
  for (let index = 0; index < n; index++) {
    sum += (2 * index + 1) * (Math.log(below(index)) + Math.log(above(n - 1 - index)));
  }
  expect(andersonDarling(tallyOf(values), mean, deviation)?.a2).toBeCloseTo(-n - sum / n, 9);
});

const someGroups = fc.array(fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 5, maxLength: 5 }), {
  minLength: 3,
  maxLength: 30,
});

test("a chart does not depend on the unit, and a constant added moves means and no spread", () => {
  fc.assert(
    fc.property(someGroups, fc.double({ min: 0.01, max: 500, noNaN: true }), (groups, factor) => {
      fc.pre(groups.some((values) => new Set(values).size > 1));
      for (const chart of [meanRangeChart, meanDeviationChart]) {
        const plain = chart(groupsOf(groups));
        const scaled = chart(groupsOf(groups.map((values) => values.map((value) => value * factor))));
        const moved = chart(groupsOf(groups.map((values) => values.map((value) => value + 1000))));
        expect(scaled.sigma / factor).toBeCloseTo(plain.sigma, 6);
        expect(scaled.center / factor).toBeCloseTo(plain.center, 6);
        expect(moved.center - 1000).toBeCloseTo(plain.center, 6);
        expect(moved.sigma).toBeCloseTo(plain.sigma, 6);
        expect(moved.dispersion.limits(0).upper).toBeCloseTo(plain.dispersion.limits(0).upper, 6);
      }
    }),
  );
});

test("frozen limits stay those of the time before", () => {
  const before = meanRangeChart(groupsOf(rings));
  const moved = rings.map((values) => values.map((value) => value + 0.02));
  const chart = meanRangeChart(groupsOf(moved), { center: before.center, sigma: before.sigma });
  expect(chart.location.limits(0).upper).toBe(before.location.limits(0).upper);
  expect(signalsOf(chart.location, ["nelson1"]).total).toBeGreaterThan(10);
});
