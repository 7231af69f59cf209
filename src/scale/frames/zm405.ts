import { withoutParity } from "../../indicators/transport/parity.ts";
import { idMax } from "../../weighing/ids.ts";
import type { DecimalMark, Parsed } from "../../weighing/reading.ts";
import type { RejectReason } from "../../weighing/reject-reason.ts";
import { readUnit, unitSpellings } from "../../weighing/units.ts";
import type { LineGrammar } from "./line-grammar.ts";

const DIGITS_BEFORE_POINT_MAX = 6;
const DECIMALS_MAX = 4;

// In these patterns neighbours share no bytes but a run of blanks, so there is next to nothing to backtrack over.
const BLANK = String.raw`[ \t\xa0]*`;
const SCALE = String.raw`${BLANK}(\d+)${BLANK},${BLANK}`;
/** `lbs` before `lb`: the first that fits is taken. */
const KNOWN_UNIT = `(?:${[...unitSpellings.keys()].sort((a, b) => b.length - a.length).join("|")})`;

const GROSS = "G|GR|GROSS|Gross";
const NET = "N|NT|NET|Net";
const STEADY = "S|ST|STABLE|Stable";
/** Marks that leave the weight what it is. */
const HARMLESS_MARK = `${GROSS}|${NET}|${STEADY}`;
const MARK_BEHIND = String.raw`(?:[ \t\xa0]+|${BLANK}[,;]${BLANK})(${HARMLESS_MARK})`;

// Scale; mark; sign; number; unit; what stands behind it. The last is looked at only where there is something: most prints
// end with the unit, and are read in half the time.
const READING = new RegExp(
  String.raw`^${SCALE}(?:(${HARMLESS_MARK})[ \t\xa0]+)?(?:([+-])${BLANK})?([\d.,]+)${BLANK}([A-Za-z]+)\.?([ \t\xa0,;][\s\S]*)?$`,
);
/** Up to two marks. */
const BEHIND_UNIT = new RegExp(`^(?:${MARK_BEHIND})?(?:${MARK_BEHIND})?${BLANK}[,;]?${BLANK}$`);

// Digits; decimals behind a point or a comma; decimals behind a point without digits before it.
const DECIMAL = /^(?:(\d+)(?:([.,])(\d*))?|\.(\d+))$/;
/** The same with one mark for decimals, the other one for thousands. No thousands are `0,500`: that is a half. */
const withMark = (decimal: string, thousands: string) =>
  new RegExp(
    String.raw`^(?:(\d+|(?!0+${thousands})\d{1,3}(?:${thousands}\d{3})+)(?:(${decimal})(\d*))?|${decimal}(\d+))$`,
  );
const DECIMAL_POINT = withMark(String.raw`\.`, ",");
const DECIMAL_COMMA = withMark(",", String.raw`\.`);

// Sign; digits; decimals behind a point, behind a comma, behind a point without digits before it.
const NUMBER = String.raw`(?:([+-])${BLANK})?(?:(\d+)(?:\.(\d*)|,(\d+))?|\.(\d+))`;
const PRINT_BEFORE_NEXT = new RegExp(String.raw`^(${SCALE}${NUMBER}${BLANK}([A-Za-z]+))([ \t\xa0\0]*)(?=\d)`);
const PRINT = new RegExp(`^${SCALE}${NUMBER}${BLANK}([A-Za-z]*)`);
/**
 * `2,21.00`, `2,21,00` and `2, 21` can be no number, so a print begins there. `2,210.00` may be two thousand; `3,2` may
 * be three and two tenths.
 */
const UNMISTAKABLE = new RegExp(
  String.raw`^\d+${BLANK},(?:[ \t\xa0]+[+-]?${BLANK}[\d.]|[+-]|(?!\d{3}[.,])(?:\d*\.\d|\d+,\d))`,
);
/** A print of which only the beginning came. */
const CUT_OFF = new RegExp(String.raw`^\d+(?:,${BLANK}(?:[+-]${BLANK})?\d*[.,]?)?$`);
const BEGINNING_AT_END = new RegExp(String.raw`\d+(?:${BLANK},[\d., \t\xa0+-]*)?$`);
const BEGINNING = new RegExp(String.raw`^\d+(?:${BLANK},|$)`);
/** Behind what can be no part of a number. */
const LAST_PRINT = new RegExp(
  String.raw`(?<=[^\d \t\xa0.,+-]${BLANK})\d+,${BLANK}(?:[+-]${BLANK})?[\d.,]*[\d.]${BLANK}${KNOWN_UNIT}${BLANK}$`,
  "i",
);

