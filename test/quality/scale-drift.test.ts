import { expect, test } from "bun:test";
import { bagsADayMin, compareScales, type ScaleDay } from "../../src/quality/scale-drift.ts";
import { normals } from "./normals.ts";

const alpha = 0.01;

interface Month {
  readonly scales: number;
  /** lb that the first scale has moved at the end. */
  readonly ofOne?: number;
  /** lb that the material has moved at the end. */
  readonly ofAll?: number;
  /** lb that the first scale jumps by on day 15. */
  readonly stepOfOne?: number;
}

/** A month of days with 200 bags of σ 0.2 lb a scale; from day to day the material wobbles by 0.05 lb. */
function month({ scales, ofOne = 0, ofAll = 0, stepOfOne = 0 }: Month, seed: number): ScaleDay[] {
  const days = 30;
  const noise = normals(days * (scales + 1), seed);
  return Array.from({ length: days }, (_, day) => {
    const share = day / (days - 1);
    const material = 50 + ofAll * share + 0.05 * (noise[day * (scales + 1)] ?? 0);
    return Array.from({ length: scales }, (__, index) => ({
      scale: index + 1,
      day,
      bags: 200,
      mean:
        material +
        (index === 0 ? ofOne * share + (day >= 15 ? stepOfOne : 0) : 0) +
        (0.2 / Math.sqrt(200)) * (noise[day * (scales + 1) + 1 + index] ?? 0),
      deviation: 0.2,
    }));
  }).flat();
}

test.each([3, 4, 6])("of %i scales one drifts by 0.1 lb: it alone is named", (scales) => {
  for (let seed = 1; seed <= 50; seed++) {
    const found = compareScales(month({ scales, ofOne: 0.1 }, seed), alpha);
    expect([found.verdict, found.named]).toEqual(["scales", [1]]);
  }
});

test("of four scales one jumps by 0.1 lb: it is named, with the day and the size of the step", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const found = compareScales(month({ scales: 4, stepOfOne: 0.1 }, seed), alpha);
    expect(found.named).toContain(1);
    const step = found.scales[0]?.step;
    expect(Math.abs((step?.day ?? 0) - 15)).toBeLessThanOrEqual(1);
    expect(step?.shift).toBeCloseTo(0.1, 1);
    expect(step?.sum).toBeGreaterThan(step?.limit ?? Number.POSITIVE_INFINITY);
  }
});

test("of two scales that move apart none is named that the material may have hidden", () => {
  const found = Array.from({ length: 50 }, (_, seed) =>
    compareScales(month({ scales: 2, ofOne: 0.1 }, seed), alpha),
  );
  expect(found.every(({ verdict }) => verdict === "scales" || verdict === "one_of_two")).toBe(true);
  expect(found.flatMap(({ named }) => named).every((scale) => scale === 1)).toBe(true);
});

test("the material drifts: it is named, and no scale", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const found = compareScales(month({ scales: 4, ofAll: 0.3 }, seed), alpha);
    expect([found.verdict, found.named]).toEqual(["material", []]);
  }
});

test("on noise alone a scale is named, and the material, as rarely as it says", () => {
  const months = 1_000;
  const verdicts = Array.from({ length: months }, (_, seed) =>
    compareScales(month({ scales: 4 }, seed + 1), alpha),
  );
  const share = (verdict: string) => verdicts.filter((found) => found.verdict === verdict).length / months;
  expect(share("scales")).toBeLessThan(0.02);
  expect(share("material")).toBeLessThan(0.02);
  expect(share("nothing")).toBeGreaterThan(0.97);
});

test("a bias is said with its error, and what is too little says nothing", () => {
  const days = [0, 1].flatMap((day) => [
    { scale: 1, day, bags: 100, mean: 50.1, deviation: 0.2 },
    { scale: 2, day, bags: 100, mean: 50, deviation: 0.2 },
    { scale: 3, day, bags: bagsADayMin - 1, mean: 70, deviation: 0.2 },
  ]);
  const found = compareScales(days, alpha);
  expect(found).toMatchObject({ verdict: "nothing", common: null });
  expect(found.scales.map(({ scale }) => scale)).toEqual([1, 2]);
  expect(found.scales[0]?.bias).toBeCloseTo(0.1, 12);
  expect(found.scales[0]?.biasError).toBeCloseTo(Math.sqrt((2 * 0.04) / 100 / 2), 12);
  expect(compareScales([], alpha)).toEqual({
    scales: [],
    verdict: "nothing",
    named: [],
    common: null,
    commonStep: null,
  });
});
