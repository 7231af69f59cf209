import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { noSettings } from "../../../src/indicators/dialect.ts";
import { toledoContinuous } from "../../../src/indicators/dialects/toledo-continuous.ts";
import { checkOf } from "../../../src/indicators/dialects/toledo-frames.ts";
import { PrintReader } from "../../../src/indicators/print-reader.ts";
import { toledoContinuousExamples } from "../examples/toledo-continuous.ts";
import { holds } from "../holds.ts";

describe("Toledo continuous", () => {
  holds(toledoContinuous, toledoContinuousExamples);

  const weights = fc.array(fc.nat(999_999), { minLength: 3, maxLength: 40 });

  test("the first frame is read with what stands behind it, or after a silence", () => {
    const { said, reader } = reading();
    reader.push(frameOf(1250));
    expect(said).toEqual([]);
    reader.silence();
    expect(said).toEqual(["12.50"]);
    // Its check byte comes late, and is no print.
    reader.push(checkOf(frameOf(1250)));
    expect(said).toEqual(["12.50"]);
    expect(reader.isHolding).toBe(false);
  });

  test("without check bytes a frame is read at its CR, before anything follows", () => {
    const { said, reader } = reading();
    reader.push(frameOf(1250) + frameOf(1260));
    expect(said).toEqual(["12.50", "12.60"]);
    reader.push(frameOf(1270));
    expect(said).toEqual(["12.50", "12.60", "12.70"]);
  });

  test("with check bytes a frame is read at its check byte", () => {
    const { said, reader } = reading();
    reader.push(withCheck(1250) + frameOf(1260));
    expect(said).toEqual(["12.50"]);
    reader.push(checkOf(frameOf(1260)));
    expect(said).toEqual(["12.50", "12.60"]);
  });

  test("a frame alone with a wrong check byte is rejected", () => {
    expect(readAll(`${frameOf(1250)}x`)).toEqual(["checksum"]);
  });

  test.each([
    ["nothing", ""],
    ["LF", "\n"],
  ])("every weight of a stream with %p behind each frame is read", (_, end) => {
    fc.assert(
      fc.property(weights, (digits) => {
        expect(readAll(digits.map((each) => frameOf(each) + end).join(""))).toEqual(digits.map(printed));
      }),
      { numRuns: 1000 },
    );
  });

  test("every weight of a stream with check bytes is read, whatever bytes these are", () => {
    fc.assert(
      fc.property(weights, (digits) => {
        expect(readAll(digits.map((each) => withCheck(each)).join(""))).toEqual(digits.map(printed));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(["\x02", "\r", "\n", "\x03", "\x01", "\0"])("a check byte %j is no other byte", (check) => {
    // Words C that differ in what says nothing of the weight.
    const found = [..." (08`hpx"].flatMap((wordC) =>
      Array.from({ length: 1000 }, (_, nth) => ({
        weight: nth,
        text: frameOf(nth, nth * 999, wordC),
      })).filter(({ text }) => checkOf(text) === check),
    );
    expect(found.length).toBeGreaterThan(10);
    expect(readAll(found.map(({ text }) => text + check).join(""))).toEqual(
      found.map(({ weight }) => printed(weight)),
    );
  });

  test("where frames have check bytes, one with a wrong one is rejected, and none beside it", () => {
    fc.assert(
      fc.property(weights, fc.nat(), fc.integer({ min: 1, max: 127 }), (digits, nth, by) => {
        const wrong = 1 + (nth % (digits.length - 1));
        const frames = digits.map((each, at) => {
          const text = frameOf(each);
          const check = (checkOf(text).charCodeAt(0) + (at === wrong ? by : 0)) & 0x7f;
          return text + String.fromCharCode(check);
        });
        // Whether frames have check bytes must have shown, by others than those that may end lines.
        fc.pre(
          frames.slice(Math.max(0, wrong - 3), wrong).some((frame) => !/[\r\n\0]$/.test(frame.slice(-1))),
        );
        // One that is missing is none that is wrong.
        fc.pre(!frames[wrong]?.endsWith("\x02"));
        fc.pre(frames[wrong]?.endsWith(sum(frameOf(digits[wrong] ?? 0))) !== true);
        const expected = digits.map(printed);
        expected[wrong] = "checksum";
        expect(readAll(frames.join(""))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

const printed = (digits: number) => `${Math.floor(digits / 100)}.${String(digits % 100).padStart(2, "0")}`;
const frameOf = (weight: number, tare = 0, wordC = " ") =>
  `\x02,0${wordC}${String(weight).padStart(6)}${String(tare).padStart(6)}\r`;
const withCheck = (digits: number) => frameOf(digits) + checkOf(frameOf(digits));

/** What Fairbanks sends for a check byte. */
function sum(frame: string): string {
  return String.fromCharCode(Buffer.from(frame, "latin1").reduce((all, byte) => all + byte, 0) & 0xff);
}

function reading() {
  const said: (string | null)[] = [];
  const reader = new PrintReader(toledoContinuous, noSettings, ({ weight, reason }) =>
    said.push(weight ?? reason),
  );
  return { said, reader };
}

function readAll(text: string): (string | null)[] {
  const { said, reader } = reading();
  reader.push(text);
  reader.end();
  return said;
}
