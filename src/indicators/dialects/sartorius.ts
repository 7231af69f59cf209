import { cutLine } from "../cut-lines.ts";
import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readNumber, withoutBrackets } from "../number.ts";
import { type Print, type PrintMode, rejected, weighed, withoutWeight } from "../print.ts";
import { isNoWeight, readPrintUnit } from "../print-units.ts";

const idLength = 6;
const printLength = 14;

// Sign, value in 9, one more for the bracket behind its last digit, unit in 3.
const VALUE = /^([-+ ])([ \d.,[\]!]{9})([ \]])([A-Za-z%! ]{3})$/;
const GROSS_NET = /^([GNT])[#\d]? *$/;
const OVER = /^(?:H|HH|High)$/i;
const UNDER = /^(?:L|LL|Low)$/i;
const FAULT = /^(?:Err|APP\.ERR?|DIS\.ERR?|PRT\.ERR?)(?: *\d{1,4})?$/i;
const NOTHING = /^(?:-- ?|C|Cal\.(?:Ext|Int)\.?|Cal|O(?:FF|N))$/i;

/** Of targets, counts, totals, numbers: what is no load. Anything may stand behind them. */
const OTHER_IDS =
  /^(?:Qnt|Diff(?:\.W)?|W\.Diff|Targ\.|Nom\.|[npw]Ref|mDef|x-(?:Net|Res)|Setp|Lim\w?|Max|Min|Class\w|D|Prc|W\d\d%|C(?:o?mp\w{0,3})|Cont\.T|Tot\.cp|S-Comp|PT2|n|\*[GN]|Ser\.no|[LWS]? ?ID|NUM|Mul|Res|Time|Total|Avg\.|s|srel) *$/;

const modes: Readonly<Record<string, PrintMode>> = { G: "gross", N: "net", T: "tare" };

/**
 * Sartorius SBI: 16 bytes (`+   1255.7 g  `), or 22 with what the value is before them (`G#    +   1255.7 g  `). Without a
 * unit the load moves. Digits that may not be used in trade stand in brackets or behind `!`.
 * Sources: Sartorius GC803S p. 57, LE2202S p. 51, Combics 1 p. 98 and Combics CAW1P p. 106 (ids, `!`, comma), Quintix
 * p. 87 (Low, High), Entris II p. 3 (faults), EB6 p. 65; numat/sartorius, tests.
 */
export const sartorius: Dialect = {
  name: "sartorius",
  title: "Sartorius SBI (balances and Combics, Minebea)",
  cut: (held, stage) => cutLine(held, stage, /[\r\n]/),
  parse,
  write,
  commands: { weight: "\x1bP\r\n", print: "\x1bP\r\n", zero: "\x1bV\r\n", tare: "\x1bT\r\n" },
};

function parse(frame: string, settings: DialectSettings): Print {
  const text = frame.trimEnd();
  // Blanks at the end may have been lost on the way.
  const short = text.padEnd(printLength);
  if (short.length === printLength) {
    const print = parseValue(short, null, settings) ?? parseStatus(text);
    if (print !== null) return print;
  }
  const id = text.slice(0, idLength);
  const rest = text.slice(idLength).padEnd(printLength);
  if (rest.length !== printLength) return rejected("malformed");
  if (OTHER_IDS.test(id)) return withoutWeight("other");
  if (/^Stat *$/.test(id)) return parseStatus(rest) ?? rejected("malformed");
  const [, letter] = GROSS_NET.exec(id) ?? [];
  if (letter === undefined) return rejected("malformed");
  return parseValue(rest, modes[letter] ?? null, settings) ?? parseStatus(rest) ?? rejected("malformed");
}

/** @returns null where it is no value. */
function parseValue(text: string, mode: PrintMode | null, settings: DialectSettings): Print | null {
  const [, sign = "", value = "", bracket = "", unitText] = VALUE.exec(text) ?? [];
  if (unitText === undefined) return null;
  const digits = withoutBrackets(value + bracket).replace("!", "");
  if (!/\d/.test(digits)) return null;
  const number = readNumber(sign + digits, settings.decimalMark);
  if (number === null) return rejected("malformed");
  if (isNoWeight(unitText)) return withoutWeight("other");
  const named = unitText.replace("!", " ").trim();
  const unit = named === "" ? settings.unit : readPrintUnit(named);
  if (named !== "" && unit === null) return rejected("unknown_unit");
  if (number === "ambiguous") return rejected("ambiguous");
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return weighed(number.value, { unit, mode, stable: named !== "", mark: number.mark });
}

/** @returns null where it is none. */
function parseStatus(text: string): Print | null {
  const status = text.trim();
  if (OVER.test(status)) return withoutWeight("overload");
  if (UNDER.test(status)) return withoutWeight("underload");
  if (FAULT.test(status)) return withoutWeight("error");
  return NOTHING.test(status) ? withoutWeight("other") : null;
}

function write({ weight, unit, mode, stable }: Shown): string {
  const sign = weight.startsWith("-") ? "-" : "+";
  const value = weight.replace("-", "").padStart(9);
  return `${mode === "net" ? "N" : "G#"}`
    .padEnd(idLength)
    .concat(sign, value, " ", (stable ? unit : "").padEnd(3), "\r\n");
}
