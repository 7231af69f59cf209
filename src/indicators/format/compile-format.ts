import type { Cut, Dialect, DialectSettings, Stage } from "../dialect.ts";
import { type Print, rejected } from "../print.ts";
import { readPrintUnit } from "../print-units.ts";
import type { Element, FormatFault } from "./element.ts";
import { fittingLength, matchLine } from "./match-line.ts";
import { readFields, type SaidByText } from "./read-fields.ts";
import { readFormat } from "./read-format.ts";
import { writeFormat } from "./write-format.ts";

/** Control characters, without TAB and ESC: which of them stand around a line makes no difference. */
const END = /[\0-\x08\n-\x1a\x1c-\x1f]/;
const lengthMax = 1_000;
/** Of weights of which a format says no width. */
const valueWidth = 7;

/** A format that is understood. */
interface CompiledFormat {
  readonly dialect: Dialect;
  /** Where a frame is no longer as the format has it, from 0; null: it is. */
  misfit(frame: string): number | null;
}

/**
 * The dialect of an indicator's own format string, as it is pasted from the indicator: that of Avery Weigh-Tronix
 * (`{T.GWT.1} {T.UNIT.1}#CR#LF`), or of Rice Lake (`<2><P><W7.><U><M><S><CR><LF>`). Literal text must come as it is; numbers may be
 * wider or narrower than their width where something stands beside them that ends them. A format of several lines is one
 * print.
 *
 * @returns what of it is not understood, where anything is not.
 */
export function compileFormat(text: string): CompiledFormat | { readonly fault: FormatFault } {
  if (text.length > lengthMax) {
    return {
      fault: { character: lengthMax + 1, token: "", message: `is longer than ${lengthMax} characters` },
    };
  }
  const elements = readFormat(text);
  if ("message" in elements) return { fault: elements };
  const lines = linesOf(elements);
  if (!lines.some((line) => line.some(({ kind }) => kind === "weight"))) {
    const message = "has no weight: {T.GWT.1}, {T.NWT.1} or {T.ACT.1}; <G>, <N> or <W7.>";
    return { fault: { character: 1, token: text, message } };
  }
  const said = saidByText(lines);
  const isEnded = elements.at(-1)?.kind === "end";
  return {
    dialect: {
      name: "format",
      title: "an indicator's own format string",
      cut: (held, stage) => cut(held, stage, lines, isEnded),
      parse: (frame, settings) => parse(frame, lines, said, settings),
      write: (shown) => writeFormat(elements, shown),
      commands: {},
    },
    misfit: (frame) => misfit(frame, lines),
  };
}

function misfit(frame: string, lines: Lines): number | null {
  let nth = 0;
  for (const { 0: line, index } of frame.matchAll(/[^\0-\x08\n-\x1a\x1c-\x1f]+/g)) {
    if (line.trim() === "") continue;
    const elements = lines[nth];
    if (elements === undefined) return index;
    if (matchLine(elements, line) === null) return index + fittingLength(elements, line);
    nth++;
  }
  return nth < lines.length ? frame.length : null;
}

/** Without lines on which nothing stands. */
function linesOf(elements: readonly Element[]): Lines {
  const lines: Element[][] = [[]];
  for (const element of elements) {
    const last = lines.at(-1);
    if (element.kind === "end") lines.push([]);
    // Characters of literal text come one by one.
    else if (element.kind === "literal" && last?.at(-1)?.kind === "literal") {
      const before = last.pop();
      last.push({ kind: "literal", text: (before?.kind === "literal" ? before.text : "") + element.text });
    } else last?.push(element);
  }
  return lines.filter((line) =>
    line.some((element) => element.kind !== "literal" || element.text.trim() !== ""),
  );
}

/** `1,` at the beginning is the scale's id, as in the print that this appliance asks dealers for; `lb` behind a weight its unit. */
function saidByText(lines: Lines): SaidByText {
  const [first] = lines[0] ?? [];
  const id = first?.kind === "literal" ? /^ *(\d{1,9}) *,/.exec(first.text)?.[1] : undefined;
  const units = lines.flatMap((line) =>
    line.flatMap((element, at) => {
      if (element.kind !== "weight") return [];
      const next = line[at + 1];
      return [
        next?.kind === "literal"
          ? readPrintUnit(/^ *([A-Za-z]+)(?![A-Za-z])/.exec(next.text)?.[1] ?? "")
          : null,
      ];
    }),
  );
  return { scale: id === undefined || Number(id) === 0 ? null : Number(id), units };
}

type Lines = readonly (readonly Element[])[];

/** As many lines as are of the format, one after the other; a line that is not the next one is a frame by itself. */
function cut(held: string, stage: Stage, lines: Lines, isEnded: boolean): Cut | null {
  if (END.test(held.charAt(0))) return { frame: "", length: 1 };
  let end = 0;
  for (const [nth, elements] of lines.entries()) {
    const start = end + (nth === 0 ? 0 : gapAt(held, end));
    const length = held.slice(start).search(END);
    const isOpen = stage === "open" || (stage === "silent" && isEnded);
    if (length < 0 && isOpen) return null;
    const line = length < 0 ? held.slice(start) : held.slice(start, start + length);
    // A silence may stand in the middle of a number.
    if (length < 0 && stage === "silent" && line.length < leastLength(elements)) return null;
    if (matchLine(elements, line) === null)
      return nth === 0 ? frameTo(held, start + line.length) : frameTo(held, end);
    end = start + line.length;
  }
  return frameTo(held, end);
}

/** What literals and values take at least. */
function leastLength(elements: readonly Element[]): number {
  return elements.reduce((sum, element) => {
    if (element.kind === "literal") return sum + element.text.length;
    return element.kind === "weight" ? sum + (element.width ?? valueWidth) : sum;
  }, 0);
}

/** Control characters, and lines of blanks. */
function gapAt(held: string, at: number): number {
  return /^(?: *[\0-\x08\n-\x1a\x1c-\x1f])*/.exec(held.slice(at))?.[0].length ?? 0;
}

function frameTo(held: string, end: number): Cut {
  return { frame: held.slice(0, end), length: END.test(held.charAt(end)) ? end + 1 : Math.max(end, 1) };
}

function parse(frame: string, lines: Lines, said: SaidByText, settings: DialectSettings): Print {
  const printed = frame.split(END).filter((line) => line.trim() !== "");
  const fields = lines.map((elements, nth) => matchLine(elements, printed[nth] ?? ""));
  if (fields.includes(null) && printed.length < lines.length && fields[0] !== null)
    return rejected("truncated");
  if (fields.includes(null) || printed.length > lines.length) return rejected("malformed");
  return readFields(
    fields.flatMap((line) => line ?? []),
    said,
    settings,
  );
}