const WEIGHTS = new RegExp(String.raw`\d${BLANK}${KNOWN_UNIT}(?![A-Za-z])`, "gi");
/** A print, and then what begins like another one. */
const ANOTHER_BEGINS = new RegExp(
  String.raw`^${SCALE}[+-]?${BLANK}[\d.,]*[\d.]${BLANK}[A-Za-z]+\.?[ \t\xa0\0,;]*\d+,${BLANK}[+-]?[\d.]`,
);

const MOTION_MARK = "MOTION|MOT|MO|M|~";
const LOAD_WORD = "OVERLOAD|OVER|OL|UNDERLOAD|UNDER|UL";
// Letters touch no digit: `45.2O` is a garbled number, not a mark.
const marked = (mark: string) =>
  new RegExp(
    String.raw`^${SCALE}(?:(?:${mark})[ \t]+|~${BLANK})?${NUMBER}(?:[ \t]+(?:${mark}))?` +
      String.raw`${BLANK}${KNOWN_UNIT}${BLANK}(?:(?:${HARMLESS_MARK})[ \t]+(?=${mark}))?(?:(?:${mark})${BLANK})?$`,
    "i",
  );
const READING_IN_MOTION = marked(MOTION_MARK);
const READING_WITH_MARKS = marked(`${MOTION_MARK}|${LOAD_WORD}|O|U`);

// At least two: a single dash is a sign that lost its number, not a display full of dashes.
const LINE = String.raw`[-^_=\xaf]`;
const LINES = String.raw`${LINE}(?:[ \t]*[.,])*[ \t]*${LINE}(?:[ \t]*[-^_=\xaf.,])*|[\^_=\xaf]`;
const NO_WEIGHT = new RegExp(
  `^${SCALE}(?:${LINES}|[+-]?(?:${LOAD_WORD}))${BLANK}(?:[A-Za-z]+${BLANK})?$`,
  "i",
);

const SCALE_ONLY = new RegExp(`^${SCALE}`);

/**
 * `[scale_id],[weight] [unit]`, as the plant's Avery Weigh-Tronix ZM405 are set up to print it: scale id
 * 1 to `idMax`, weight with up to 6 digits before and 4 behind a point or a comma, unit lb, lbs, kg, kgs, g or
 * oz in any case. Blanks may stand around each part, and between weight and unit may be none; a point, a comma or a
 * semicolon behind the unit says nothing. What is not exactly understood is rejected: a weight is never guessed.
 *
 * `G` alone is no unit: it is also the mark of a gross weight. Marks that leave the weight what it is (gross, net,
 * steady) may stand before the number or behind the unit. Behind the unit they need a weight that shows its decimals:
 * `12,50 lb G` is also how a factory format prints 12.50 lb where commas mark decimals.
 *
 * A comma with exactly three digits behind it may mark decimals or thousands: ambiguous, unless `decimalMark` says it.
 *
 * Of several faults the first of this order is the reason: `ambiguous` (two weights); what the indicator itself says
 * (`motion`, `overload`); `malformed`; a scale id `out_of_range`; `unknown_unit`; `ambiguous` (a comma); `not_positive`; a
 * weight `out_of_range`.
 *
 * Marks are in a print only where a dealer put their tokens into its format. Sources: Avery Weigh-Tronix, ZM401/ZM405
 * Service Manual (AWT35-501334), 11.2.1: the token WSTAT prints `O` overload, `U` underload, `M` motion, `S` stable, `E`
 * calibration error, 6 characters wide; 7.1.2 (SMA) the same letters; its factory formats print `G`, `N`. SMA SCP-0499 and
 * Sartorius PR 5220 (SMA protocol): dashes in place of the weight on an error. Cardinal 201: `MO`. The longer words, `~`
 * and the other lines are read so because no reading of them is a weight. `E` stays malformed.
 */
