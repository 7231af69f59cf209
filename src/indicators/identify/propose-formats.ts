import { compileFormat } from "../format/compile-format.ts";
import { readModeWord } from "../mode-words.ts";
import { readPrintUnit } from "../print-units.ts";
import { type Candidate, unsignedWeight } from "./identify.ts";
import { type Comma, type Piece, piecesOf } from "./line-pieces.ts";
import { cleaned, readAll, type Said, terminatorOf } from "./read-all.ts";

/** A format that reads every print. */
export interface FormatProposal {
  /** As an indicator of Avery Weigh-Tronix has it: `WT {T.ACT.1} {T.UNIT.1};#CR#LF`. */
  readonly format: string;
  /** What the prints leave open, as options of `prepuff read`. */
  readonly open: readonly ("--unit" | "--decimal-mark")[];
  readonly prints: readonly Said[];
}

const linesMin = 2;
/** More say nothing new. */
const linesMax = 200;
const proposalsMax = 3;
/** Control characters that may stand around a line. */
const ENDS = /[\0-\x08\n-\x1a\x1c-\x1f]+/;
const terminators = { CRLF: "#CR#LF", CR: "#CR", LF: "#LF", ETX: "#ETX", none: "" } as const;

/**
 * Formats by which every print is a weight, where the prints share one layout of text, numbers and a unit, and no dialect looks
 * like them. They are proposals: text that never changed is taken for the format's own.
 *
 * @param found the dialects that fit.
 */
export function proposeFormats(bytes: Uint8Array, found: readonly Candidate[]): FormatProposal[] {
  if (found.some(({ confidence }) => confidence > unsignedWeight)) return [];
  const text = wholeLines(cleaned(bytes, false));
  const lines = text.split(ENDS).filter((line) => line.trim() !== "");
  if (lines.length < linesMin) return [];
  const end = terminators[terminatorOf(text)];
  const formats = commasIn(lines).flatMap((comma) => formatsOf(lines.slice(0, linesMax), comma));
  return [...new Set(formats)].flatMap((format) => proposal(format + end, text) ?? []).slice(0, proposalsMax);
}

/** Without what stands before the first terminator, where it is shorter than other lines, and behind the last one. */
function wholeLines(text: string): string {
  const end = /^[\s\S]*[\r\n\x03]/.exec(text)?.[0] ?? "";
  const lines = end.split(ENDS);
  const [first = "", second = ""] = lines.filter((line) => line.trim() !== "");
  return first.length < second.length && second.endsWith(first)
    ? end.slice(end.indexOf(first) + first.length)
    : end;
}

/** With a point anywhere a comma separates. */
function commasIn(lines: readonly string[]): Comma[] {
  if (!lines.some((line) => /\d,\d/.test(line))) return ["separator"];
  return lines.some((line) => /\d\.\d/.test(line)) ? ["separator"] : ["decimal", "separator"];
}

function proposal(format: string, text: string): FormatProposal | null {
  const compiled = compileFormat(format);
  if ("fault" in compiled) return null;
  const prints = readAll(compiled.dialect, text);
  const weights = prints.filter(isWeight);
  if (weights.length === 0 || !prints.every((print) => isWeight(print) || print.kind === "error"))
    return null;
  const open = [
    ...(weights.some(({ kind, unit }) => kind === "weight" && unit === null) ? ["--unit" as const] : []),
    ...(weights.some(({ reason }) => reason === "ambiguous") ? ["--decimal-mark" as const] : []),
  ];
  return { format, open, prints };
}

/** Also with a comma that may mark thousands: a setting says it. */
function isWeight({ kind, reason }: Said): boolean {
  return kind === "weight" || reason === "ambiguous";
}

/** What stands at one place of every line. */
type Column = readonly Piece[];

function formatsOf(lines: readonly string[], comma: Comma): string[] {
  const rows = lines.map((line) => piecesOf(line, comma));
  const [first = []] = rows;
  const isShared = rows.every(
    (row) => row.length === first.length && row.every(({ kind }, nth) => kind === first[nth]?.kind),
  );
  if (!isShared) return [];
  const columns = first.map((_, nth): Column => rows.flatMap((row) => row[nth] ?? []));
  return weightsIn(columns).flatMap((weight) => {
    const unit = unitOf(columns, weight);
    // `G` is a unit and a mark.
    const isMark = unit !== null && modeOf(columns[unit]) !== null;
    return [unit, ...(isMark ? [null] : [])].flatMap((one) => formatOf(columns, weight, one) ?? []);
  });
}

