import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { zm405 } from "../../../src/scale/frames/zm405.ts";
import type { DecimalMark, Parsed } from "../../../src/weighing/reading.ts";
import type { RejectReason } from "../../../src/weighing/reject-reason.ts";
import type { Unit } from "../../../src/weighing/units.ts";

/** What a frame says, of what people see of it. */
function read(frame: string, decimalMark: DecimalMark = "auto") {
  const parsed = zm405.parse(frame, decimalMark);
  return parsed.ok ? { ok: true, reading: parsed.reading } : parsed;
}

function bag(printedScale: number, weight: string, unit: Unit) {
  return { ok: true, reading: { printedScale, weight, unit } };
}

function rejected(reason: RejectReason, printedScale: number | null): Parsed {
  return { ok: false, reason, printedScale };
}

describe("a bag", () => {
  test("is a scale, a weight and a unit", () => {
    expect(read("1,45.20 lb")).toEqual(bag(1, "45.20", "lb"));
  });

  test.each([
    ["lb", "lb"],
    ["LB", "lb"],
    ["lbs", "lb"],
    ["Lbs", "lb"],
    ["kg", "kg"],
    ["KG", "kg"],
    ["g", "g"],
    ["oz", "oz"],
    ["OZ", "oz"],
    ["kgs", "kg"],
    ["lb.", "lb"],
    ["lbs.", "lb"],
    ["lb,", "lb"],
    ["lb ;", "lb"],
    ["lb S", "lb"],
    ["lb  ST", "lb"],
    ["lb STABLE", "lb"],
    ["lb G", "lb"],
    ["lb GROSS", "lb"],
    ["lb NET", "lb"],
    ["lb      N", "lb"],
    ["lb G S", "lb"],
    ["lb,S", "lb"],
  ] as const)("in %s is stored in %s", (printed, stored) => {
    expect(read(`1,45.20 ${printed}`)).toEqual(bag(1, "45.20", stored));
  });

  test.each([
    ["0045.20", "45.20"],
    ["000.50", "0.50"],
    [".5", "0.5"],
    ["45", "45"],
    ["45.", "45"],
    ["+45", "45"],
    ["+ 45.2", "45.2"],
    ["0.0001", "0.0001"],
    ["999999.9999", "999999.9999"],
    ["0000000999999", "999999"],
    ["45,20", "45.20"],
    ["0,5", "0.5"],
    ["0,0500", "0.0500"],
    ["G 45.20", "45.20"],
    ["ST 45,20", "45.20"],
  ])("printed as %s weighs %s, with the decimals that were printed", (printed, weight) => {
    expect(read(`1,${printed} kg`)).toEqual(bag(1, weight, "kg"));
  });

  test.each(["1,45.20lb", "1,   45.20   lb", " 1 , 45.20 lb ", "1\t,\t45.20\tlb", "0001,45.20 lb"])(
    "may be padded or not: %j",
    (frame) => {
      expect(read(frame)).toEqual(bag(1, "45.20", "lb"));
    },
  );

  test("may come from any scale up to the largest id that can be stored", () => {
    expect(read("2147483647,45.20 lb")).toEqual(bag(2147483647, "45.20", "lb"));
  });
});

