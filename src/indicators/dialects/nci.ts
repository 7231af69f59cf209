import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { readNumber } from "../number.ts";
import { inPounds } from "../pounds-ounces.ts";
import { type Print, type PrintMode, rejected, weighed, withoutWeight } from "../print.ts";
import { readPrintUnit } from "../print-units.ts";

// Most replies end with ETX; ZM indicators answer a command that they do not know with `CR ? LF`.
const END = /\x03|\?\n/;
const LAST_LINES = /(?:[^\r\n]+[\r\n]+)?[^\r\n]+[\r\n]*$/;
// What the display shows, if asked; then two status bytes or more, behind an S in SCP-02.
const REPLY = /^(?:([^\r\n]*)[\r\n]+)?S?([0-?][0-?p-\x7f]{1,3})$/;
const POUNDS_OUNCES = /^ *(-?\d{1,5}) *lb *(\d{1,2}(?:\.\d{1,2})?) *oz *$/i;
const NUMBER_UNIT = /^(.*[\d.,]) *([a-z]*) *$/i;

/**
 * NCI's general protocol: SCP-01 (`LF weight unit CR LF hh CR ETX`), SCP-02 alias ECR (an S before the status), with two to
 * four status bytes; the NCI simulation of GSE indicators, which names no unit; scales that leave out LF or CR around the
 * status.
 * Sources: NCI 8408-14788-01 (SCP-01: replies, bits, lb-oz, display contents); NCI 7800 p. 32; Avery Weigh-Tronix
 * ZM401/ZM405 Service Manual p. 85 and 124; Brecknell 3700LP p. 11 (grams without a point); Mettler-Toledo DIVA Service
 * Manual p. 34 to 36 and 50 (ECR, four bytes, raw counts as MM); GSE 355 p. 63.
 */
export const nci: Dialect = {
  name: "nci",
  title: "NCI SCP-01 and ECR (Weigh-Tronix, Brecknell, Salter, Mettler DIVA, GSE)",
  cut,
  parse,
  write,
  commands: { weight: "W\r", zero: "Z\r", tare: "T\r" },
};

/** A frame is the last two lines before its end: a weight with its status, or a status with what is noise. */
function cut(held: string, stage: Stage): Cut | null {
  const end = END.exec(held);
  if (end === null) return stage === "ended" ? frameOf(held, held.length) : null;
  const body = held.slice(0, end[0] === "\x03" ? end.index : end.index + 1);
  const start = LAST_LINES.exec(body)?.index ?? 0;
  const noise = body.slice(0, start);
  if (noise.trim() !== "") return frameOf(noise, start);
  return frameOf(body, end.index + end[0].length);
}

function frameOf(text: string, length: number): Cut {
  return { frame: text.replace(/^[\r\n]+|[\r\n]+$/g, ""), length };
}

function parse(frame: string, settings: DialectSettings): Print {
  if (frame === "?") return withoutWeight("error");
  const [, shown, codes] = REPLY.exec(frame) ?? [];
  if (codes === undefined) return rejected("malformed");
  const status = readStatus(codes);
  if (status === null) return rejected("truncated");
  const { mode, kind, moves } = status;
  const display = shown === undefined ? null : readDisplay(shown, settings);
  const unit = display?.unit ?? null;
  if (kind !== null) return withoutWeight(kind, { unit, mode });
  if (display === null || display.kind === "other") {
    return moves
      ? withoutWeight("motion", { unit, mode, stable: false })
      : withoutWeight("other", { unit, mode });
  }
  if (display.kind === "rejected") return display;
  return { ...display, mode, stable: !moves };
}

interface Status {
  readonly moves: boolean;
  readonly mode: PrintMode | null;
  /** What makes the number useless. */
  readonly kind: "overload" | "underload" | "error" | null;
}

/** @returns null where the last of the bytes says that another follows. */
function readStatus(codes: string): Status | null {
  const [first = 0, second = 0, third] = Buffer.from(codes, "latin1");
  if (codes.charCodeAt(codes.length - 1) & 0x40) return null;
  const mode = third === undefined ? null : third & 4 ? "net" : "gross";
  const hasFault = (first & 0b1100) !== 0 || (second & 0b1100) !== 0 || ((third ?? 0) & 0b1000) !== 0;
  const kind = second & 2 ? "overload" : second & 1 ? "underload" : hasFault ? "error" : null;
  return { moves: (first & 1) !== 0, mode, kind };
}

/** The display without the status. `other`: it shows no weight, but dashes, a message, a unit alone, or raw counts. */
function readDisplay(text: string, settings: DialectSettings): Print {
  const [, pounds, ounces] = POUNDS_OUNCES.exec(text) ?? [];
  if (pounds !== undefined && ounces !== undefined)
    return weighed(inPounds(pounds, ounces), { unit: "lb", mark: ounces.includes(".") ? "point" : null });
  const [, digits, letters = ""] = NUMBER_UNIT.exec(text) ?? [];
  if (digits === undefined || letters === "MM") return withoutWeight("other", { unit: unitBehind(text) });
  const unit = letters === "" ? settings.unit : readPrintUnit(letters);
  if (unit === null && letters !== "") return rejected("unknown_unit");
  const number = readNumber(digits, settings.decimalMark);
  if (number === null) return rejected("malformed");
  if (number === "ambiguous") return rejected("ambiguous");
  return weighed(number.value, { unit, mark: number.mark });
}

function unitBehind(text: string) {
  return readPrintUnit(/[a-z]* *$/i.exec(text)?.[0] ?? "");
}

function write({ weight, unit, mode, stable }: Shown): string {
  const first = (stable ? 0 : 1) + (/[1-9]/.test(weight) ? 0 : 2);
  return `\n${weight.padStart(7)}${unit.toUpperCase()}\r\n${first}p${mode === "net" ? 4 : 0}\r\x03`;
}
