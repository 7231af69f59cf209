import { describe, expect, test } from "bun:test";
import { noSettings } from "../../../src/indicators/dialect.ts";
import { awtx } from "../../../src/indicators/dialects/awtx.ts";
import { PrintReader } from "../../../src/indicators/print-reader.ts";
import { awtxExamples, awtxNetExamples } from "../examples/awtx.ts";
import { holds } from "../holds.ts";

describe("Avery Weigh-Tronix prints", () => {
  holds(awtx, awtxExamples);
});

test("a silence ends a value without a terminator and a ticket, but no line in its middle", () => {
  const weights: (string | null)[] = [];
  const reader = new PrintReader(awtx, noSettings, ({ weight }) => weights.push(weight));
  const take = (text: string) => {
    reader.push(text);
    reader.silence();
    return weights.splice(0);
  };
  expect(take("  12.50")).toEqual(["12.50"]);
  expect(take("  12.")).toEqual([]);
  expect(take("60")).toEqual(["12.60"]);
  expect(take("G   12.")).toEqual([]);
  expect(take("70 lb\r\n")).toEqual(["12.70"]);
  expect(take(" Gross   12.80 lb\r\n")).toEqual(["12.80"]);
  expect(take(" Gross   12.80 lb\r\n  Ta")).toEqual([]);
  expect(take("re    0.50 lb\r\n   Net   12.30 lb\r\n")).toEqual([null]);
});

describe("Avery Weigh-Tronix prints of which the net weight is meant", () => {
  holds(awtx, awtxNetExamples);
});
