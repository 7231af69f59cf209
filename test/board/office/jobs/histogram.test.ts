import { expect, test } from "bun:test";
import { roundValues } from "../../../../src/board/office/axis.ts";
import { layOut } from "../../../../src/board/office/jobs/histogram.ts";

const job = { target_weight: "50.00", tolerance_percent: "10.00" };
const bin = (from: string, to: string, bags: number) => ({ from, to, bags });

test("target and both limits are in the picture, however narrow the bags lie", () => {
  const { lower, target, upper } = layOut([bin("49.9", "50.0", 3)], job);
  expect([lower.value, target.value, upper.value]).toEqual([45, 50, 55]);
  expect(lower.at).toBeGreaterThan(0);
  expect(upper.at).toBeLessThan(1);
  expect(target.at).toBeCloseTo(0.5);
});

test("bars are as tall as their bags, and stand side by side", () => {
  const { bars, most } = layOut([bin("48", "49", 2), bin("49", "50", 8), bin("50", "51", 4)], job);
  expect(most).toBe(8);
  expect(bars.map(({ height }) => height)).toEqual([0.25, 1, 0.5]);
  const [first, second] = bars;
  expect((first?.left ?? 0) + (first?.width ?? 0)).toBeCloseTo(second?.left ?? 0);
});

test("a bar is under or over only where all of it is outside the limit", () => {
  const bins = [bin("44", "45", 1), bin("44.5", "45.5", 1), bin("54", "55", 1), bin("55", "56", 1)];
  expect(layOut(bins, job).bars.map(({ side }) => side)).toEqual(["under", "in", "in", "over"]);
});

test("without a bag, and with a tolerance of nothing, it still has a place for everything", () => {
  const { bars, target, lower, ticks } = layOut([], { target_weight: "50", tolerance_percent: "0" });
  expect(bars).toEqual([]);
  expect(target.at).toBeCloseTo(0.5);
  expect(lower.at).toBeCloseTo(0.5);
  expect(ticks.length).toBeGreaterThan(1);
});

test("ticks are round in the reader's unit", () => {
  const { ticks } = layOut([], job, 1 / 0.45359237);
  expect(ticks.map(({ value }) => (value * 0.45359237).toFixed(3))).toEqual([
    "21.000",
    "22.000",
    "23.000",
    "24.000",
    "25.000",
  ]);
});

test("round values are few, even, and within their bounds", () => {
  expect(roundValues(44.4, 55.6)).toEqual([46, 48, 50, 52, 54]);
  expect(roundValues(0, 0.45)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45]);
  expect(roundValues(5, 5)).toEqual([]);
});
