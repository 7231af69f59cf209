import { cutLine } from "../cut-lines.ts";
import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readNumber, withoutBrackets } from "../number.ts";
import { inPounds } from "../pounds-ounces.ts";
import { type Print, type PrintMode, type PrintUnit, rejected, weighed, withoutWeight } from "../print.ts";
import { isNoWeight, readPrintUnit } from "../print-units.ts";

// Label of the 7000; weight; unit; whether it moves; legend.
const PRINT =
  /^(?:([A-Za-z][A-Za-z .]{0,9}?):? +)? *(-? *[\d.,[\]]+) +([A-Za-z%]{1,5})(?: *(\?))?(?: *(\S.*))?$/;
const POUNDS_OUNCES = /^ *(-?\d{1,3}) lb +(\d{1,2}(?:\.\d{1,3})?) oz(?: *(\?))?(?: *(\S.*))?$/;
const CLOCK = / *\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?$/;

/** What is printed of the load; of a label and of a legend. */
const names: Readonly<Record<string, PrintMode>> = {
  g: "gross",
  gross: "gross",
  b: "gross",
  "b/g": "gross",
  n: "net",
  net: "net",
  t: "tare",
  tare: "tare",
  pt: "tare",
};
/** Of the shape of a weight, and not what lies on the scale. */
const OTHERS = /^(?:total|avg|mean|min|max|diff|ref|apw|peak|air wt|wet wt|liq wt)\.?$/;
/** What checkweighing says of the load. */
const JUDGEMENT = / *(?:under|accept|over|lo|ok|hi)$/i;

/**
 * Ohaus: `   0.360 kg    G`, the weight right-justified, a `?` where it moves, then what it is. Widths differ by model, so
 * columns are not counted.
 * Sources: Ohaus Defender 3000 p. 37 and 5000 p. 53 (legends, lb-oz), Ranger RC p. 36 (NET, B/G), RS232 interface p. 5
 * (Scout, Navigator), Navigator Ethernet EN-2, T71P p. 58; NSerialCommTools, DEFENDER 3000 captures.
 */
export const ohaus: Dialect = {
  name: "ohaus",
  title: "Ohaus (Defender, Ranger, Navigator, Scout, 7000)",
  cut: (held, stage) => cutLine(held, stage, /[\r\n]/),
  parse,
  write,
  commands: { weight: "IP\r\n", stillWeight: "SP\r\n", zero: "Z\r\n", tare: "T\r\n", print: "P\r\n" },
};

function parse(frame: string, settings: DialectSettings): Print {
  const text = frame.trimEnd();
  const [, pounds, ounces, moving, remark] = POUNDS_OUNCES.exec(text) ?? [];
  if (pounds !== undefined && ounces !== undefined) {
    const value = { value: inPounds(pounds, ounces), mark: null };
    return readWeight(value, "lb", moving === undefined, [remark]);
  }
  const [, label, digits, unitText = "", moves, legend] = PRINT.exec(text) ?? [];
  if (digits === undefined) return parseMessage(text.trim());
  if (isNoWeight(unitText)) return withoutWeight("other");
  const unit = readPrintUnit(unitText);
  if (unit === null) return rejected("unknown_unit");
  const number = readNumber(withoutBrackets(digits), settings.decimalMark);
  if (number === null || number === "ambiguous") return rejected(number ?? "malformed");
  return readWeight(number, unit, moves === undefined, [label, legend]);
}

function readWeight(
  { value, mark }: { readonly value: string; readonly mark: Print["mark"] },
  unit: PrintUnit,
  stable: boolean,
  remarks: readonly (string | undefined)[],
): Print {
  let mode: PrintMode | null = null;
  for (const remark of remarks) {
    const name = remark?.replace(CLOCK, "").replace(JUDGEMENT, "").trim().toLowerCase() ?? "";
    if (name === "" || name === "weight") continue;
    if (OTHERS.test(name)) return withoutWeight("other", { unit });
    const said = names[name];
    if (said === undefined) return rejected("malformed");
    mode = said;
  }
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return weighed(value, { unit, mode, stable, mark });
}

function parseMessage(text: string): Print {
  if (/^over ?load$/i.test(text)) return withoutWeight("overload");
  if (/^under ?load$/i.test(text)) return withoutWeight("underload");
  if (/^(?:ES|Err(?:or)?:? *[\d.]+)$/i.test(text)) return withoutWeight("error");
  return /^(?:OK!?|SCALE: .{1,20})$/.test(text) ? withoutWeight("other") : rejected("malformed");
}

function write({ weight, unit, mode, stable }: Shown): string {
  return `${weight.padStart(8)} ${unit.padEnd(5)}${stable ? " " : "?"}${mode === "net" ? "N" : "G"}\r\n`;
}
