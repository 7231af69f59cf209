import { type DialectSettings, noSettings } from "../../dialect.ts";
import { type Print, rejected } from "../../print.ts";
import * as tickets from "../../tickets.ts";
import { isHeader, readLine } from "./line.ts";

const ID = /^@ *(\d{1,12})? *[ -~]{0,20}$/;
/** The first line of a label program for an Eltron printer (formats 19 to 22), any other, and the last one. */
const PROGRAM_BEGINS = /^OD$/;
const PROGRAM_GOES_ON = /^[A-Za-z]{1,2}[\d,+-]*(?:,.*)?$/;
const PROGRAM_ENDS = /^P\d{1,4}$/;

const lines: tickets.TicketLines = {
  classify: (line) => {
    if (isHeader(line)) return { kind: "header" };
    const { print, label } = readLine(line, noSettings) ?? {};
    if (!print?.mode || !label) return null;
    return { kind: "weight", mode: print.mode, isLetter: label.length === 1 };
  },
  datesBehind: false,
};

/** The lines of one print, as far as they have come. */
export type Ticket =
  | { readonly kind: "program" | "id"; readonly isWhole: boolean }
  | { readonly kind: "weights"; readonly isWhole: boolean; readonly weights: tickets.Ticket };

/** Tickets of weights, label programs, and format 33 with its id. null: this line is a print by itself. */
export function beginTicket(line: string): Ticket | null {
  if (PROGRAM_BEGINS.test(line)) return { kind: "program", isWhole: false };
  if (ID.test(line)) return { kind: "id", isWhole: false };
  return ofWeights(tickets.beginTicket(line, lines));
}

/** The ticket with this line, too; null: the line is not of this ticket. */
export function joinTicket(ticket: Ticket, line: string): Ticket | null {
  if (ticket.kind === "weights") return ofWeights(tickets.joinTicket(ticket.weights, line, lines));
  if (ticket.kind === "id") return readLine(line, noSettings) === null ? null : { ...ticket, isWhole: true };
  if (PROGRAM_ENDS.test(line)) return { ...ticket, isWhole: true };
  return PROGRAM_GOES_ON.test(line) ? ticket : null;
}

function ofWeights(weights: tickets.Ticket | null): Ticket | null {
  return weights === null ? null : { kind: "weights", isWhole: weights.isWhole, weights };
}

/** What these lines say together; `begun`: what the first of them begins. */
export function readTicket(
  begun: Ticket | null,
  printed: readonly string[],
  settings: DialectSettings,
): Print {
  if (begun?.kind === "id") return readIdentified(printed, settings);
  const texts = begun?.kind === "program" ? quoted(printed) : printed;
  const prints = texts.flatMap((line) => readLine(line, settings)?.print ?? []);
  return tickets.readTicket(prints, settings);
}

function quoted(printed: readonly string[]): string[] {
  return printed.flatMap((line) => [...line.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text));
}

function readIdentified([first = "", line]: readonly string[], settings: DialectSettings): Print {
  const id = ID.exec(first)?.[1];
  if (line === undefined) return rejected("truncated");
  const print = readLine(id === undefined ? line : `${id} ${line}`, settings)?.print;
  return print ?? rejected("malformed");
}