export const zm405: LineGrammar = {
  name: "zm405",
  parse,
  isWhole,
  split,
  beginsPrint,
  beginningAtEnd,
  isUnmistakable,
  lastPrint,
};

function parse(frame: string, decimalMark: DecimalMark): Parsed {
  // A no-break space in UTF-8, which European formats print before the unit.
  const text = frame.includes("\xc2\xa0") ? frame.replaceAll("\xc2\xa0", " ") : frame;
  const parsed = parseText(text, decimalMark);
  if (parsed.ok || parsed.reason !== "malformed") return parsed;
  const plain = withoutParity(frame);
  if (plain === null) return parsed;
  const withoutIt = parseText(plain.replace(/^[\0-\x20\x7f]+|[\0-\x20\x7f]+$/g, ""), decimalMark);
  return withoutIt.ok ? { ...withoutIt, hadParity: true } : withoutIt;
}

function parseText(frame: string, decimalMark: DecimalMark): Parsed {
  const match = READING.exec(frame);
  const behind = match?.[6];
  const marks = behind === undefined ? null : BEHIND_UNIT.exec(behind);
  if (match === null || (behind !== undefined && marks === null)) {
    return rejected(explain(frame), SCALE_ONLY.exec(frame)?.[1]);
  }

  const id = match[1] ?? "";
  const markBefore = match[2];
  const markBehind = marks?.[1];
  if (marks !== null && contradict([markBefore, markBehind, marks[2]])) return rejected("malformed", id);
  const value = numberOf(match[4] ?? "", decimalMark);
  if (value === null || value.decimals.length > DECIMALS_MAX) return rejected("malformed", id);

  const printedScale = scaleId(id);
  if (printedScale === null) return rejected("out_of_range", id);
  const unitText = match[5] ?? "";
  const unit = unitText === "G" ? null : readUnit(unitText);
  if (unit === null) return rejected("unknown_unit", id);
  const isUnsure =
    markBehind !== undefined && markBefore === undefined && !UNMISTAKABLE.test(frame.trimStart());
  if (isUnsure || isGuess(value, decimalMark)) return rejected("ambiguous", id);

  const whole = withoutLeadingZeros(value.whole);
  const { decimals } = value;
  if (match[3] === "-" || (whole === "0" && isZero(decimals))) return rejected("not_positive", id);
  if (whole.length > DIGITS_BEFORE_POINT_MAX) return rejected("out_of_range", id);

  const weight = decimals === "" ? whole : `${whole}.${decimals}`;
  return { ok: true, reading: { printedScale, weight, unit }, mark: value.mark, hadParity: false };
}

interface Value {
  readonly whole: string;
  readonly decimals: string;
  readonly mark: "point" | "comma" | null;
}

/** null where the text is no number. */
function numberOf(text: string, decimalMark: DecimalMark): Value | null {
  const match = formOf(decimalMark).exec(text);
  if (match === null) return null;
  const only = match[4];
  if (only !== undefined) {
    return { whole: "0", decimals: only, mark: decimalMark === "comma" ? "comma" : "point" };
  }
  const [whole, sign, decimals] = [match[1] ?? "", match[2], match[3] ?? ""];
  if (sign === "," && decimals === "") return null;
  const mark = sign === undefined ? null : sign === "," ? "comma" : "point";
  const isGrouped = decimalMark === "point" || decimalMark === "comma";
  return { whole: isGrouped ? whole.replace(/[.,]/g, "") : whole, decimals, mark };
}

function formOf(decimalMark: DecimalMark): RegExp {
  if (decimalMark === "point") return DECIMAL_POINT;
  return decimalMark === "comma" ? DECIMAL_COMMA : DECIMAL;
}

/** Whether the mark of its decimals may be one of thousands, or is not the one that this connection prints. */
function isGuess({ mark, decimals }: Value, decimalMark: DecimalMark): boolean {
  switch (decimalMark) {
    case "point":
    case "comma":
      return false;
    case "auto":
      return mark === "comma" && decimals.length === 3;
    case "auto-point":
      return mark === "comma";
    case "auto-comma":
      return mark === "point" || (mark === "comma" && decimals.length === 3);
  }
}

