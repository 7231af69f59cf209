import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { station, stations } from "../../src/config/values.ts";
import { nameFault, tidyName } from "../../src/runtime/names.ts";
import { nameSchema } from "../../src/runtime/typed-text.ts";

const a = "\u0430"; // Cyrillic, as are the next ones where a name says so.

describe("a name may be", () => {
  test.each([
    "Station 1",
    "Halle 2, Nord (links)",
    "Línea nº 1ª",
    "Ünïcödé 重量 🧵",
    "重量Aライン",
    "Станция A1",
    "Π 3, north",
    "O'Brien & Sons; 50 %",
    "Ａライン",
    "⚖️ 3",
    "👩‍🔧 shift",
    "−5 °C",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
  ])("%s", (name) => {
    expect(nameFault(name)).toBeNull();
    expect(tidyName(name)).toBe(name);
  });
});

describe("a name must not", () => {
  test.each([
    ["hold a zero-width space", "Station\u200b 1", "U+200B"],
    ["hold a zero-width joiner between letters", "Sta\u200dtion", "U+200D"],
    ["hold a zero-width non-joiner", "Sta\u200ction", "U+200C"],
    ["hold a word joiner", "Station\u2060 1", "U+2060"],
    ["hold a byte order mark", "\ufeffx\ufeffStation", "U+FEFF"],
    ["hold a soft hyphen", "Sta\u00adtion", "U+00AD"],
    ["hold a combining grapheme joiner", "Sta\u034ftion", "U+034F"],
    ["hold a Hangul filler", "Station\u3164", "U+3164"],
    ["hold an empty Braille cell", "Station\u2800", "U+2800"],
    ["hold a variation selector behind a letter", "Station\ufe0f", "U+FE0F"],
    ["hold a tag", "Station\u{e0041}", "U+E0041"],
    ["turn the direction", "Station \u202e1", "U+202E"],
    ["isolate the direction", "Station \u20661", "U+2066"],
    ["mark the direction", "Station\u200e 1", "U+200E"],
    ["hold NUL", "a\u0000b", "U+0000"],
    ["hold a tab", "a\tb", "U+0009"],
    ["have two lines", "a\u2028b", "U+2028"],
    ["hold half a sign", "\ud800x", "U+D800"],
    ["mix Latin and Cyrillic in a word", `St${a}tion 1`, "Latin and Cyrillic"],
    ["mix Latin and Greek in a word", "Sh\u03b5lter", "Latin and Greek"],
    ["mix Latin and Armenian in a word", "Shel\u057der", "Latin and Armenian"],
    ["mix Latin and Cherokee in a word", "\u13d3elta", "Latin and Cherokee"],
    ["mix them with an accent between", "Ste\u0301\u0430", "Latin and Cyrillic"],
    ["be drawn in letters of formulas", "\u{1d412}tation", "plain letters"],
  ])("%s", (_, name, why) => {
    expect(nameFault(tidyName(name))).toContain(why);
    expect(nameSchema(100).safeParse(name).success).toBe(false);
  });

  test.each(["", " ", "\u00a0", "\u2003\u3000", "\n"])("be blank: %j", (name) => {
    expect(nameSchema(100).safeParse(name).success).toBe(false);
  });
});

test("a name is stored in one way, however it was typed", () => {
  expect(nameSchema(100).parse("  Mu\u0308ller\u00a0GmbH ")).toBe("M\u00fcller GmbH");
  expect(tidyName("Station\u20031")).toBe("Station 1");
});

test("tidying once is enough, and a fault never shows the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const name = tidyName(text);
      expect(tidyName(name)).toBe(name);
      const fault = nameFault(name);
      expect(fault === null || fault.length < 120).toBe(true);
    }),
  );
});

test("the configuration has the same rule", () => {
  expect(station().parse("Mu\u0308ller\u00a01")).toBe("M\u00fcller 1");
  expect(station().safeParse(`St${a}tion`).error?.issues[0]?.message).toContain("Latin and Cyrillic");
  expect(station().safeParse("Station\u200b").error?.issues[0]?.message).toContain("U+200B");
  expect(stations().parse("1:Mu\u0308ller")).toEqual(new Map([[1, "M\u00fcller"]]));
  expect(stations().safeParse(`1:St${a}tion`).success).toBe(false);
});
