import type { Parsed } from "../../weighing/reading.ts";
import { trimmed } from "./bytes.ts";
import type { LineReader } from "./line-reader.ts";

/** The print behind a silence in a line that is not one print as a whole. */
interface PrintBehind {
  /** Where the silence fell. */
  readonly place: number;
  readonly print: string;
  readonly parsed: Parsed & { ok: true };
  /** `neither`: the line would be a print, too, and nothing tells which of them was printed. */
  readonly counts: "behind the silence" | "neither";
}

/**
 * A silence inside of a line may be a pause of the link, or the line may be a stray byte (a heartbeat, a print cut off) and
 * then a print. Where both would be a print, the one from a scale known on this connection counts, if exactly one of them
 * is. A print behind what cannot belong to it counts.
 *
 * @param silences places in `line` where a silence fell, ascending.
 * @param parsed what the line says as one print.
 * @returns null where the line counts as a whole.
 */
export function printBehindSilence(
  line: string,
  silences: readonly number[],
  parsed: Parsed,
  reader: LineReader,
): PrintBehind | null {
  for (const place of silences) {
    const print = trimmed(line.substring(place));
    const ofItsOwn = reader.parse(print);
    if (!ofItsOwn.ok) continue;
    const counts = parsed.ok
      ? whichScale(parsed, ofItsOwn, reader)
      : whetherApart(parsed, line, place, print, reader);
    if (counts !== "line") return { place, print, parsed: ofItsOwn, counts };
  }
  return null;
}

type Counts = "line" | PrintBehind["counts"];

/** The line and what is behind the silence are both a print. */
function whichScale(line: Parsed & { ok: true }, behind: Parsed & { ok: true }, reader: LineReader): Counts {
  const [whole, last] = [line.reading.printedScale, behind.reading.printedScale];
  const [knowsWhole, knowsLast] = [reader.scales.has(whole), reader.scales.has(last)];
  if (whole === last || knowsWhole === knowsLast) return "neither";
  return knowsWhole ? "line" : "behind the silence";
}

/** Only what is behind the silence is a print: whether it can be no part of the line. */
function whetherApart(
  parsed: Parsed & { ok: false },
  line: string,
  place: number,
  print: string,
  reader: LineReader,
): Counts {
  if (parsed.reason !== "malformed" && parsed.reason !== "ambiguous") return "line";
  // `A1`, silence, `2,45.20 lb` may be a print of `A12`.
  const isCutNumber = isDigit(line, place - 1) && isDigit(line, place);
  return !isCutNumber && reader.grammar.isUnmistakable(print) ? "behind the silence" : "line";
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
