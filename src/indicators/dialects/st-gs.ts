import { cutLine } from "../cut-lines.ts";
import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { withoutBrackets } from "../number.ts";
import { type Print, type PrintKind, type PrintMode, rejected, withoutWeight } from "../print.ts";
import { isNoWeight, readPrintUnit } from "../print-units.ts";
import { readWeight } from "../read-weight.ts";

const FIRST = "ST|US|OL|UL|QT|WT";
const SECOND = "GS|NT|TR|PT";
/** Digits with one mark, or two of lb-oz. */
const DIGITS = String.raw` *[+-]? *(?:\d+(?:[.,]\d+){0,2}\.?|[.,]\d+)`;
/** What stands in place of the digits when the load is out of range. */
const NO_DIGITS = String.raw`[+-]?9999999E[+-]?\d\d|[+-]?[-. ]*`;
const UNIT = String.raw`%|[A-Za-z]{1,4}|tl\.[A-Z]`;
const LIMIT = "(?: *,? *(?:HI|OK|LO))?";

// A&D balances add an identity, the date and the time.
const BEFORE = String.raw`(?:LAB-?[\w-]*[,;])?(?:[\d/.-]{8,10}[,;])?(?:\d\d:\d\d:\d\d[,;])?`;
const LINE = new RegExp(
  `^(?:@\\d\\d)?${BEFORE}(${FIRST})([,;])(?:(${SECOND})(?:[,;]|(?=[ +-])))?(${DIGITS}|${NO_DIGITS}) *([,;])? *(${UNIT})?${LIMIT} *$`,
);
// CAS, 22 bytes: device id, lamps, 8 characters, a blank or relays, unit.
const CAS = /^(ST|US|OL),(GS|NT),([ -~])([\x80-\xff]),([ \d.+-]{8})[\0-\xff]([a-z]{2}| [a-z]|[a-z] )$/;
// CAS NT-200, limits: the same without commas, then zero, low, high and OK in place of the unit.
const CAS_LIMITS = /^(ST|US|OL)(GS|NT)([ -~])([\x80-\xff])[ -~]([ \d.+-]{8}) [01]{4}$/;
// rinstrum FMT_4: no commas.
const JOINED = /^(OL|ST|US)(GR|NT)([ -](?:[ \d.]{7}))([a-z]{2}| [a-z]|[a-z] )$/;
const HEADERS = new RegExp(`(?:${FIRST}),(?:${SECOND})[, +-]`);
// A&D dump print.
const DUMP = new RegExp(`^(WT|US|QT) +(${DIGITS}) +(${UNIT})$`);
// A&D for a Mettler's place: S and SD, the sign of negative weights alone.
const FOR_METTLER = new RegExp(`^(S|SD) {1,12}(-? *[\\d.,]*\\d) *(${UNIT})$`);
// Excell format 2, A&D for Karl Fischer titrators: a sign, the weight, the unit.
const SIGNED = new RegExp(`^([+-] *[\\d.,]*\\d)(?: *)(${UNIT})$`);
// A&D numerical: a sign and leading zeros, 9 or 10 characters. CAS, 10 bytes: 8 characters.
const NUMERICAL = /^(?:[+-]\d(?=[\d.,]{7,8}$)\d*[.,]?\d+|(?=.{8}$) *-?[\d.]*\d)$/;
// Shinko, Vibra: sign, 7 or 8 characters, unit in 2, judgement or kind of data, stable, unstable or error.
const SHINKO = /^([+-])([ \d.]{7,8})([A-Z ][A-Z%])([ LGHTUd1-5])([SUE ])$/;
// Shimadzu, with the stability before it: 8 characters, the last digit in brackets where it may not be used in trade.
const SHIMADZU = /^([SU])([ -])([ \d.]{7}(?:\d|\[\d\]))([A-Za-z]{1,3}|%) {0,2}$/;
const SHIMADZU_OUT = /^[SU]([ -]) *oL *$/;
const REFUSED = /^(?:E(?:READ|RW|MZ|MT|CT|MG|MN|R|T|Z|Q|S|SIR)|EC,E\d\d|ERR\d\d|SI[+-]?|\?)$/;
/** Commands that are done are echoed. */
const ECHO = /^(?:READ|RW|MZ|MT|CT|MG|MN|Q|R|T|Z|SIR|\x06)$/;

/**
 * `ST,GS,+0012.34kg`: A&D, CAS, Excell, Gram, UWE, T-Scale, Triner, Brecknell S122, Kern, Dini and the many alike, with
 * their shorter forms; and what Shinko and Shimadzu print.
 * Sources: A&D OP-05 p. 58, AD-4404 p. 82, EK-L p. 30, GX-300 p. 46, GX-A Communication Manual p. 17 (DP, KF, MT, NU), AD-4212D
 * p. 29 (CSV: with a decimal comma semicolons separate); CAS CI-400 p. 103 and CI-600D p. 74 (22 and 10 bytes, lamps), NT-200
 * p. 48, PD-II; Excell EX-2001 p. 25, Gram CM-15 p. 15; Dini DGT4X p. 52; Kern KXS-TM p. 70; rinstrum R320 p. 46 (FMT_4);
 * captures of T-Scale NHB and QHW; Shinko HG p. 28, Vibra HJ p. 48 (judgement, status); CAS CBL p. 31, Shimadzu UX p. 81.
 */
export const stGs: Dialect = {
  name: "st-gs",
  title: "ST,GS lines (A&D, CAS, Excell, Gram, T-Scale, Kern and many others)",
  cut,
  parse,
  write,
  commands: { weight: "Q\r\n", stillWeight: "S\r\n", zero: "Z\r\n", tare: "T\r\n" },
  isAnswer,
};

