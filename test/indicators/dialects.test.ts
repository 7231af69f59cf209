import { expect, test } from "bun:test";
import { type Dialect, type DialectSettings, noSettings } from "../../src/indicators/dialect.ts";
import {
  type DialectName,
  dialectNames,
  type PrintSetting,
  settingsOfDialect,
} from "../../src/indicators/dialect-names.ts";
import { dialects } from "../../src/indicators/dialects.ts";
import type { Print } from "../../src/indicators/print.ts";
import { PrintReader } from "../../src/indicators/print-reader.ts";
import { allExamples } from "./examples/all.ts";

test("the names to choose from are those of the dialects, and the print of today", () => {
  expect<readonly string[]>(dialectNames).toEqual(["line", ...dialects.map(({ name }) => name)]);
});

/** Each setting of a source, with values that some print must tell apart from none. */
const settings: readonly (readonly [PrintSetting, readonly Partial<DialectSettings>[]])[] = [
  ["unit", [{ unit: "kg" }, { unit: "lb" }]],
  ["decimal_mark", [{ decimalMark: "comma" }, { decimalMark: "point" }]],
  ["decimals", [{ decimals: 2 }]],
  ["weight", [{ weight: "net" }, { weight: "gross" }]],
  ["digits", [{ digits: "forward" }, { digits: "reversed" }]],
];
const without: Readonly<Record<PrintSetting, Partial<DialectSettings>>> = {
  unit: { unit: null },
  decimal_mark: { decimalMark: null },
  decimals: { decimals: null },
  weight: { weight: null },
  digits: { digits: null },
};

test.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
  "a source of dialect %s is asked for what makes a difference to its prints",
  (name, dialect) => {
    const { known = [], variants = [], settings: needed } = allExamples[name] ?? {};
    const texts = [...known, ...variants].map(([bytes]) => bytes);
    const base = { ...noSettings, ...needed };
    const different = settings.filter(([setting, values]) => {
      const unset = { ...base, ...without[setting] };
      return values.some((value) =>
        texts.some((text) => prints(dialect, unset, text) !== prints(dialect, { ...unset, ...value }, text)),
      );
    });
    expect(different.map(([setting]) => setting)).toEqual([...settingsOfDialect[name as DialectName]]);
  },
);

function prints(dialect: Dialect, given: DialectSettings, text: string): string {
  const said: Omit<Print, "mark">[] = [];
  const reader = new PrintReader(dialect, given, ({ mark: _, ...print }) => said.push(print));
  reader.push(text);
  reader.silence();
  reader.end();
  return JSON.stringify(said);
}
