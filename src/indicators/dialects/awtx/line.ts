import { idMax } from "../../../weighing/ids.ts";
import type { DialectSettings } from "../../dialect.ts";
import { readModeWord } from "../../mode-words.ts";
import { inPounds } from "../../pounds-ounces.ts";
import { type Print, type PrintMode, type PrintUnit, rejected, weighed, withoutWeight } from "../../print.ts";
import { readPrintUnit } from "../../print-units.ts";
import { readWeight } from "../../read-weight.ts";
import { readStatus } from "./status.ts";

const VALUE = String.raw`[+-]? *\d[\d.,]*|[+-]? *[.,]\d+|-?\d+ *lb *\d+(?:\.\d+)? *oz|-{2,}|\^{2,}|_{2,}`;
const UNIT = "[A-Za-z]{1,3}";
const STATUS = "[OUMSEmo]|[0-?]{3}";

// Formats 4, 5, 10, 11, 12, 26; remote displays. A user value may stand before the label.
const LABEL_FIRST = new RegExp(
  `^ *(?:(\\d{1,12}) +)?([A-Za-z]{1,6})(?: ?[:=] *| +|(?=[+-]))(${VALUE}) *(${UNIT})?(?: +(${STATUS}))? *$`,
);
// Format 7.
const LABEL_LAST = new RegExp(`^ *(${VALUE}) *(${UNIT})(?: +([A-Za-z]{1,6}))?(?: +(${STATUS}))? *$`);
const STATUS_LAST = new RegExp(`^ *(${VALUE}) *(${UNIT}) +(${STATUS}) *$`);
// Format 9: in the layout of Condec.
const CONDEC = /^([ \d.,-]{7,9})([LK])[GNT]([ MO])$/;
// Format 32: blanks before it, no needless zeros.
const VALUE_ONLY = /^(?=.{6,9}$)( *-?(?:0|[1-9]\d*)(?:[.,]\d+)?)$/;

/** Sterling 7600: the question, or what is left of it, before the label of its answer. */
const QUESTION = /^(?:(?:S?G)?W(?=Gross )|(?:S?C)?O(?=Count ))/;
/** A count, weights of pieces, totals. */
const NO_WEIGHING =
  /^ *(?:[a-z]+ )?(?:cnt|count|pcs|qty|quantity|pieces|accum|acc|total|ttl|average|avg|pc ?wt|apw|[gnt]at|p[gn]w)\b[ .:=]*[+-]?[\d.,]+ *[a-z]{0,6} *$/i;
const TIME = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]\.?M\.?)?`;
const DATE = String.raw`\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}`;
const WHEN = new RegExp(`^\\s*(?:${TIME}\\s+${DATE}|${DATE}\\s+${TIME}|${TIME}|${DATE})\\s*$`, "i");
const NUMBERED =
  /^ *(?:ticket|tkt|trans\w*|record|id|site|serial|plu|oper\w*|user)\b *(?:no|nr|number|#)?[ .:#]*[\w-]{0,20} *$/i;

interface ReadLine {
  readonly print: Print;
  /** What its label says. */
  readonly label: string | null;
}

/** Whether a line of a ticket says what was printed or when, and no weight. */
export function isHeader(line: string): boolean {
  return WHEN.test(line) || NUMBERED.test(line);
}

/** null: not one of the layouts. */
export function readLine(printed: string, settings: DialectSettings): ReadLine | null {
  const line = printed.replace(QUESTION, "");
  const condec = CONDEC.exec(line);
  if (condec !== null) {
    const [, value = "", letter = "", status = ""] = condec;
    // The letter that follows is of what is displayed; this value is gross always.
    return {
      print: readValue({ value, unit: letter, status, mode: "gross", scale: null }, settings),
      label: null,
    };
  }
  const labelled = LABEL_FIRST.exec(line);
  const mode = labelled === null ? null : readModeWord(labelled[2] ?? "");
  if (labelled !== null && mode !== null) {
    const [, id, label = "", value = "", unit, status] = labelled;
    // Every format has the unit behind a labelled value: without it the line's end is missing.
    if (unit === undefined && /^[+-]? *[\d.,]+$/.test(value)) return null;
    const scale = id === undefined ? null : Number(id);
    if (scale !== null && (scale < 1 || scale > idMax)) return { print: rejected("out_of_range"), label };
    const print = readValue({ value, unit, status, mode, scale }, settings);
    // Fairbanks prints the legend of a moving load in small letters.
    const moves = (label === "gr" || label === "nt") && print.kind === "weight";
    return { print: moves ? { ...print, stable: false } : print, label };
  }
  if (NO_WEIGHING.test(line) || isHeader(line)) return { print: withoutWeight("other"), label: null };
  const unlabelled = STATUS_LAST.exec(line) ?? VALUE_ONLY.exec(line);
  if (unlabelled !== null) {
    const [, value = "", unit, status] = unlabelled;
    return { print: readValue({ value, unit, status, mode: null, scale: null }, settings), label: null };
  }
  const [, value, unit, label, status] = LABEL_LAST.exec(line) ?? [];
  if (value === undefined) return null;
  const lastMode = label === undefined ? null : readModeWord(label);
  if (label !== undefined && lastMode === null) return null;
  return {
    print: readValue({ value, unit, status, mode: lastMode, scale: null }, settings),
    label: label ?? null,
  };
}

interface Fields {
  readonly value: string;
  readonly unit: string | undefined;
  readonly status: string | undefined;
  readonly mode: PrintMode | null;
  readonly scale: number | null;
}

function readValue({ value, unit: unitText, status, mode, scale }: Fields, settings: DialectSettings): Print {
  const unit = unitText === undefined ? settings.unit : readUnit(unitText);
  if (unit === null && unitText !== undefined) return rejected("unknown_unit");
  const said = readStatus(status, unit, mode);
  if (said === null) return rejected("malformed");
  const { kind, stable } = said;
  if (kind !== null) return withoutWeight(kind, { unit, mode, scale });
  if (/^[-^_]+$/.test(value)) {
    const shown = value.startsWith("^") ? "overload" : value.startsWith("_") ? "underload" : "error";
    return withoutWeight(shown, { unit, mode, scale });
  }
  const [, pounds, ounces] = /^(-?\d+) *lb *([\d.]+) *oz$/.exec(value) ?? [];
  const isPounds = pounds !== undefined && ounces !== undefined && Number(ounces) < 16;
  const print = isPounds
    ? weighed(inPounds(pounds, ounces), { unit: "lb", mode, stable, scale })
    : readWeight(value, settings, { unit, mode, stable, scale });
  return mode === "tare" && print.kind === "weight" ? withoutWeight("other", { unit, mode, scale }) : print;
}

/** `G` alone is also the mark of a gross weight. */
function readUnit(text: string): PrintUnit | null {
  if (text === "L") return "lb";
  if (text === "K") return "kg";
  return text === "G" ? null : readPrintUnit(text);
}
