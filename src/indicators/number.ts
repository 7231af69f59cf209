/** A number as it was printed. */
export interface PrintedNumber {
  /** A decimal with a point: `-` before a negative one, no needless leading zeros, decimals as printed. Zero has no sign. */
  readonly value: string;
  /** What stood before its decimals. */
  readonly mark: "point" | "comma" | null;
}

// Sign, perhaps with blanks behind it; digits; decimals; decimals without digits before the mark.
const NUMBER = /^ *([+-]?) *(?:(\d{1,12})(?:([.,])(\d{0,6}))?|([.,])(\d{1,6})) *$/;

/**
 * Reads a number of digits with at most one mark and a sign before them, with blanks around each.
 *
 * @param decimalMark as of the settings: with it set, the other mark makes no number; with null a comma with exactly
 * three digits behind it makes `ambiguous`, for it may mark thousands.
 * @returns null where it is no number.
 */
export function readNumber(
  text: string,
  decimalMark: "point" | "comma" | null,
): PrintedNumber | "ambiguous" | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, sign = "", digits = "", behind, decimals = "", alone, onlyDecimals] = match;
  const character = behind ?? alone;
  const mark = character === undefined ? null : character === "," ? "comma" : "point";
  const fraction = onlyDecimals ?? decimals;
  if (mark === "comma" && fraction === "") return null;
  if (mark !== null && decimalMark !== null && mark !== decimalMark) return "ambiguous";
  if (mark === "comma" && decimalMark === null && fraction.length === 3) return "ambiguous";
  return { value: decimal(sign === "-", digits, fraction), mark };
}

/**
 * A number whose digits carry neither sign nor point: blanks, then digits.
 *
 * @param decimals how many of the digits are behind the point, 0 to 5.
 * @returns null where the text is not that.
 */
export function readDigits(text: string, decimals: number, isNegative: boolean): string | null {
  const digits = /^ *(\d{1,12})$/.exec(text)?.[1]?.padStart(decimals + 1, "0");
  if (digits === undefined) return null;
  return decimal(
    isNegative,
    digits.slice(0, digits.length - decimals),
    digits.slice(digits.length - decimals),
  );
}

function decimal(isNegative: boolean, digits: string, fraction: string): string {
  const whole = digits.replace(/^0+(?=\d)/, "") || "0";
  const value = fraction === "" ? whole : `${whole}.${fraction}`;
  return isNegative && /[1-9]/.test(value) ? `-${value}` : value;
}

/** The digits without the brackets that verified balances print around those that may not be used in trade: `123.5[6]`. */
export function withoutBrackets(text: string): string {
  return text.replace(/\[(\d+)\]/, "$1");
}
