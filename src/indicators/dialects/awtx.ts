import type { Cut, Dialect, DialectSettings, Shown, Stage } from "../dialect.ts";
import { type Print, rejected } from "../print.ts";
import { endOfTicket, type Line } from "../tickets.ts";
import { annunciatorsAt, withoutAnnunciators } from "./awtx/annunciators.ts";
import { readLine } from "./awtx/line.ts";
import { beginTicket, joinTicket, readTicket } from "./awtx/ticket.ts";

const SEPARATOR = /[\r\n\x02\x03\f]/;
/** Prints of nothing but a value, in its width of 7, one behind another. */
const VALUES = /^(?: {0,6}-?\d*[.,]?\d+ *)+$/;
const valueWidth = 7;

/**
 * What Avery Weigh-Tronix indicators print by their factory formats 1 to 40 and send to remote displays; also under other
 * names (B-Tek T405S and T419S), and Fairbanks' TRONIX. A print ends with CR, LF or both; one of the formats has a value
 * and nothing else, which ends with a silence. Tickets of several lines are one print.
 * Sources: factory formats as the applications of the ZM400 family set them (`T.ACT.2[W1]`, `T.ACT.1`, `T.UNIT.1` and so
 * on); ZM401/ZM405 Service Manual (AWT35-501334), 10 and 11.2.1 (DIS, WSTAT); E1070 Service Manual p. 114 and 139 (remote
 * display modes 1 to 4, annunciators); Fairbanks 2800 p. 67, FB3000 p. 56; Rice Lake 680 p. 69 (`g`, `n`).
 */
export const awtx: Dialect = {
  name: "awtx",
  title: "Avery Weigh-Tronix print formats and remote displays (ZM400 family, E1070, WI-125, WI-130)",
  cut,
  parse,
  write,
  commands: {},
};

function cut(held: string, stage: Stage): Cut | null {
  const line = lineAt(held, 0, stage);
  if (line === null) return null;
  const annunciators = annunciatorsAt(held, line.text, line.end, stage);
  if (annunciators === "wait") return null;
  const end =
    annunciators ?? endOfTicket(held, line, beginTicket, joinTicket, (start) => lineAt(held, start, stage));
  if (end === null) return null;
  return { frame: held.slice(0, end), length: SEPARATOR.test(held.charAt(end)) ? end + 1 : end };
}

/** null: its end has not come. */
function lineAt(held: string, start: number, stage: Stage): Line | null {
  const length = held.slice(start).search(SEPARATOR);
  if (length >= 0) return { text: held.slice(start, start + length), end: start + length };
  if (stage === "open") return null;
  const rest = held.slice(start);
  const isValues = rest.length % valueWidth === 0 && VALUES.test(rest);
  if (isValues) return { text: rest.slice(0, valueWidth), end: start + valueWidth };
  // A silence may stand in the middle of a line.
  return stage === "ended" || rest === "" ? { text: rest, end: held.length } : null;
}

function parse(frame: string, settings: DialectSettings): Print {
  const { text, stable } = withoutAnnunciators(frame);
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const [line = ""] = lines;
  const begun = beginTicket(line);
  if (lines.length > 1 || begun !== null) return readTicket(begun, lines, settings);
  const print = readLine(line, settings)?.print ?? rejected("malformed");
  return print.kind === "weight" && stable !== null ? { ...print, stable } : print;
}

/** Format 12. */
function write({ weight, unit, mode, stable }: Shown): string {
  return `${mode === "net" ? "N" : "G"} ${weight.padStart(valueWidth)} ${unit} ${stable ? "S" : "M"}\r\n`;
}
