import { cutLineFrom } from "../cut-lines.ts";
import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { readNumber } from "../number.ts";
import { type Print, type PrintUnit, rejected, weighed, withoutWeight } from "../print.ts";

const WEIGHT = /^\x02(\d{1,4}\.\d{1,4}|\d{5,6})(N?)$/;
const STATUS = /^\x02\?([@-\x7f])$/;

/** What scales that have one unit show of it by their decimals. */
const unitsByDecimals: Readonly<Record<number, PrintUnit>> = { 0: "g", 2: "lb", 3: "kg" };

/**
 * Point-of-sale scales that are asked by one character: `STX weight CR` while the load is still, with an N behind a net
 * weight, else `STX ? status CR`. The unit is a matter of the scale: 3 decimals are kilograms, 2 pounds, and no point is
 * grams, unless the settings say another.
 * Sources: Mettler-Toledo DIVA Service Manual p. 45 (8217, status bits); Brecknell 3700LP p. 11 (8213, grams); pywebdriver
 * toledo.py (Baxtran: grams without a point; status 0: nothing new).
 */
export const toledo8217: Dialect = {
  name: "toledo-8217",
  title: "Mettler-Toledo 8217 and 8213 (point-of-sale scales; Brecknell 3700LP, Baxtran)",
  cut,
  parse,
  write,
  commands: { weight: "W", zero: "Z", tare: "T" },
};

/** Behind a weight nothing says that it is whole but its CR: what the end of a connection cuts off loses its STX, and is no print. */
function cut(held: string, stage: Stage): Cut | null {
  const line = cutLineFrom("\x02", held, stage, /[\r\n]/);
  const isCutOff = line !== null && line.length === held.length && line.frame.length === held.length;
  return isCutOff ? { ...line, frame: line.frame.replace(/^\x02/, "") } : line;
}

function parse(frame: string, settings: DialectSettings): Print {
  const [, status] = STATUS.exec(frame) ?? [];
  if (status !== undefined) return readStatus(status.charCodeAt(0));
  const [, digits, net] = WEIGHT.exec(frame) ?? [];
  if (digits === undefined) return rejected("malformed");
  const number = readNumber(digits, settings.decimalMark);
  if (number === null || number === "ambiguous") return rejected(number ?? "malformed");
  const decimals = digits.split(".")[1]?.length ?? 0;
  const unit = settings.unit ?? unitsByDecimals[decimals] ?? null;
  const mode = net === "N" ? "net" : null;
  return weighed(number.value, { unit, mode, stable: true, mark: number.mark });
}

function readStatus(bits: number): Print {
  const mode = bits & 0x20 ? "net" : null;
  if (bits & 2) return withoutWeight("overload", { mode });
  if (bits & 4) return withoutWeight("underload", { mode });
  if (bits & 1) return withoutWeight("motion", { mode, stable: false });
  return withoutWeight("other", { mode });
}

/** Such a scale has no weight below zero and none that moves. */
function write({ weight, mode, stable }: Shown): string {
  const net = mode === "net" ? 0x20 : 0;
  if (weight.startsWith("-")) return `\x02?${String.fromCharCode(0x44 + net)}\r`;
  if (!stable) return `\x02?${String.fromCharCode(0x41 + net)}\r`;
  return `\x02${weight.padStart(5, "0")}${mode === "net" ? "N" : ""}\r`;
}
