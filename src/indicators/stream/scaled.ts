const decimalsMax = 6;
const digitsMax = 9;
/** One unit of a scaled weight is a millionth of the weight's unit. */
export const scaledOne = 1_000_000;

const plain = new RegExp(
  `^[+-]?(?:\\d{1,${digitsMax}}(?:\\.\\d{0,${decimalsMax}})?|\\.\\d{1,${decimalsMax}})$`,
);

/**
 * A weight as a whole number of millionths, exact: at most 9 digits before the point and 6 behind it, with or without a
 * sign. `-0.00` is 0.
 *
 * @returns null where the text is none.
 */
export function scaled(text: string): number | null {
  if (!plain.test(text)) return null;
  const sign = text.charCodeAt(0);
  const point = text.indexOf(".");
  let value = 0;
  for (let at = sign === 0x2b || sign === 0x2d ? 1 : 0; at < text.length; at++) {
    if (at !== point) value = value * 10 + text.charCodeAt(at) - 0x30;
  }
  value *= lastDigit(text, point);
  return sign === 0x2d && value !== 0 ? -value : value;
}

/** What one step of the text's last digit is, in millionths. */
export function lastDigit(text: string, point = text.indexOf(".")): number {
  return point < 0 ? scaledOne : 10 ** (decimalsMax - (text.length - point - 1));
}
