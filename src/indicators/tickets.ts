import type { DialectSettings } from "./dialect.ts";
import { type Print, type PrintMode, rejected, withoutWeight } from "./print.ts";

const headersMax = 4;

/** What a line is to a ticket. */
export type TicketLine =
  /** When it was printed, its number. */
  | { readonly kind: "header" }
  | { readonly kind: "weight"; readonly mode: PrintMode; readonly isLetter: boolean };

/** What one family of indicators prints on tickets. */
export interface TicketLines {
  /** null: a line of no ticket. */
  classify(line: string): TicketLine | null;
  /** Whether time and date stand behind the weights, not before. */
  readonly datesBehind: boolean;
}

/** The lines of one ticket, as far as they have come. */
export interface Ticket {
  /** Nothing can follow. */
  readonly isWhole: boolean;
  readonly headers: number;
  readonly modes: readonly PrintMode[];
  /** Whether its labels are letters: `G`, not `Gross`. */
  readonly hasLetters: boolean;
}

const nothing: Ticket = { isWhole: false, headers: 0, modes: [], hasLetters: false };

/**
 * A ticket begins with a time, a date or its number, or with a weight labelled `Gross` in words: tickets have gross first.
 *
 * @returns null: this line is a print by itself.
 */
export function beginTicket(line: string, { classify, datesBehind }: TicketLines): Ticket | null {
  const is = classify(line);
  if (is?.kind === "header") return datesBehind ? null : { ...nothing, headers: 1 };
  return is?.mode === "gross" && !is.isLetter ? { ...nothing, modes: ["gross"] } : null;
}

/** The ticket with this line, too; null: the line is not of this ticket. */
export function joinTicket(
  ticket: Ticket,
  line: string,
  { classify, datesBehind }: TicketLines,
): Ticket | null {
  const { modes, headers, hasLetters } = ticket;
  const is = classify(line);
  if (is === null) return null;
  if (is.kind === "header") {
    if (datesBehind) return { ...ticket, isWhole: true };
    return modes.length === 0 && headers < headersMax ? { ...ticket, headers: headers + 1 } : null;
  }
  if (modes.includes(is.mode) || (modes.length > 0 && is.isLetter !== hasLetters)) return null;
  const isWhole = modes.length === 2 && !datesBehind;
  return { ...ticket, modes: [...modes, is.mode], hasLetters: is.isLetter, isWhole };
}

export interface Line {
  readonly text: string;
  /** Where its separator stands. */
  readonly end: number;
}

/**
 * Where the print ends that this line begins: the line alone, where it begins no ticket.
 *
 * @param lineAt the line that begins somewhere behind it; null: its end has not come.
 * @returns null: more must come first.
 */
export function endOfTicket<T extends { readonly isWhole: boolean }>(
  held: string,
  first: Line,
  begin: (line: string) => T | null,
  join: (ticket: T, line: string) => T | null,
  lineAt: (start: number) => Line | null,
): number | null {
  let { end } = first;
  for (let ticket = begin(first.text); ticket !== null && !ticket.isWhole; ) {
    const start = end + (/^[\r\n]*/.exec(held.slice(end))?.[0].length ?? 0);
    const line = lineAt(start);
    if (line === null) return null;
    ticket = join(ticket, line.text);
    if (ticket !== null) end = line.end;
  }
  return end;
}

/**
 * What a ticket says whose lines say this: the weight that the settings name, or the only one. With gross, tare and net, and
 * none named, it is no weighing but its proof; with two of the three it is ambiguous.
 */
export function readTicket(prints: readonly Print[], settings: DialectSettings): Print {
  const [first] = prints;
  if (first !== undefined && prints.length === 1) return first;
  const scale = prints.find((print) => print.scale !== null)?.scale ?? null;
  const fault = prints.find(({ kind }) => kind !== "weight" && kind !== "other");
  if (fault !== undefined) return fault.kind === "rejected" ? fault : { ...fault, scale };
  const weights = prints.filter(({ kind }) => kind === "weight");
  const hasTare = prints.some(({ mode }) => mode === "tare");
  const [only, second] = weights;
  if (only === undefined) return withoutWeight("other", { scale, mode: hasTare ? "tare" : null });
  if (second === undefined && !hasTare) return { ...only, scale };
  const meant = weights.find(({ mode }) => mode === settings.weight);
  if (meant !== undefined) return { ...meant, scale };
  const isProof = settings.weight === null && second !== undefined && hasTare;
  return isProof ? withoutWeight("other", { scale }) : rejected("ambiguous");
}