describe("never a bag", () => {
  test.each([
    "- 1.23 kg",
    "-1.23kg",
    "-1,23 kg",
    "-  45.20 lb",
    "-.5 lb",
    "0 lb",
    "0.00 lb",
    "-0.00 lb",
    "+0 lb",
    "0,0 kg",
  ])("zero or below: %j", (weight) => {
    expect(read(`7,${weight}`)).toEqual(rejected("not_positive", 7));
  });

  test.each(["st", "t", "l", "lbz", "pounds", "G", "N", "S", "K", "lbM", "lbG"])(
    "a unit that is not known: %s",
    (unit) => {
      expect(read(`7,45.20 ${unit}`)).toEqual(rejected("unknown_unit", 7));
    },
  );

  test.each(["0", "000", "2147483648", "9".repeat(200)])("a scale id out of range: %s", (id) => {
    expect(read(`${id},45.20 lb`)).toEqual(rejected("out_of_range", null));
  });

  test.each(["1000000", "1000000.5", "9".repeat(200)])("a weight out of range: %s", (weight) => {
    expect(read(`7,${weight} lb`)).toEqual(rejected("out_of_range", 7));
  });

  test.each([
    "7,------ lb",
    "7,------",
    "7,--.-- lb",
    "7,  -- -- -- kg",
    "7,^^^^^^ lb",
    "7,^ lb",
    "7,______ lb",
    "7,====== lb",
    "7,\xaf\xaf\xaf\xaf lb",
    "7,OL",
    "7,OL lb",
    "7,-OL lb",
    "7,UL kg",
    "7,OVER lb",
    "7,Overload",
    "7,UNDERLOAD lb",
    "7,45.20 lb O",
    "7,45.20 lb      U",
    "7,45.20 lb OL",
    "7,O 45.20 lb",
    "7,M 45.20 lb O",
  ])("an overload or no digits: %j", (frame) => {
    expect(read(frame)).toEqual(rejected("overload", 7));
  });

  test.each([
    "7,45.20 lb M",
    "7,45.20 lb     M",
    "7,45.20 lb MO",
    "7,45.20 lb MOT",
    "7,45.20 lb motion",
    "7,45.20 lb~",
    "7,~45.20 lb",
    "7,M 45.20 lb",
    "7,45.20 M lb",
    "7,~ -45.20 lb",
    "7,45.20 lb G M",
  ])("a load in motion: %j", (frame) => {
    expect(read(frame)).toEqual(rejected("motion", 7));
  });

  test.each([
    ["", null],
    [",", null],
    [",45.20 lb", null],
    ["45.20 lb", null],
    ["G   12,50 lb", null],
    ["G   12.50 lb", null],
    ["-7,45.20 lb", null],
    ["+7,45.20 lb", null],
    ["7.0,45.20 lb", null],
    ["7 7,45.20 lb", null],
    ["7;45.20 lb", null],
    ["7,", 7],
    ["7,lb", 7],
    ["7,45.20", 7],
    ["7,- lb", 7],
    ["7,. lb", 7],
    ["7,45.20000 lb", 7],
    ["7,4 5.20 lb", 7],
    ["7,45. 20 lb", 7],
    ["7,45.2O lb", 7],
    ["7,O45.20 lb", 7],
    ["7,45.20M lb", 7],
    ["7,45.20- lb", 7],
    ["7,--45.20 lb", 7],
    ["7,+-45.20 lb", 7],
    ["7,1,234.50 lb", 7],
    ["7,1.234,50 kg", 7],
    ["7,,5 kg", 7],
    ["7,45, kg", 7],
    ["7,45.20 lb E", 7],
    ["7,45.20 lb s", 7],
    ["7,45.20 lb T", 7],
    ["7,45.20 lb G N", 7],
    ["7,45.20 lb GS", 7],
    ["7,G45.20 lb", 7],
    ["7,45.20 lb 8", 7],
    ["7,45.20 lb,,", 7],
    ["7,45.20 lb-oz", 7],
    ["7,1e3 lb", 7],
    ["7,0x10 lb", 7],
    ["7,\u{ad}45.20 lb", 7],
    ["7,\u{b2} lb", 7],
    ["7,45.20\0lb", 7],
    ["7,45.20 lb\n", 7],
    ["0,45.20000 lb", null],
  ])("what is not exactly understood: %j", (frame, scale) => {
    expect(read(frame)).toEqual(rejected("malformed", scale));
  });

  test("any other text, and parsing it never throws", () => {
    const bytes = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const telling = fc.constantFrom(..."0123456789,.,+- lbkgozsM~^_=OL\t\0");
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(bytes, telling, telling), maxLength: 40 }), (text) => {
        const parsed = zm405.parse(text, "auto");
        const looksRight =
          /^[ \t]*\d+[ \t]*,[ \t]*((G|N|S)[ \t]+)?\+?[ \t]*[\d.,]*\d[\d.,]*[ \t]*(lbs?|kgs?|g|oz)\.?([ \t,;]+(G|N|S))*[ \t]*[,;]?[ \t]*$/i;
        if (parsed.ok && !parsed.hadParity) expect(text.replaceAll("\xa0", " ")).toMatch(looksRight);
        zm405.isWhole(text, parsed);
        zm405.lastPrint(text, "auto");
        const { frames, rest } = zm405.split(text, true);
        expect(text.startsWith(frames.join("").slice(0, 1)) && text.endsWith(rest)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test("a weight comes out as it was printed, to the last digit", () => {
  const digits = (minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_147_483_647 }),
      fc.integer({ min: 1, max: 999_999 }),
      digits(1, 4),
      fc.constantFrom(".", ","),
      fc.nat({ max: 5 }),
      fc.constantFrom("lb", "kg", "g", "oz"),
      (scale, whole, decimals, point, zeros, unit) => {
        fc.pre(point === "." || decimals.length !== 3);
        expect(read(`${scale},${"0".repeat(zeros)}${whole}${point}${decimals} ${unit}`)).toEqual(
          bag(scale, `${whole}.${decimals}`, unit),
        );
      },
    ),
  );
});

describe("what can be read in two ways is ambiguous", () => {
  test.each([
    ["1,22,680 g", 1],
    ["1,0,050 lb", 1],
    ["12,50 lb G", 12],
    ["12,50 lb S", 12],
    ["1,45 lb 3 oz", 1],
    ["1,45 lb 3,2 oz", 1],
    ["1,45,20 lb 20,50 kg", 1],
    ["1,45.20 lb 26,11,2026", 1],
    ["1,20.00 lb2,21.00 lb", 1],
    ["1,20.00 lb;2,21.00 lb", 1],
    ["1,45.20 lb 20.50 kg", 1],
    ["G 12,50 lb T 3,20 lb", null],
    ["G 12.50 lb T 3.20 lb N 9.30 lb", null],
  ])("%j", (frame, scale) => {
    expect(read(frame)).toEqual(rejected("ambiguous", scale));
  });
});

describe("what marks the decimals", () => {
  test.each([
    ["comma", "1,22,680 g", "22.680"],
    ["comma", "1,1,050 lb", "1.050"],
    ["comma", "1,1.234,50 kg", "1234.50"],
    ["comma", "1,1.234 kg", "1234"],
    ["comma", "1,,5 kg", "0.5"],
    ["comma", "1,0,500 kg", "0.500"],
    ["comma", "1,001.050 kg", "1050"],
    ["comma", "1,45 kg", "45"],
    ["point", "1,22,680 g", "22680"],
    ["point", "1,1,234.50 kg", "1234.50"],
    ["point", "1,999,999.5 kg", "999999.5"],
    ["point", "1,45.20 kg", "45.20"],
    ["auto-comma", "1,45,20 kg", "45.20"],
    ["auto-point", "1,45.200 kg", "45.200"],
  ] as const)("is set to %s: %j is %s", (mark, frame, weight) => {
    const parsed = zm405.parse(frame, mark);
    expect(parsed.ok && parsed.reading.weight).toBe(weight);
  });

  test.each([
    ["comma", "1,45.20 kg", "malformed"],
    ["comma", "1,1,234,50 kg", "malformed"],
    ["comma", "1,1.23,50 kg", "malformed"],
    ["comma", "1,0.500 kg", "malformed"],
    ["comma", "1,000.500 kg", "malformed"],
    ["point", "1,0,500 kg", "malformed"],
    ["point", "1,00,500 kg", "malformed"],
    ["point", "1,45,20 kg", "malformed"],
    ["point", "1,1234,567 kg", "malformed"],
    ["point", "1,1,234,56 kg", "malformed"],
    ["point", "1,1,234,567 kg", "out_of_range"],
    ["auto-comma", "1,45.20 kg", "ambiguous"],
    ["auto-comma", "1,22,680 kg", "ambiguous"],
    ["auto-point", "1,45,20 kg", "ambiguous"],
  ] as const)("is set to %s: %j is no weight", (mark, frame, reason) => {
    expect(zm405.parse(frame, mark)).toEqual(rejected(reason, 1));
  });
});

describe("whole without a terminator", () => {
  test.each([
    "1,45.20 lb",
    "1,45.20 lbs",
    "1,45.20 g",
    "1,0.00 lb",
    "1,-2 lb",
    "1,45.20 st",
    "1,OL",
    "1,----",
    "1,45.20 lb M",
  ])("is %j", (line) => {
    expect(zm405.isWhole(line, zm405.parse(line, "auto"))).toBe(true);
  });

  test.each([
    "",
    "1",
    "1,",
    "1,-",
    "1,45.20",
    "1,45.20 ",
    "1,45.20 l",
    "1,45.20 K",
    "0,45.20 o",
    "1,45.20 lb 2",
    "G 12,50 lb",
  ])("is not %j", (line) => {
    expect(zm405.isWhole(line, zm405.parse(line, "auto"))).toBe(false);
  });
});
