import { expect, test } from "bun:test";
import { Big } from "big.js";
import fc from "fast-check";
import { readDecimal } from "../../src/weighing/decimal.ts";

const bounds = { min: "0", above: true, max: "999999.9999", decimals: 4 };

test.each([
  ["45", "45"],
  ["45.20", "45.20"],
  ["+045.20", "45.20"],
  [".5", "0.5"],
  ["45.", "45"],
  ["0.0001", "0.0001"],
  ["999999.9999", "999999.9999"],
])("%s is %s", (text, wanted) => {
  expect(readDecimal(text, bounds)).toBe(wanted);
});

test.each([
  "",
  ".",
  "+",
  "-1",
  "0",
  "0.0000",
  "1000000",
  "1.00000",
  "1e3",
  "1,5",
  "0x1f",
  " 1",
  "1 ",
  "1\n",
  "٣",
  "Infinity",
])("%j is none", (text) => {
  expect(readDecimal(text, bounds)).toBeNull();
});

test("every decimal within bounds keeps its value and its decimals", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_999_999_999 }),
      fc.integer({ min: 0, max: 4 }),
      (digits, decimals) => {
        const text = new Big(digits).div(10 ** 4).toFixed(decimals);
        fc.pre(!new Big(text).eq(0) && new Big(text).lte(bounds.max));
        expect(readDecimal(text, bounds)).toBe(text);
      },
    ),
  );
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = readDecimal(text, bounds);
      expect(value === null || new Big(value).gt(0)).toBe(true);
    }),
  );
});
