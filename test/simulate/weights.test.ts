import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createWeights, type WeightSpec, weightAt } from "../../src/simulate/weights.ts";

const fifty: WeightSpec = { seed: 1, target: 50, spread: 2, drift: 0, decimals: 2, rate: 60 };

function sample(spec: WeightSpec, scale: number, count: number, from = 0): number[] {
  const weights = createWeights(spec, scale);
  return Array.from({ length: count }, (_, i) => Number(weights(from + i)));
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

describe("weights", () => {
  // 100,000 bags: the mean of a deviation of 1 lb is known to 0.003 lb, so these bounds are five times that wide.
  test.each([1, 2, 77])("lie around the target with the spread that was asked for (scale %d)", (scale) => {
    const weights = sample(fifty, scale, 100_000);
    expect(mean(weights)).toBeWithin(49.984, 50.016);
    expect(deviation(weights)).toBeWithin(0.988, 1.012);
    const beyondTwoDeviations = weights.filter((weight) => Math.abs(weight - 50) > 2).length / weights.length;
    expect(beyondTwoDeviations).toBeWithin(0.0425, 0.0485);
  });

  test("of one bag, and of two scales, tell nothing of those of another", () => {
    const [one, two] = [sample(fifty, 1, 50_000), sample(fifty, 2, 50_000)];
    const correlation = (a: readonly number[], b: readonly number[]) =>
      Math.abs(mean(a.map((value, i) => (value - 50) * ((b[i] ?? 50) - 50))));
    expect(correlation(one, two)).toBeLessThan(0.025);
    expect(correlation(one.slice(1), one)).toBeLessThan(0.025);
  });

  test("can be asked for one at a time, in any order, and come from the seed alone", () => {
    const weights = createWeights(fifty, 3);
    const forward = Array.from({ length: 50 }, (_, i) => weights(i));
    const backward = Array.from({ length: 50 }, (_, i) => weightAt(fifty, 3, 49 - i)).reverse();
    expect(backward).toEqual(forward);
    expect(Array.from({ length: 50 }, (_, i) => weightAt({ ...fifty, seed: 2 }, 3, i))).not.toEqual(forward);
  });

  test("do not change from one version to the next: recorded runs stay what they were", () => {
    expect([0, 1, 2, 1_000_000].map((index) => weightAt(fifty, 7, index))).toMatchInlineSnapshot(`
      [
        "49.58",
        "50.52",
        "51.52",
        "50.00",
      ]
    `);
  });

  test("have exactly the decimals asked for, and are sane and positive, whatever the settings", () => {
    const spec = fc.record({
      seed: fc.nat(),
      target: fc.double({ min: 0.01, max: 600_000, noNaN: true }),
      spread: fc.double({ min: 0, max: 100, noNaN: true }),
      drift: fc.double({ min: -1000, max: 1000, noNaN: true }),
      decimals: fc.integer({ min: 0, max: 4 }),
      rate: fc.constantFrom(0, 1, 60_000),
    });
    fc.assert(
      fc.property(spec, fc.nat(), fc.nat(), (given, scale, index) => {
        const text = weightAt(given, scale, index);
        expect(text).toMatch(
          given.decimals === 0 ? /^[1-9]\d*$/ : RegExp(`^(0|[1-9]\\d*)\\.\\d{${given.decimals}}$`),
        );
        const step = 10 ** -given.decimals;
        expect(Number(text)).toBeGreaterThan(0);
        expect(Number(text)).toBeWithin(
          given.target * 0.5 - step,
          Math.max(2 * step, given.target * 1.5 + step),
        );
      }),
    );
  });

  test("drift by the planned time of the bag", () => {
    const drifting = { ...fifty, drift: 10, rate: 30 };
    const anHourIn = sample(drifting, 1, 1000, 30 * 60 - 500);
    expect(mean(anHourIn)).toBeWithin(54.8, 55.2);
    const twoHoursDown = sample({ ...drifting, drift: -10 }, 1, 1000, 2 * 30 * 60 - 500);
    expect(mean(twoHoursDown)).toBeWithin(39.8, 40.2);
  });
});
