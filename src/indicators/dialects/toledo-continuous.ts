import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readDigits, readNumber } from "../number.ts";
import { type Print, type PrintMode, type PrintUnit, rejected, weighed, withoutWeight } from "../print.ts";
import { checkOf, cutToledo, isCheckOf } from "./toledo-frames.ts";

// Status words A, B and C; weight; tare, which the short form has not; CR; check byte.
const STANDARD = /^\x02([ -?])([ -\x7f])(.)(?:([ \d]{6})(?:[ \d]{6})?|([ \d]{5})[ \d]{5})\r(.)?$/s;
const EXTENDED = /^\x01[ -\x7f]([ -\x7f])([ -\x7f])([ -\x7f])[ -\x7f]([ \d.,+-]{9})[ \d.,+-]{8}\r(.)?$/s;

/** By bits 0 to 2 of status word C; 0 is told by word B, 7 is a unit of the owner's. */
const units: readonly (PrintUnit | undefined)[] = [undefined, "g", "t", "oz", "ozt", "dwt", "ton"];
/** By bits 0 to 3 of the first status byte of the extended form. */
const extendedUnits: readonly (PrintUnit | undefined)[] = [
  undefined,
  "lb",
  "kg",
  "g",
  "t",
  "ton",
  "ozt",
  "dwt",
  "oz",
];

/**
 * Toledo's continuous output: `STX A B C weight tare CR`, with or without a check byte; the short form without a tare
 * (Cardinal, Rice Lake); five digits a weight (Fairbanks); the extended form `SOH address 4 bytes weight tare CR`.
 * Digits stand without point and sign; status word A says where the point is. Zeros that it says to follow are among
 * the digits. What the expanded display shows is as good as any other weight.
 * Sources: Mettler-Toledo Wildcat p. 40, ICS425 p. 50, IND245 firmware (scale/ContOut.c: units, check byte, extended
 * form), IND231 frames captured in mettler_toledo_bridge; Cardinal 201 p. 80; Rice Lake 880 p. 84; Fairbanks FB2250
 * p. 55 (five digits, the check byte is the sum) and FB2550 p. 175 (bit 5 of word C is 0).
 */
export const toledoContinuous: Dialect = {
  name: "toledo-continuous",
  title: "Toledo continuous output (Mettler-Toledo, Cardinal, Rice Lake, Fairbanks and other indicators)",
  cut: cutToledo,
  parse,
  write,
  commands: { zero: "Z", tare: "T", clearTare: "C", print: "P" },
  isBinary: true,
};

function parse(frame: string, settings: DialectSettings): Print {
  const standard = STANDARD.exec(frame);
  if (standard !== null) return parseStandard(frame, standard);
  const extended = EXTENDED.exec(frame);
  if (extended !== null) return parseExtended(frame, extended, settings);
  // One byte alone stands where a check byte does.
  return rejected(frame.length === 1 ? "checksum" : "malformed");
}

function parseStandard(frame: string, match: RegExpExecArray): Print {
  const [, wordA = "", wordB = "", wordC = "", six, five = "", check] = match;
  if (check !== undefined && !isCheckOf(frame.slice(0, -1), check)) return rejected("checksum");
  const a = wordA.charCodeAt(0);
  const b = wordB.charCodeAt(0);
  const unitCode = wordC.charCodeAt(0) & 7;
  const unit = unitCode === 0 ? (b & 0x10 ? "kg" : "lb") : units[unitCode];
  if (unit === undefined) return rejected("unknown_unit");
  const mode = b & 1 ? "net" : "gross";
  const isNegative = (b & 2) !== 0;
  if (b & 4) return withoutWeight(isNegative ? "underload" : "overload", { unit, mode });
  // Not zeroed since it was switched on: it shows no weight.
  if (b & 0x40) return withoutWeight("error", { unit, mode });
  const digits = six ?? five;
  const zeros = Math.max(0, 2 - (a & 7));
  if (zeros > 0 && !new RegExp(`0{${zeros}}$|^ *0$`).test(digits)) return rejected("decimals_unknown");
  const weight = readDigits(digits, Math.max(0, (a & 7) - 2), isNegative);
  return weight === null ? rejected("malformed") : weighed(weight, { unit, mode, stable: (b & 8) === 0 });
}

function parseExtended(
  frame: string,
  [, first = "", second = "", third = "", digits = "", check]: RegExpExecArray,
  settings: DialectSettings,
): Print {
  if (check !== undefined && !isCheckOf(frame.slice(0, -1), check)) return rejected("checksum");
  const unit = extendedUnits[first.charCodeAt(0) & 0xf];
  if (unit === undefined) return rejected("unknown_unit");
  const mode: PrintMode = second.charCodeAt(0) & 1 ? "net" : "gross";
  const state = third.charCodeAt(0);
  if (state & 4) return withoutWeight("overload", { unit, mode });
  if (state & 2) return withoutWeight("underload", { unit, mode });
  if (state & 0b1001) return withoutWeight("error", { unit, mode });
  const number = readNumber(digits, settings.decimalMark);
  if (number === null) return rejected("malformed");
  if (number === "ambiguous") return rejected("ambiguous");
  const stable = (first.charCodeAt(0) & 0x40) === 0;
  return weighed(number.value, { unit, mode, stable, mark: number.mark });
}

/** With a check byte. A weight of more than six digits is out of range. */
function write({ weight, unit, mode, stable }: Shown): string {
  const digits = weight.replace(/[-.]/g, "").replace(/^0+(?=\d)/, "");
  const decimals = weight.split(".")[1]?.length ?? 0;
  const a = 0x28 + decimals + 2;
  const isOut = digits.length > 6 || decimals > 5;
  const b =
    0x20 +
    (mode === "net" ? 1 : 0) +
    (weight.startsWith("-") ? 2 : 0) +
    (isOut ? 4 : 0) +
    (stable ? 0 : 8) +
    (unit === "kg" ? 0x10 : 0);
  const c = 0x20 + Math.max(0, units.indexOf(unit));
  const field = isOut ? " ".repeat(6) : digits.padStart(6);
  const text = `\x02${String.fromCharCode(a, b, c)}${field}     0\r`;
  return text + checkOf(text);
}
