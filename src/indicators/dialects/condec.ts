import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { type Print, type PrintUnit, rejected } from "../print.ts";
import { beginTicket, endOfTicket, joinTicket, type Line, readTicket } from "../tickets.ts";
import { layouts } from "./condec/layouts.ts";
import { readPrintedLine, ticketLines } from "./condec/printed-line.ts";

const END = /[\r\n\x02\x03]/;

/**
 * The stream that Condec had first, and which nearly every US indicator knows: `STX polarity weight unit mode status CR LF`;
 * its cousins of Transcell, GSE, Doran, Cardinal, Fairbanks and rinstrum; what Rice Lake prints and answers. The layouts
 * exclude each other. Where the sources are is said beside each of them.
 */
export const condec: Dialect = {
  name: "condec",
  title: "Condec and Rice Lake streams and prints; Cardinal, Fairbanks, Transcell, GSE, Doran, rinstrum",
  cut,
  parse,
  write,
  // Rice Lake 880 p. 84 and 105.
  commands: { weight: "XG#1\r", zero: "KZERO\r", tare: "KTARE\r", print: "KPRINT\r" },
};

function cut(held: string, stage: Stage): Cut | null {
  if (/^[\r\n\x03]/.test(held)) return { frame: "", length: 1 };
  const line = lineAt(held, 0, stage);
  if (line === null) return null;
  const end = endOfTicket(
    held,
    line,
    (text) => beginTicket(text, ticketLines),
    (ticket, text) => joinTicket(ticket, text, ticketLines),
    (start) => lineAt(held, start, stage),
  );
  if (end === null) return null;
  return { frame: held.slice(0, end), length: /[\r\n\x03]/.test(held.charAt(end)) ? end + 1 : end };
}

/** STX belongs to the line that it begins: some layouts differ in nothing else. */
function lineAt(held: string, start: number, stage: Stage): Line | null {
  const length = held.slice(start + 1).search(END) + 1;
  if (length > 0) return { text: held.slice(start, start + length), end: start + length };
  // A silence ends a ticket, and may stand in the middle of a line.
  const isDone = stage === "ended" || (stage === "silent" && start === held.length);
  return isDone ? { text: held.slice(start), end: held.length } : null;
}

function parse(frame: string, settings: DialectSettings): Print {
  for (const { pattern, read } of layouts) {
    const match = pattern.exec(frame);
    if (match !== null)
      return read(
        match.slice(1).map((field = "") => field),
        settings,
      );
  }
  const prints = frame.split(/[\r\n]+/).map((line) => readPrintedLine(line, settings));
  const known = prints.flatMap((print) => print ?? []);
  return known.length === prints.length ? readTicket(known, settings) : rejected("malformed");
}

const unitLetters: Partial<Readonly<Record<PrintUnit, string>>> = {
  lb: "L",
  kg: "K",
  t: "T",
  g: "G",
  oz: "O",
};

function write({ weight, unit, mode, stable }: Shown): string {
  const polarity = weight.startsWith("-") ? "-" : " ";
  const digits = weight.replace("-", "").padStart(7);
  const letter = unitLetters[unit] ?? " ";
  return `\x02${polarity}${digits}${letter}${mode === "net" ? "N" : "G"}${stable ? " " : "M"}\r\n`;
}
