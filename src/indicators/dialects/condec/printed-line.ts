import { type DialectSettings, noSettings } from "../../dialect.ts";
import { readModeWord } from "../../mode-words.ts";
import { type Print, rejected, withoutWeight } from "../../print.ts";
import { readPrintUnit } from "../../print-units.ts";
import { readWeight } from "../../read-weight.ts";
import type { TicketLines } from "../../tickets.ts";

// `GROSS<G>`: 8 characters with sign and point, a blank, the unit.
const WEIGHT = /^ *([A-Z][A-Za-z]{2,5}):? *(-? *[\d.,]*\d) *([A-Za-z]{1,3})(?: [A-Z]{1,2})? *$/;
// `<TD>`, `<TI>`, `<DA>`.
const WHEN =
  /^ *(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})? *(?:\d{1,2}:\d{2}(?::\d{2})? *(?:[AP]M)?)? *(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})? *$/i;

/** Lines of GFMT and NFMT, as Rice Lake indicators print (520 p. 60, 880 p. 84). null: not one of them. */
export function readPrintedLine(line: string, settings: DialectSettings): Print | null {
  const [, label = "", digits, unitText = ""] = WEIGHT.exec(line) ?? [];
  if (digits === undefined) return /\d/.test(line) && WHEN.test(line) ? withoutWeight("other") : null;
  const mode = readModeWord(label);
  if (mode === null) return null;
  const unit = readPrintUnit(unitText);
  if (unit === null) return rejected("unknown_unit");
  return mode === "tare"
    ? withoutWeight("other", { unit, mode })
    : readWeight(digits, settings, { unit, mode });
}

export const ticketLines: TicketLines = {
  classify: (line) => {
    const print = readPrintedLine(line, noSettings);
    if (print === null) return null;
    return print.mode === null ? { kind: "header" } : { kind: "weight", mode: print.mode, isLetter: false };
  },
  datesBehind: true,
};
