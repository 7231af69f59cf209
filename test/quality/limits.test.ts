import { expect, test } from "bun:test";
import { Big } from "big.js";
import fc from "fast-check";
import { averageLimits, lowestLawfulMean, smallestNominalGrams } from "../../src/quality/average-system.ts";
import { gramsOf, inUnit } from "../../src/quality/grams.ts";
import { drawSample, referenceTest, smallestBatch, testPlan } from "../../src/quality/reference-test.ts";
import { sampleError } from "../../src/quality/sample-error.ts";
import {
  judgeCheck,
  judgeRepeatability,
  repeatabilityWeighings,
  toleranceTables,
} from "../../src/quality/scale-tolerance.ts";

const grams = (values: readonly string[]) => values.map((value) => gramsOf(value, "lb"));
const fifty = averageLimits(gramsOf("50", "lb"));

test.each([
  ["5", "0.5"],
  ["50", "4.5"],
  ["51", "4.5"],
  ["100", "4.5"],
  ["101", "4.6"],
  ["200", "9"],
  ["300", "9"],
  ["301", "9.1"],
  ["500", "15"],
  ["1000", "15"],
  ["1001", "15.1"],
  ["10000", "150"],
  ["15000", "150"],
  ["15001", "150.1"],
  ["25000", "250"],
])("of %s g the tolerable negative error is %s g", (nominal, tne) => {
  expect(averageLimits(new Big(nominal)).tne.toFixed()).toBe(tne);
});

test("below 5 g there is none", () => {
  expect(() => averageLimits(new Big(smallestNominalGrams).minus("0.1"))).toThrow("below 5 g");
});

test("at 50 lb 49.50 is not below T1 and 49.49 is, 49.00 is not below T2 and 48.99 is", () => {
  const below = (weight: string, limit: Big) => gramsOf(weight, "lb").lt(limit);
  expect(fifty.tne.toFixed()).toBe("226.8");
  expect([below("49.50", fifty.t1), below("49.49", fifty.t1)]).toEqual([false, true]);
  expect([below("49.00", fifty.t2), below("48.99", fifty.t2)]).toEqual([false, true]);
  expect(inUnit(fifty.t1, "lb")).toBe("49.5");
});

test("of a sample of 50, three below T1 are accepted and four are not", () => {
  const plan = testPlan(500);
  const sample = (light: number) =>
    grams(Array.from({ length: 50 }, (_, index) => (index < light ? "49.49" : "50.10")));
  expect(referenceTest(sample(3), fifty, plan)).toMatchObject({
    defective: 3,
    contents: "pass",
    verdict: "pass",
  });
  expect(referenceTest(sample(4), fifty, plan)).toMatchObject({
    defective: 4,
    contents: "fail",
    verdict: "fail",
  });
});

test("plans are those of the directive by the batch, and a small batch is looked at whole", () => {
  expect([100, 500, 501, 3_200, 3_201].map((batch) => testPlan(batch).sample)).toEqual([50, 50, 80, 80, 125]);
  expect([500, 3_200, 3_201].map((batch) => testPlan(batch).accept)).toEqual([3, 5, 7]);
  expect([500, 501].map((batch) => testPlan(batch).meanSample)).toEqual([30, 50]);
  expect(testPlan(smallestBatch - 1)).toEqual({ sample: 99, accept: 4, meanSample: 99, factor: "0" });
});

test("the mean may be short by 0.503 s at 30, to the last digit", () => {
  const nominal = averageLimits(new Big(1000));
  const plan = testPlan(200);
  // 15 of each side of the mean, d away: s² = 30 d² / 29.
  const sample = (mean: string) =>
    Array.from({ length: 50 }, (_, index) => new Big(mean).plus(index % 2 === 0 ? 1 : -1));
  const allowed = 0.503 * Math.sqrt(30 / 29);
  const [just, not] = [Math.floor(allowed * 1e9) / 1e9, Math.ceil(allowed * 1e9) / 1e9];
  expect(referenceTest(sample(new Big(1000).minus(just).toFixed()), nominal, plan).average).toBe("pass");
  expect(referenceTest(sample(new Big(1000).minus(not).toFixed()), nominal, plan).average).toBe("fail");
});