/** Two marks that say the same, or of which only one can be true. */
function contradict(marks: readonly (string | undefined)[]): boolean {
  const given = marks.filter((mark) => mark !== undefined);
  const steady = given.filter((mark) => STEADY.split("|").includes(mark));
  return steady.length > 1 || given.length - steady.length > 1;
}

/** Why a line that is no reading is none. */
function explain(frame: string): RejectReason {
  if (saysSeveral(frame)) return "ambiguous";
  if (READING_IN_MOTION.test(frame)) return "motion";
  if (READING_WITH_MARKS.test(frame) || NO_WEIGHT.test(frame)) return "overload";
  return "malformed";
}

function saysSeveral(text: string): boolean {
  return (text.match(WEIGHTS)?.length ?? 0) > 1 || ANOTHER_BEGINS.test(text);
}

function isWhole(line: string, parsed: Parsed): boolean {
  if (parsed.ok) return true;
  if (parsed.reason === "malformed" || saysSeveral(line)) return false;
  // `1,45.20 l` may still become `lb`; `1,45.20 st` and dashes become no bag, whatever follows.
  const letters = READING.exec(line)?.[5]?.toLowerCase();
  if (letters === undefined || unitSpellings.has(letters)) return true;
  return ![...unitSpellings.keys()].some((unit) => unit.startsWith(letters));
}

function split(run: string, ended: boolean): { frames: string[]; rest: string } {
  const frames: string[] = [];
  let rest = run;
  for (;;) {
    const match = PRINT_BEFORE_NEXT.exec(rest);
    if (match === null) return { frames, rest };
    const [all, frame = "", , , , point, comma, onlyDecimals, unit = "", gap] = match;
    const next = rest.substring(all.length);
    const decimals = point ?? comma ?? onlyDecimals ?? "";
    const isCutOff = ended && decimals !== "" && CUT_OFF.test(next);
    const isNext = UNMISTAKABLE.test(next) || (gap === "" && (isCutOff || isAlike(next, decimals, unit)));
    if (!isNext) return { frames, rest };
    frames.push(frame);
    rest = next;
  }
}

/** Whether a print begins `text` that has as many decimals, in the same unit. */
function isAlike(text: string, decimals: string, unit: string): boolean {
  const match = PRINT.exec(text);
  if (match === null) return false;
  const [, , , , point, comma, onlyDecimals, itsUnit = ""] = match;
  const itsDecimals = point ?? comma ?? onlyDecimals ?? "";
  return itsDecimals.length === decimals.length && readUnit(itsUnit) === readUnit(unit) && itsUnit !== "";
}

function beginsPrint(text: string): boolean {
  return BEGINNING.test(text);
}

function beginningAtEnd(text: string): string {
  return BEGINNING_AT_END.exec(text)?.[0] ?? "";
}

function isUnmistakable(frame: string): boolean {
  return UNMISTAKABLE.test(frame);
}

function lastPrint(noise: string, decimalMark: DecimalMark): number {
  const match = LAST_PRINT.exec(noise);
  if (match === null || (noise.match(WEIGHTS)?.length ?? 0) > 1) return -1;
  const [print] = match;
  return UNMISTAKABLE.test(print) && parseText(print, decimalMark).ok ? match.index : -1;
}

function rejected(reason: RejectReason, id: string | undefined): Parsed {
  return { ok: false, reason, printedScale: id === undefined ? null : scaleId(id) };
}

/** null beyond 1 to `idMax`. */
function scaleId(digits: string): number | null {
  // Far beyond the range a number is inexact, even Infinity, but never small.
  const id = Number(digits);
  return id >= 1 && id <= idMax ? id : null;
}

function withoutLeadingZeros(digits: string): string {
  let at = 0;
  while (at < digits.length - 1 && digits.charCodeAt(at) === 0x30) at++;
  return at === 0 ? digits : digits.substring(at);
}

function isZero(decimals: string): boolean {
  for (let at = 0; at < decimals.length; at++) if (decimals.charCodeAt(at) !== 0x30) return false;
  return true;
}
