import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Dialect, noSettings } from "../../../src/indicators/dialect.ts";
import { compileFormat } from "../../../src/indicators/format/compile-format.ts";
import type { Print } from "../../../src/indicators/print.ts";
import { PrintReader } from "../../../src/indicators/print-reader.ts";
import { holds } from "../holds.ts";
import { formats } from "./formats.ts";

function compiled(format: string): Dialect {
  const result = compileFormat(format);
  if ("fault" in result) throw new Error(result.fault.message);
  return result.dialect;
}

describe.each(formats.map((one) => ({ ...one })))("$format", ({ format, writes, ...examples }) => {
  holds(compiled(format), examples, { writes });
});

describe("a format without a terminator", () => {
  const read = (text: string, end: "silence" | "end") => {
    const prints: Print[] = [];
    const reader = new PrintReader(compiled("{T.ACT.1}"), noSettings, (print) => prints.push(print));
    reader.push(text);
    expect(prints).toEqual([]);
    reader[end]();
    return prints;
  };

  test.each(["silence", "end"] as const)("ends with a %s", (end) => {
    expect(read("  12.50", end)).toMatchObject([{ kind: "weight", weight: "12.50", unit: null }]);
    expect(read("  12.5", end)).toHaveLength(end === "end" ? 1 : 0);
    expect(read("  12.5O", end)).toMatchObject([{ kind: "rejected", reason: "malformed" }]);
  });
});

test.each([
  ["{T.GWT.1} {T.UNTI.1}#CR", 11, "{T.UNTI.1}", "is not known"],
  ["1,{T.GWT.3}", 3, "{T.GWT.3}", "has part 3"],
  ["{T.GWT.1[X3]}", 1, "{T.GWT.1[X3]}", "has the modifier [X3]"],
  ["{T.GWT.1[W0]}", 1, "{T.GWT.1[W0]}", "has a width"],
  ["{T.GWT.1}#CX", 10, "#CX", "is not known. Known are #NUL"],
  ["{T.GWT.1} {T.UNIT.1", 11, "{T.UNIT.1", "is not closed"],
  ["{900}{T.GWT.1}", 1, "{900}", "is no byte"],
  ["{900.1}{T.GWT.1}", 1, "{900.1}", "is not known"],
  ["{T.GWT.1}{T.HEX.1}", 10, "{T.HEX.1}", "wants its byte"],
  ["{A.1.1}{T.GWT.1}", 8, "{T.GWT.1}", "wants a width"],
  ["{T.CNT.1}#CR#LF", 1, "{T.CNT.1}#CR#LF", "has no weight"],
  ["{T.GWT.1}\\q", 10, "\\q", "is not known"],
  ["{T.GWT.1} €", 11, "€", "is no character of one byte"],
  ["<2><W7.><X>", 9, "<X>", "is not known. Known are A, AC"],
  ["<300><G>", 1, "<300>", "is no byte"],
  ["<B1,B0><W7.>", 1, "<B1,B0>", "is not known"],
  ["", 1, "", "has no weight"],
])("%j: character %d, %j, %s", (format, character, token, says) => {
  expect(compileFormat(format)).toEqual({
    fault: { character, token, message: expect.stringContaining(says) },
  });
});

test("a format that is too long is told", () => {
  expect(compileFormat(" ".repeat(1_001))).toMatchObject({ fault: { character: 1_001 } });
});

test("whatever is pasted and whatever comes, nothing throws, and each digit of a weight came in", () => {
  const pieces =
    "{T.GWT.1}|{T.NWT.1[W7]}|{T.ACT.2}|{T.TIM.1}|{A.1.1}|{T.UNIT.1}|{T.STAT.1}|#CR|#LF|<G>|<W7.>|<U>|<S>|<NL>| |,|x|{|<|\\|1";
  const bytes = fc.string({ unit: fc.constantFrom(..." 0123.,-GNlbkgM\r\n\x02".split("")), maxLength: 80 });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces.split("|")), { maxLength: 8 }), bytes, (format, text) => {
      const result = compileFormat(format.join(""));
      if ("fault" in result) {
        expect(result.fault.message).not.toBe("");
        return;
      }
      const reader = new PrintReader(result.dialect, noSettings, ({ weight }, raw) => {
        expect(text).toContain(raw);
        for (const digit of weight?.replace(/[^1-9]/g, "") ?? "") expect(raw).toContain(digit);
      });
      reader.push(text);
      reader.end();
    }),
    { numRuns: 1_000 },
  );
});

test("a line of which nothing can be told costs no time", () => {
  const dialect = compiled(
    "{T.TIM.1} {T.DAT.1} {T.NAME.1} {T.SN.1} {T.GWT.1} {T.UNIT.1} {T.TSAT.1} {T.VER.1}x#CR",
  );
  const line = `${" .".repeat(255)}\r`;
  expect(dialect.cut(line, "open", "")?.length).toBe(line.length);
});

test.each([
  ["WT {T.GWT.1} {T.UNIT.1};#CR#LF", "WT 12.50 lb;", null],
  ["WT {T.GWT.1} {T.UNIT.1};#CR#LF", "WX 12.50 lb;", 1],
  ["WT {T.GWT.1} {T.UNIT.1};#CR#LF", "WT 12.50 lb", 11],
  ["WT {T.GWT.1} {T.UNIT.1};#CR#LF", "WT 12.50 lb!", 11],
  ["WT {T.GWT.1};#CR#LF", "WT 12.5x;", 7],
  ["A {T.GWT.1}#CR#LFB {T.NWT.1}#CR#LF", "A 1.5\r\nC 1.5", 7],
  ["A {T.GWT.1}#CR#LFB {T.NWT.1}#CR#LF", "A 1.5", 5],
])("%p: where %p differs", (format, frame, at) => {
  const compiled = compileFormat(format);
  if ("fault" in compiled) throw new Error(compiled.fault.message);
  expect(compiled.misfit(frame)).toBe(at);
});