test("a sample is drawn without repeats, and again the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer(), (batch, seed) => {
      const drawn = drawSample(batch, 80, seed);
      expect(new Set(drawn).size).toBe(Math.min(80, batch));
      expect(drawn.every((index) => index >= 0 && index < batch)).toBe(true);
      expect(drawSample(batch, 80, seed)).toEqual(drawn);
    }),
  );
});

test("the lowest lawful mean is the highest of what the three rules want", () => {
  const label = averageLimits(new Big(10_000));
  expect(lowestLawfulMean(label, 10)).toBe(10_000);
  expect(lowestLawfulMean(label, 78)).toBeCloseTo(9_850 + 1.96 * 78, 9);
  expect(lowestLawfulMean(label, 200)).toBeCloseTo(9_700 + 744, 9);
});

test("the sample correction factors are those of printed t tables", () => {
  const printed = [
    [2, 12.706],
    [3, 4.303],
    [5, 2.776],
    [12, 2.201],
    [24, 2.069],
    [48, 2.012],
  ] as const;
  for (const [n, t] of printed) {
    const { factor } = sampleError({ n, mean: 1, deviation: 1 }, 1);
    expect(Math.abs(factor * Math.sqrt(n) - t)).toBeLessThan(0.000_51);
  }
  expect(sampleError({ n: 12, mean: 49.94, deviation: 0.1 }, 50).passes).toBe(true);
  expect(sampleError({ n: 12, mean: 49.93, deviation: 0.1 }, 50).passes).toBe(false);
});

test("a check weight of 50 lb at a division of 0.02 lb passes at ±0.06 and fails at ±0.08", () => {
  const judge = (shown: string, table: keyof typeof toleranceTables) =>
    judgeCheck({ weight: "50", shown, division: "0.02" }, toleranceTables[table])?.passes;
  for (const table of ["hb44-iii", "eu-iii"] as const) {
    expect([judge("50.06", table), judge("49.94", table)]).toEqual([true, true]);
    expect([judge("50.08", table), judge("49.92", table)]).toEqual([false, false]);
  }
});

test.each([
  ["hb44-iii", "500", "1"],
  ["hb44-iii", "501", "2"],
  ["hb44-iii", "2000", "2"],
  ["hb44-iii", "2001", "3"],
  ["hb44-iii", "4000", "3"],
  ["hb44-iii", "4001", "5"],
  ["eu-iii", "500", "1"],
  ["eu-iii", "2000", "2"],
  ["eu-iii", "2001", "3"],
  ["eu-iii", "10000", "3"],
  ["eu-iii", "10001", null],
] as const)("%s: a load of %s divisions may be off by %s", (table, load, allowed) => {
  const found = judgeCheck({ weight: load, shown: load, division: "1" }, toleranceTables[table]);
  expect(found?.tolerance.toFixed() ?? null).toBe(allowed);
});

test("repeatability: 2 s may be 0.10 % of the smallest load, and no more", () => {
  // Five of each side, d away: s² = 10 d² / 9.
  const weighings = (d: string) =>
    Array.from({ length: repeatabilityWeighings }, (_, index) =>
      new Big(50).plus(index % 2 ? d : `-${d}`).toFixed(),
    );
  // 2 s = 0.045 at a load of 45: d = 0.0225 × √0.9 = 0.021345…
  expect(judgeRepeatability(weighings("0.0213"), "45").passes).toBe(true);
  expect(judgeRepeatability(weighings("0.0214"), "45").passes).toBe(false);
  expect(judgeRepeatability(weighings("0"), "45")).toMatchObject({
    n: 10,
    mean: 50,
    deviation: 0,
    passes: true,
  });
});