/** The places that may be the weight: with a unit behind it, or else with decimals. */
function weightsIn(columns: readonly Column[]): number[] {
  const numbers = columns.flatMap((column, nth) => {
    const isTare = modeOf(columns[nth - 1]) === "tare" || modeOf(columns[nth - 2]) === "tare";
    return isNumber(column) && !isTare ? [nth] : [];
  });
  const withUnit = numbers.filter((nth) => unitOf(columns, nth) !== null);
  if (withUnit.length > 0) return withUnit;
  return numbers.filter((nth) => columns[nth]?.some(({ text }) => /[.,]\d/.test(text)));
}

/** The place of a number's unit: the word behind it, with nothing but signs between; null: it has none. */
function unitOf(columns: readonly Column[], number: number): number | null {
  const behind = columns.findIndex((column, nth) => nth > number && column[0]?.kind !== "text");
  return columns[behind]?.every(({ text }) => readPrintUnit(text) !== null) === true ? behind : null;
}

/** null: something changes from line to line that is neither number, unit nor mark. */
function formatOf(columns: readonly Column[], weight: number, unit: number | null): string | null {
  const labels = columns.slice(0, weight).filter(isWord);
  const label = labels.at(-1);
  // Of what is displayed the word that changes says which weight it is; one that does not change is text.
  const fixed = label === undefined || !isSame(label) ? null : modeOf(label);
  const token = fixed === "gross" ? "{T.GWT.1}" : fixed === "net" ? "{T.NWT.1}" : "{T.ACT.1}";
  let format = "";
  for (const nth of columns.keys()) {
    const element =
      nth === weight ? token : nth === unit ? "{T.UNIT.1}" : elementOf(columns, nth, fixed !== null);
    if (element === null) return null;
    format += blanksOf(columns, nth) + element;
  }
  return format;
}

/** A number's blanks are its own, but one that stands between it and a word or a number. */
function blanksOf(columns: readonly Column[], nth: number): string {
  const least = Math.min(...(columns[nth] ?? []).map(({ blanks }) => blanks));
  return " ".repeat(isNumber(columns[nth]) ? (nth === 0 ? 0 : Math.min(least, 1)) : least);
}

function elementOf(columns: readonly Column[], nth: number, isModeFixed: boolean): string | null {
  const column = columns[nth] ?? [];
  const [{ kind, text } = { kind: "text" as const, text: "" }] = column;
  const isSameText = isSame(column);
  switch (kind) {
    case "time":
      return "{T.DAT.1}";
    case "text":
      return isSameText ? escaped(text) : null;
    case "number":
      return numberOf(columns, nth);
    default:
      if (!isModeFixed && column.every((piece) => modeOf([piece]) !== null)) return "{T.ACT.2}";
      if (isSameText) return escaped(text);
      if (column.every((piece) => /^[MS]$/.test(piece.text))) return "{T.WST.1}";
      return column.every((piece) => /^[OUMSE]$/.test(piece.text)) ? "{T.WSTAT.1}" : null;
  }
}

/** Before all else a number that comes again is the scale's id; null: its comma would be a decimal one. */
function numberOf(columns: readonly Column[], nth: number): string | null {
  const texts = (columns[nth] ?? []).map(({ text }) => text);
  const values = new Set(texts);
  const isId = nth === 0 && texts.every((text) => /^\d{1,9}$/.test(text)) && values.size < texts.length;
  if (isId) return "{A.1.1}";
  const isBeforeComma = columns[nth + 1]?.every(({ text }) => text === ",") === true;
  if (isBeforeComma && texts.every((text) => !text.includes("."))) return null;
  return values.size === 1 && texts.every((text) => /^\d+$/.test(text)) ? (texts[0] ?? null) : "{T.CNT.1}";
}

function isNumber(column: Column | undefined): boolean {
  return column?.[0]?.kind === "number";
}

function isWord(column: Column): boolean {
  return column[0]?.kind === "word";
}

function isSame(column: Column): boolean {
  return column.every(({ text }) => text === column[0]?.text);
}

/** The mode that every line has there; null: none, or it changes. */
function modeOf(column: Column | undefined): ReturnType<typeof readModeWord> {
  const [first] = column ?? [];
  if (column === undefined || first === undefined) return null;
  const mode = readModeWord(first.text);
  return column.every(({ text }) => readModeWord(text) === mode) ? mode : null;
}

/** Text as a format has it. */
function escaped(text: string): string {
  return text.replace(/[{#]/g, (one) => `{${one.charCodeAt(0)}}`).replaceAll("\\", "\\\\");
}