/** What does something is echoed, or refused; what asks for the weight is answered with it. */
function isAnswer(command: string, frame: string): boolean {
  const line = frame.trim();
  const asked = command.trim();
  if (REFUSED.test(line)) return true;
  return /^(?:MZ|MT|CT|R|T|Z)$/.test(asked) ? line === asked || line === "\x06" : !ECHO.test(line);
}

/** What stands before headers and is no part of their line is a frame by itself: a registration, a print without an end. */
function cut(held: string, stage: Stage): Cut | null {
  const line = cutLine(held, stage, /[\r\n\x02\x03]/);
  if (line === null || LINE.test(line.frame)) return line;
  const at = line.frame.slice(1).search(HEADERS) + 1;
  return at === 0 ? line : { frame: line.frame.slice(0, at), length: at };
}

function parse(frame: string, settings: DialectSettings): Print {
  const line = LINE.exec(frame);
  if (line !== null) return readLine(line, settings);
  const [, first, second, value, unit] = fixed(frame);
  if (first !== undefined) return readFields({ first, second, value, unit }, settings);
  const balance = readBalance(frame, settings);
  if (balance !== null) return balance;
  const [, digits, unitText] = SIGNED.exec(frame) ?? [];
  if (digits !== undefined) return readFields({ value: digits, unit: unitText }, settings);
  if (NUMERICAL.test(frame)) return readFields({ value: frame }, settings);
  if (REFUSED.test(frame)) {
    return withoutWeight(frame === "SI+" ? "overload" : frame === "SI-" ? "underload" : "error");
  }
  return ECHO.test(frame) ? withoutWeight("other") : rejected("malformed");
}

function readLine(match: RegExpExecArray, settings: DialectSettings): Print {
  const [, first, separator, second, value = "", , unit] = match;
  const isComma = separator === ";" && value.includes(",") && settings.decimalMark === null;
  if (unit === undefined && outOfRange[first ?? ""] === undefined) return rejected("malformed");
  return readFields(
    { first, second, value, unit },
    isComma ? { ...settings, decimalMark: "comma" } : settings,
  );
}

/** Whole, first header, second header, digits, unit of the layouts without separators. */
function fixed(frame: string): (string | undefined)[] {
  const [, first, second, , , value, unit] = CAS.exec(frame) ?? CAS_LIMITS.exec(frame) ?? [];
  if (first !== undefined) return [frame, first, second, value, unit];
  const joined = JOINED.exec(frame);
  if (joined !== null) return joined;
  const [, header, digits, unitText] = DUMP.exec(frame) ?? FOR_METTLER.exec(frame) ?? [];
  return header === undefined ? [] : [frame, header, undefined, digits, unitText];
}

/** What Shinko and Shimadzu print; null: neither. */
function readBalance(frame: string, settings: DialectSettings): Print | null {
  const [, sign, reading = "", unitCode = "", kind, status = ""] = SHINKO.exec(frame) ?? [];
  if (sign !== undefined) {
    // Whatever else it says is not valid.
    if (status === "E") return withoutWeight("error");
    // A cumulative value, the weight of one piece.
    if (kind === "T" || kind === "U") return withoutWeight("other");
    return readFields({ first: status, value: sign + reading, unit: unitCode }, settings);
  }
  const [, stability, polarity = "", value = "", unit = ""] = SHIMADZU.exec(frame) ?? [];
  if (stability !== undefined) {
    return readFields({ first: stability, value: polarity + withoutBrackets(value), unit }, settings);
  }
  const [, out] = SHIMADZU_OUT.exec(frame) ?? [];
  return out === undefined ? null : withoutWeight(out === "-" ? "underload" : "overload");
}

interface Fields {
  readonly first?: string | undefined;
  readonly second?: string | undefined;
  readonly value?: string | undefined;
  readonly unit?: string | undefined;
}

const modes: Readonly<Record<string, PrintMode>> = {
  GS: "gross",
  GR: "gross",
  NT: "net",
  TR: "tare",
  PT: "tare",
};
const stables: Readonly<Record<string, boolean>> = {
  ST: true,
  WT: true,
  S: true,
  US: false,
  SD: false,
  U: false,
};
const outOfRange: Readonly<Record<string, Extract<PrintKind, "overload" | "underload">>> = {
  OL: "overload",
  UL: "underload",
};

function readFields(
  { first = "", second = "", value = "", unit: text }: Fields,
  settings: DialectSettings,
): Print {
  const mode = modes[second] ?? null;
  const unit = text === undefined ? settings.unit : readPrintUnit(text);
  const out = outOfRange[first];
  if (out !== undefined) {
    return withoutWeight(value.startsWith("-9999999E") ? "underload" : out, { unit, mode });
  }
  if (first === "QT" || (text !== undefined && isNoWeight(text))) return withoutWeight("other");
  if (value.replace(/[^.,]/g, "").length > 1) return rejected("ambiguous");
  if (unit === null && text !== undefined) return rejected("unknown_unit");
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return readWeight(value, settings, { unit, mode, stable: stables[first] ?? null });
}

function write({ weight, unit, mode, stable }: Shown): string {
  const sign = weight.startsWith("-") ? "-" : "+";
  const digits = weight.replace("-", "").padStart(7, "0");
  return `${stable ? "ST" : "US"},${mode === "net" ? "NT" : "GS"},${sign}${digits}${unit.padStart(2)}\r\n`;
}
