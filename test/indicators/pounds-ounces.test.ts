import { expect, test } from "bun:test";
import fc from "fast-check";
import { inPounds } from "../../src/indicators/pounds-ounces.ts";

test.each([
  ["1", "2.5", "1.15625"],
  ["01", "02.0", "1.125"],
  ["0", "8", "0.5"],
  ["10", "00.0", "10"],
  ["0", "0.0", "0"],
  ["0", "0.01", "0.000625"],
  ["-1", "4.0", "-1.25"],
  ["-0", "8.0", "-0.5"],
  ["-0", "0.0", "0"],
])("%s lb %s oz are %s lb", (pounds, ounces, expected) => {
  expect(inPounds(pounds, ounces)).toBe(expected);
});

test("sixteen times the pounds are the ounces", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(159), (pounds, tenths) => {
      const ounces = `${Math.floor(tenths / 10)}.${tenths % 10}`;
      expect(Number(inPounds(String(pounds), ounces)) * 16).toBe(pounds * 16 + tenths / 10);
    }),
  );
});
