import { expect, test } from "bun:test";
import fc from "fast-check";
import { identify } from "../../src/indicators/identify/identify.ts";
import { proposeFormats } from "../../src/indicators/identify/propose-formats.ts";
import { readAllLines } from "../../src/scale/sources/line-prints.ts";

function proposed(text: string) {
  const bytes = Buffer.from(text, "latin1");
  return proposeFormats(bytes, identify(bytes, readAllLines));
}
const formats = (text: string) => proposed(text).map(({ format }) => format);

test.each([
  ["text, number, unit", "WT 12.50 lb;\r\nWT 12.60 lb;\r\n", ["WT {T.ACT.1} {T.UNIT.1};#CR#LF"]],
  ["a number that grows", "WT:  12.50lb\rWT: 112.50lb\r", ["WT: {T.ACT.1}{T.UNIT.1}#CR"]],
  ["an id before", "3;12,50;kg\n3;13,50;kg\n4;1,50;kg\n", ["{A.1.1};{T.ACT.1};{T.UNIT.1}#LF"]],
  [
    "date, time and a counter",
    "29.11.2026 12:31 No 8 W 12.50 kg\r\n29.11.2026 12:32 No 9 W -0.50 kg\r\n",
    ["{T.DAT.1} {T.DAT.1} No {T.CNT.1} W {T.ACT.1} {T.UNIT.1}#CR#LF"],
  ],
  [
    "two weights: each is told",
    "Gr: 12.50 kg Tara: 0.50 kg Netto: 12.00 kg\r\nGr: 13.50 kg Tara: 0.50 kg Netto: 13.00 kg\r\n",
    [
      "Gr: {T.GWT.1} {T.UNIT.1} Tara: {T.CNT.1} kg Netto: {T.CNT.1} kg#CR#LF",
      "Gr: {T.CNT.1} kg Tara: {T.CNT.1} kg Netto: {T.NWT.1} {T.UNIT.1}#CR#LF",
    ],
  ],
  ["marks", "P|12.50|kg|S\nP|12.60|kg|M\n", ["P|{T.ACT.1}|{T.UNIT.1}|{T.WST.1}#LF"]],
  ["gross and net", "W: G 12.50 kg\nW: N 11.50 kg\n", ["W: {T.ACT.2} {T.ACT.1} {T.UNIT.1}#LF"]],
  [
    "G is a unit and a mark",
    "=> 12.5 G\n=> 12.6 G\n",
    ["=> {T.ACT.1} {T.UNIT.1}#LF", "=> {T.ACT.1} {T.ACT.2}#LF"],
  ],
  ["characters of formats", "{12.50}#kg\r{12.70}#kg\r", ["{123}{T.ACT.1}}{35}{T.UNIT.1}#CR"]],
  ["dashes", "[ 12.50 kg ]\n[ ------ kg ]\n", ["[ {T.ACT.1} {T.UNIT.1} ]#LF"]],
  ["cut ends", "8 kg;\nWT 12.58 kg;\nWT 12.60 kg;\nWT 12.", ["WT {T.ACT.1} {T.UNIT.1};#LF"]],
  ["one line is no layout", "WT 12.50 lb;\r\n", []],
  ["two layouts are none", "WT 12.50 lb;\r\nGW 12.50 lb;\r\n", []],
  ["no number is none", "rubbish\r\nrubbish\r\n", []],
  ["a number without decimals and unit is none", "W= 1250\r\nW= 1260\r\n", []],
])("%s", (_, text, wanted) => {
  expect(formats(text)).toEqual(wanted);
});

test("says how each print would be read, and what is open", () => {
  expect(proposed("3;12,500;\n3;13,500;\n")).toMatchObject([
    {
      open: ["--decimal-mark"],
      prints: [
        { kind: "rejected", reason: "ambiguous", raw: "3;12,500;" },
        { kind: "rejected", reason: "ambiguous", raw: "3;13,500;" },
      ],
    },
  ]);
  expect(proposed("3;12,50;\n4;13,50;\n4;13,50;\n")[0]).toMatchObject({
    open: ["--unit"],
    prints: [
      { kind: "weight", weight: "12.50", scale: 3 },
      { kind: "weight", weight: "13.50", scale: 4 },
      { kind: "weight", weight: "13.50", scale: 4 },
    ],
  });
});

test("what looks like a dialect needs none", () => {
  expect(formats("G   12.50 lb M\r\n".repeat(3))).toEqual([]);
  expect(formats("1,45.20 lb\r\n".repeat(3))).toEqual([]);
});

test("the weight, its unit and the text around them come back from any layout of them", () => {
  const text = fc.stringMatching(/^[A-Z]{4,8}[:;=>|]{0,2}$/);
  const weight = fc.integer({ min: -99_999, max: 99_999 }).map((hundredths) => (hundredths / 100).toFixed(2));
  const unit = fc.constantFrom("kg", "lb");
  fc.assert(
    fc.property(
      text,
      unit,
      text,
      fc.array(weight, { minLength: 2, maxLength: 9 }),
      (head, of, tail, weights) => {
        const lines = weights.map((one) => `${head} ${one.padStart(8)} ${of} ${tail}\r\n`).join("");
        for (const { prints } of proposed(lines)) {
          expect(prints.map((print) => print.weight)).toEqual(
            weights.map((one) => one.replace(/^-(?=0\.00$)/, "")),
          );
          expect(new Set(prints.map((print) => print.unit))).toEqual(new Set([of]));
        }
      },
    ),
  );
});

test("nothing throws, whatever came", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."0123456789.,-+ {}<>#\\GNkglb;:\r\n\x02\x03") }),
      (text) => {
        expect(() => proposed(text)).not.toThrow();
      },
    ),
    { numRuns: 500 },
  );
});
