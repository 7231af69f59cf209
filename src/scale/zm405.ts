import type { Dialect } from "./dialect.ts";
import type { Parsed, RejectReason, Unit } from "./reading.ts";

/** A scale id is stored as a Postgres `integer`. */
const SCALE_ID_MAX = 2_147_483_647;
const DIGITS_BEFORE_POINT_MAX = 6;
const DECIMALS_MAX = 4;

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ["lb", "lb"],
  ["lbs", "lb"],
  ["kg", "kg"],
  ["g", "g"],
  ["oz", "oz"],
]);

// In these patterns neighbours share no bytes but a run of blanks, so there is next to nothing to backtrack over.
const BLANK = String.raw`[ \t]*`;
const SCALE = String.raw`${BLANK}(\d+)${BLANK},${BLANK}`;
// Sign; digits; decimals behind a point, behind a comma, behind a point without digits before it.
const NUMBER = String.raw`(?:([+-])${BLANK})?(?:(\d+)(?:\.(\d*)|,(\d+))?|\.(\d+))`;
const KNOWN_UNIT = "(?:lbs?|kg|g|oz)";
const PADDING = String.raw`[ \t\0]*`;

const READING = new RegExp(`^${SCALE}${NUMBER}${BLANK}([A-Za-z]+)${BLANK}$`);
const READING_BEFORE_NEXT = new RegExp(`^(${SCALE}${NUMBER}${BLANK}[A-Za-z]+)${PADDING}\\d+,`);
const READING_BEFORE_LAST = new RegExp(`^(${SCALE}${NUMBER}${BLANK}[A-Za-z]+)${PADDING}\\d+(?:,|$)`);

const MOTION_MARK = "MOTION|MOT|MO|M|~";
const LOAD_WORD = "OVERLOAD|OVER|OL|UNDERLOAD|UNDER|UL";
// Letters touch no digit: `45.2O` is a garbled number, not a mark.
const marked = (mark: string) =>
  new RegExp(
    String.raw`^${SCALE}(?:(?:${mark})[ \t]+|~${BLANK})?${NUMBER}(?:[ \t]+(?:${mark}))?` +
      `${BLANK}${KNOWN_UNIT}${BLANK}(?:(?:${mark})${BLANK})?$`,
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
 * 1 to 2147483647, weight with up to 6 digits before and 4 behind a point or a comma, unit lb, lbs, kg, g or
 * oz in any case. Blanks may stand around each part, and between weight and unit may be none. What is not
 * exactly understood is rejected: a weight is never guessed.
 *
 * Of several faults the first of this order is the reason: `malformed`; what the indicator itself says
 * (`overload`, `motion`); a scale id `out_of_range`; `unknown_unit`; `not_positive`; a weight `out_of_range`.
 *
 * Marks of motion and overload are in a print only where a dealer put their tokens into its format. Sources:
 * Avery Weigh-Tronix, ZM401/ZM405 Service Manual (AWT35-501334), 11.2.1: the token WSTAT prints `O` overload,
 * `U` underload, `M` motion, `S` stable, `E` calibration error, 6 characters wide; 7.1.2 (SMA) the same letters.
 * SMA SCP-0499 and Sartorius PR 5220 (SMA protocol): dashes in place of the weight on an error. Cardinal 201:
 * `MO`. The longer words, `~` and the other lines are read so because no reading of them is a weight.
 * `S` and `E` stay malformed: they are not in the plant's format.
 */
export const zm405: Dialect = { name: "zm405", parse, isWhole, boundary };

function parse(frame: string): Parsed {
  const match = READING.exec(frame);
  if (match === null) return rejected(explain(frame), SCALE_ONLY.exec(frame)?.[1]);

  const [id, sign, digits] = [match[1] ?? "", match[2], match[3] ?? "0"];
  const decimals = match[4] ?? match[5] ?? match[6] ?? "";
  if (decimals.length > DECIMALS_MAX) return rejected("malformed", id);

  const printedScale = scaleId(id);
  if (printedScale === null) return rejected("out_of_range", id);
  const unit = UNITS.get((match[7] ?? "").toLowerCase());
  if (unit === undefined) return rejected("unknown_unit", id);

  const whole = withoutLeadingZeros(digits);
  if (sign === "-" || (whole === "0" && isZero(decimals))) return rejected("not_positive", id);
  if (whole.length > DIGITS_BEFORE_POINT_MAX) return rejected("out_of_range", id);

  const weight = decimals === "" ? whole : `${whole}.${decimals}`;
  return { ok: true, reading: { printedScale, weight, unit } };
}

/** Why a line that is no reading is none. */
function explain(frame: string): RejectReason {
  if (READING_IN_MOTION.test(frame)) return "motion";
  if (READING_WITH_MARKS.test(frame) || NO_WEIGHT.test(frame)) return "overload";
  return "malformed";
}

function isWhole(line: string): boolean {
  const parsed = parse(line);
  if (parsed.ok) return true;
  if (parsed.reason === "malformed") return false;
  // `1,45.20 l` may still become `lb`; `1,45.20 st` and dashes become no bag, whatever follows.
  const letters = READING.exec(line)?.[7]?.toLowerCase();
  if (letters === undefined || UNITS.has(letters)) return true;
  return ![...UNITS.keys()].some((unit) => unit.startsWith(letters));
}

/**
 * The next frame begins behind a unit, and only there, with `digits,`. Anywhere else a number and a comma are
 * also how a European factory format prints a weight: `G   12,50 lb` is no bag of scale 12.
 */
function boundary(line: string, ended: boolean): number {
  if (!ended && line.indexOf(",", line.indexOf(",") + 1) < 0) return 0;
  const match = (ended ? READING_BEFORE_LAST : READING_BEFORE_NEXT).exec(line);
  return match?.[1]?.length ?? 0;
}

function rejected(reason: RejectReason, id: string | undefined): Parsed {
  return { ok: false, reason, printedScale: id === undefined ? null : scaleId(id) };
}

/** null beyond 1 to 2147483647. */
function scaleId(digits: string): number | null {
  // Far beyond the range a number is inexact, even Infinity, but never small.
  const id = Number(digits);
  return id >= 1 && id <= SCALE_ID_MAX ? id : null;
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
