import { cutLine } from "../cut-lines.ts";
import type { Dialect, DialectSettings, Shown } from "../dialect.ts";
import { readNumber } from "../number.ts";
import { type Print, type PrintMode, rejected, weighed, withoutWeight } from "../print.ts";
import { readPrintUnit } from "../print-units.ts";

// Status, range, mode, motion, reserved; weight in 10 characters; unit in 3.
const WEIGHT = /^([ ZOUEITe])(\d)([GNTgn])([ M]) (.{10})(.{3})$/;

const modes: Readonly<Record<string, PrintMode>> = { G: "gross", g: "gross", N: "net", n: "net", T: "tare" };

/**
 * The protocol of the Scale Manufacturers Association, SCP-0499, levels 1 and 2: `LF s r n m f weight unit CR`, 20 bytes.
 * Sources: Avery Weigh-Tronix, ZM401/ZM405 Service Manual (AWT35-501334), 7.1; Sartorius PR 5211 p. 54, PR 5220 p. 130 and
 * 133; Fairbanks FB2550 p. 180; Cardinal 225 p. 125 (`e`, a fault).
 */
export const sma: Dialect = {
  name: "sma",
  title: "SMA SCP-0499 (Avery Weigh-Tronix, Fairbanks, Cardinal and most US indicators)",
  cut: (held, stage) => cutLine(held, stage, /[\r\n]/),
  parse,
  write,
  commands: {
    weight: "\nW\r",
    stillWeight: "\nP\r",
    zero: "\nZ\r",
    tare: "\nT\r",
    clearTare: "\nC\r",
    print: "\nP\r",
  },
};

function parse(frame: string, settings: DialectSettings): Print {
  const match = WEIGHT.exec(frame);
  if (match === null) return parseReply(frame);
  const [, status = "", , modeLetter = "", motion, digits = "", unitText = ""] = match;
  const mode = modes[modeLetter] ?? null;
  const unit = readPrintUnit(unitText);
  if (unit === null) return rejected("unknown_unit");
  if (status === "O") return withoutWeight("overload", { unit, mode });
  if (status === "U") return withoutWeight("underload", { unit, mode });
  if (status !== " " && status !== "Z") return withoutWeight("error", { unit, mode });
  const stable = motion === " ";
  // Evolution indicators print dashes while the load moves.
  if (/^ *-+ *$/.test(digits))
    return stable ? withoutWeight("error", { unit, mode }) : withoutWeight("motion", { unit, mode, stable });
  const number = readNumber(digits, settings.decimalMark);
  if (number === null) return rejected("malformed");
  if (number === "ambiguous") return rejected("ambiguous");
  if (mode === "tare") return withoutWeight("other", { unit, mode });
  return weighed(number.value, { unit, mode, stable, mark: number.mark });
}

function parseReply(frame: string): Print {
  if (frame === "?") return withoutWeight("error");
  // Diagnosis, about and information are lines `KEY:value`, the last one `END:`.
  return /^[A-Z]{3}:[ -~]*$/.test(frame) ? withoutWeight("other") : rejected("malformed");
}

function write({ weight, unit, mode, stable }: Shown): string {
  const status = /[1-9]/.test(weight) ? " " : "Z";
  const letter = mode === "net" ? "N" : "G";
  return `\n${status}1${letter}${stable ? " " : "M"} ${weight.padStart(10)}${unit.padEnd(3)}\r`;
}
