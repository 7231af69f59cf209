import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Dialect, type DialectSettings, noSettings, type Shown } from "../../src/indicators/dialect.ts";
import type { Print } from "../../src/indicators/print.ts";
import { PrintReader } from "../../src/indicators/print-reader.ts";
import type { DialectExamples, Expected } from "./examples.ts";

interface Options {
  /** What of the bytes that `write` gives for a moment comes back; all of it unless told otherwise. */
  readonly writes?: (shown: Shown) => Expected;
}

/**
 * What every dialect holds: each example, by itself, in any pieces, and behind another; that what it writes is read again;
 * that nothing throws, and no weight comes out that did not go in.
 */
export function holds(
  dialect: Dialect,
  { known, variants, settings = {} }: DialectExamples,
  { writes = whole }: Options = {},
): void {
  const examples = [...known, ...variants];
  const read = (pieces: readonly string[]) => readAll(dialect, pieces, settings);

  test.each(examples.map(([bytes, says]) => ({ bytes, says })))("%j", ({ bytes, says }) => {
    expect(read([bytes]).map(({ print }) => print)).toEqual([says].flat().map(complete));
    // Byte by byte.
    expect(read(bytes.split(""))).toEqual(read([bytes]));
  });

  test("where the bytes are cut makes no difference", () => {
    const texts = fc.array(fc.oneof(fc.constantFrom(...examples.map(([bytes]) => bytes)), noise), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(12), { minLength: 1 }), (parts, sizes) => {
        const text = parts.join("");
        expect(read(inPieces(text, sizes))).toEqual(read([text]));
      }),
    );
  });

  test("nothing throws, and the bytes of a weight came in", () => {
    fc.assert(
      fc.property(noise, (text) => {
        for (const { print, raw } of read([text])) {
          expect(text).toContain(raw);
          const digits = print.weight?.replace(/[^1-9]/g, "") ?? "";
          for (const digit of digits) expect(raw).toContain(digit);
          if (print.kind !== "weight") expect(print.weight).toBeNull();
          expect(print.reason === null).toBe(print.kind !== "rejected");
        }
      }),
    );
  });

  test("what such an indicator shows is read again", () => {
    fc.assert(
      fc.property(fc.array(shown, { minLength: 1, maxLength: 4 }), (moments) => {
        const bytes = moments.map((moment) => dialect.write(moment)).join("");
        expect(read([bytes]).map(({ print }) => print)).toEqual(
          moments.map((moment) => complete(writes(moment))),
        );
      }),
    );
  });
}

const noise = fc.oneof(
  fc.string({
    unit: fc.constantFrom(..."\x02\x03\r\n ,.+-0123456789=GNTMSUOLlbkg?".split("")),
    maxLength: 60,
  }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);

const shown: fc.Arbitrary<Shown> = fc.record({
  weight: fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 99_999 }))
    .map(
      ([isNegative, hundredths]) =>
        `${isNegative && hundredths > 0 ? "-" : ""}${(hundredths / 100).toFixed(2)}`,
    ),
  unit: fc.constantFrom("lb", "kg"),
  mode: fc.constantFrom("gross", "net"),
  stable: fc.boolean(),
  scale: fc.integer({ min: 1, max: 9 }),
});

function whole({ weight, unit, mode, stable }: Shown): Expected {
  return { kind: "weight", weight, unit, mode, stable };
}

function complete(expected: Expected): Omit<Print, "mark"> {
  return { weight: null, unit: null, mode: null, stable: null, scale: null, reason: null, ...expected };
}

function readAll(dialect: Dialect, pieces: readonly string[], settings: Partial<DialectSettings>) {
  const prints: { print: Omit<Print, "mark">; raw: string }[] = [];
  const reader = new PrintReader(dialect, { ...noSettings, ...settings }, ({ mark: _, ...print }, raw) =>
    prints.push({ print, raw }),
  );
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return prints;
}

function inPieces(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, nth = 0; at < text.length; nth++) {
    const size = (sizes[nth % sizes.length] ?? 0) + 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}
