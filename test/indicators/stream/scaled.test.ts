import { expect, test } from "bun:test";
import { Big } from "big.js";
import fc from "fast-check";
import { Division } from "../../../src/indicators/stream/division.ts";
import { scaled } from "../../../src/indicators/stream/scaled.ts";

test.each([
  ["50.20", 50_200_000],
  ["-0.5", -500_000],
  ["+0.5", 500_000],
  [".5", 500_000],
  ["45.", 45_000_000],
  ["000.000", 0],
  ["999999999.999999", 999_999_999_999_999],
])("%s is read exactly", (text, wanted) => {
  expect(scaled(text)).toBe(wanted);
});

test("zero has no sign", () => {
  expect(Object.is(scaled("-0.00"), 0)).toBe(true);
});

test.each(["", ".", "-", "1e3", "1,5", " 1", "0x1f", "1234567890", "1.1234567", "--1", "NaN"])(
  "%j is none",
  (text) => {
    expect(scaled(text)).toBeNull();
  },
);

test("every decimal is a whole number of millionths", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e15 + 1, max: 1e15 - 1 }),
      fc.integer({ min: 0, max: 6 }),
      (digits, decimals) => {
        const value = new Big(digits).div(1e6).round(decimals, 0);
        expect(scaled(value.toFixed(decimals))).toBe(value.times(1e6).toNumber() + 0);
      },
    ),
  );
});

const learned = (texts: readonly string[]) => {
  const division = new Division(null);
  for (const text of texts) division.see(scaled(text) ?? 0, text);
  return division.value / 1e6;
};

test("a division is learned from the weights: a step of the last digit first, then what divides all", () => {
  expect(learned(["0.00", "50.20"])).toBe(0.01);
  expect(learned(["0.00", "50.20", "50.22", "50.26", "12.14"])).toBe(0.02);
  expect(learned(["0", "50", "100", "350", "1050"])).toBe(5);
  expect(learned(Array.from({ length: 13 }, (_, index) => String(50 * index)))).toBe(50);
});

test("a division that is learned is corrected by a weight that it does not divide", () => {
  const even = Array.from({ length: 13 }, (_, index) => (0.02 * index).toFixed(2));
  expect(learned(even)).toBe(0.02);
  expect(learned([...even, "7.31"])).toBe(0.01);
});

test("a division that is set is not learned", () => {
  const division = new Division(20_000);
  division.see(31, "0.000031");
  expect(division.value).toBe(20_000);
});
