import { type DialectSettings, noSettings } from "../../dialect.ts";
import { type Print, type PrintMode, rejected, withoutWeight } from "../../print.ts";
import { isHeader, readLine } from "./line.ts";

const ID = /^@ *(\d{1,12})? *[ -~]{0,20}$/;
/** The first line of a label program for an Eltron printer (formats 19 to 22), any other, and the last one. */
const LABEL_BEGINS = /^OD$/;
const LABEL_GOES_ON = /^[A-Za-z]{1,2}[\d,+-]*(?:,.*)?$/;
const LABEL_ENDS = /^P\d{1,4}$/;
const headersMax = 4;

/** The lines of one print, as far as they have come. */
export interface Ticket {
  readonly kind: "label" | "id" | "weights";
  /** Nothing can follow. */
  readonly isWhole: boolean;
  readonly headers: number;
  readonly modes: readonly PrintMode[];
  /** Whether its labels are letters: `G`, not `Gross`. */
  readonly hasLetters: boolean;
}

const empty: Ticket = { kind: "weights", isWhole: false, headers: 0, modes: [], hasLetters: false };

/**
 * Tickets begin with a time, a date or a number of the ticket, with a weight labelled `Gross` in words (factory tickets
 * have gross first), with the id of format 33, or with a label program. null: this line is a print by itself.
 */
export function beginTicket(line: string): Ticket | null {
  if (LABEL_BEGINS.test(line)) return { ...empty, kind: "label" };
  if (ID.test(line)) return { ...empty, kind: "id" };
  if (isHeader(line)) return { ...empty, headers: 1 };
  const weight = labelOf(line);
  return weight?.mode === "gross" && !weight.isLetter ? { ...empty, modes: ["gross"] } : null;
}

/** The ticket with this line, too; null: the line is not of this ticket. */
export function joinTicket(ticket: Ticket, line: string): Ticket | null {
  if (ticket.kind === "label") {
    if (LABEL_ENDS.test(line)) return { ...ticket, isWhole: true };
    return LABEL_GOES_ON.test(line) ? ticket : null;
  }
  const weight = labelOf(line);
  if (ticket.kind === "id") return weight === null ? null : { ...ticket, isWhole: true };
  const { modes, headers, hasLetters } = ticket;
  if (weight === null) {
    const goesOn = modes.length === 0 && headers < headersMax && isHeader(line);
    return goesOn ? { ...ticket, headers: headers + 1 } : null;
  }
  if (modes.includes(weight.mode) || (modes.length > 0 && weight.isLetter !== hasLetters)) return null;
  return {
    ...ticket,
    modes: [...modes, weight.mode],
    hasLetters: weight.isLetter,
    isWhole: modes.length === 2,
  };
}

function labelOf(line: string): { mode: PrintMode; isLetter: boolean } | null {
  const { print, label } = readLine(line, noSettings) ?? {};
  return print?.mode && label ? { mode: print.mode, isLetter: label.length === 1 } : null;
}

/**
 * What a ticket says: the weight that the settings name, or the only one. With gross, tare and net, and none named, it is
 * no weighing but its proof; with two of the three it is ambiguous.
 */
export function readTicket(lines: readonly string[], settings: DialectSettings): Print {
  const [first = ""] = lines;
  const begun = beginTicket(first);
  if (begun?.kind === "id") return readIdentified(ID.exec(first)?.[1], lines[1], settings);
  const isLabel = begun?.kind === "label";
  const texts = isLabel
    ? lines.flatMap((line) => [...line.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text))
    : lines;
  const prints = texts.flatMap((line) => readLine(line, settings)?.print ?? []);
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
  const isProof = isLabel || (second !== undefined && hasTare);
  return settings.weight === null && isProof ? withoutWeight("other", { scale }) : rejected("ambiguous");
}

function readIdentified(id: string | undefined, line: string | undefined, settings: DialectSettings): Print {
  if (line === undefined) return rejected("truncated");
  const print = readLine(id === undefined ? line : `${id} ${line}`, settings)?.print;
  return print ?? rejected("malformed");
}
