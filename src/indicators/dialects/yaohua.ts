import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { readDigits, readNumber } from "../number.ts";
import { type Print, type PrintMode, rejected, weighed, withoutWeight } from "../print.ts";
import { readPrintUnit } from "../print-units.ts";

const decimalsMax = 3;

const STREAM = /^=([\d. -]{8})/;
const STREAM_SO_FAR = /^=[\d. -]{0,8}$/;
// Address and command of a reply; sign, digits and how many of them are behind the point; check.
const BLOCK = /^\x02(?:[A-Z]([A-I]))?(?:([+-])([ \d]{6})([0-5]))?([0-9A-F]{2})\x03$/i;
const LIDEN = /^w([wnt]) *(-? *[\d.]{1,9}) *(kg|g|lb|t)$/;

const modes: Readonly<Record<string, PrintMode>> = {
  w: "gross",
  n: "net",
  t: "tare",
  B: "gross",
  C: "tare",
  D: "net",
};

/**
 * Yaohua XK3190 and what talks like it: the stream `=` with 8 characters and no end, the last digit first (D2, D9, A12, A26)
 * or last; blocks `STX sign digits decimals check ETX`, with an address and a command before the sign in replies; Liden's
 * `ww00015.000kg`.
 *
 * The order of a stream's digits is that of the settings. Without it the sign decides, which is before the first digit; else
 * the point, as such indicators show at most three decimals: of seven digits only one order has no more. Eight digits
 * without a point are ambiguous.
 * Sources: XK3190-A26 p. 13, A23p p. 24 to 26, device-ctrl on git.njzscloud.com (blocks); Liden LUW2001 p. 16;
 * ilwk/weighbridge-reader, test data (`wn 0002.02kg`).
 */
export const yaohua: Dialect = {
  name: "yaohua",
  title: "Yaohua XK3190 (D2, D9, A9, A12, A23, A26), Liden",
  cut,
  parse,
  write,
  commands: { weight: "\x02AB03\x03" },
};

function cut(held: string, stage: Stage): Cut | null {
  if (/^[\r\n\0]/.test(held)) return { frame: "", length: 1 };
  const [stream] = STREAM.exec(held) ?? [];
  if (stream !== undefined) return { frame: stream, length: stream.length };
  const next = held.slice(1).search(/[=\x02\x03\r\n]/) + 1;
  if (next > 0) {
    const isBlock = held.startsWith("\x02") && held[next] === "\x03";
    const length = isBlock ? next + 1 : next;
    return { frame: held.slice(0, length), length };
  }
  // What is no stream for certain still ends with the next frame's beginning.
  return stage === "ended" ? { frame: held, length: held.length } : null;
}

function parse(frame: string, settings: DialectSettings): Print {
  const [, digits] = STREAM.exec(frame) ?? [];
  if (digits !== undefined) return readStream(digits, settings);
  if (STREAM_SO_FAR.test(frame)) return rejected("truncated");
  const block = BLOCK.exec(frame);
  if (block !== null) return readBlock(frame, block, settings);
  const [, letter = "", weight, unitText = ""] = LIDEN.exec(frame.trimEnd()) ?? [];
  if (weight === undefined) return rejected("malformed");
  const number = readNumber(weight, settings.decimalMark);
  if (number === null || number === "ambiguous") return rejected(number ?? "malformed");
  const unit = readPrintUnit(unitText);
  const mode = modes[letter] ?? null;
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return weighed(number.value, { unit, mode, mark: number.mark });
}

function readStream(text: string, { digits: order, decimalMark, unit }: DialectSettings): Print {
  const readings = [
    { order: "forward", text },
    { order: "reversed", text: [...text].reverse().join("") },
  ].filter((reading) => reading.order === (order ?? reading.order) && isShown(reading.text, order === null));
  const [reading] = readings;
  if (reading === undefined) return rejected("malformed");
  // A palindrome is the same in both orders.
  if (readings.some((other) => other.text !== reading.text)) return rejected("ambiguous");
  const number = readNumber(reading.text, decimalMark);
  if (number === null || number === "ambiguous") return rejected(number ?? "malformed");
  return weighed(number.value, { unit, mark: number.mark });
}

/** Whether an indicator shows a number so. */
function isShown(text: string, isLimited: boolean): boolean {
  const [, decimals = ""] = /^ *-?\d*(?:\.(\d*))?$/.exec(text) ?? [undefined, "none"];
  return decimals !== "none" && /\d/.test(text) && (!isLimited || decimals.length <= decimalsMax);
}

function readBlock(frame: string, match: RegExpExecArray, { unit }: DialectSettings): Print {
  const [, command, sign, digits = "", decimals = "", check = ""] = match;
  if (check.toUpperCase() !== checkOf(frame.slice(1, -3))) return rejected("checksum");
  const mode = command === undefined ? null : (modes[command.toUpperCase()] ?? null);
  // A handshake, or a request that is echoed; a truck's number, if it is another command's.
  if (sign === undefined || (command !== undefined && mode === null)) return withoutWeight("other");
  const weight = readDigits(digits, Number(decimals), sign === "-");
  if (weight === null) return rejected("malformed");
  return mode === "tare" ? withoutWeight("other", { unit, mode }) : weighed(weight, { unit, mode });
}

/** The exclusive or of the bytes, as two hexadecimal digits. */
function checkOf(text: string): string {
  let check = 0;
  for (let at = 0; at < text.length; at++) check ^= text.charCodeAt(at);
  return check.toString(16).padStart(2, "0").toUpperCase();
}

/** The stream with the last digit first. */
function write({ weight }: Shown): string {
  const sign = weight.startsWith("-") ? "-" : "";
  const digits = weight.replace("-", "").padStart(8 - sign.length, "0");
  return `=${[...(sign + digits)].reverse().join("")}`;
}
