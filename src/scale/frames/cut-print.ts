import type { Parsed } from "../../weighing/reading.ts";
import type { CutPrint, LineReader } from "./line-reader.ts";

/** A link that stands still for longer is cut (the listener's keepalive), so what comes is no longer the rest of a print. */
const stallMaxMs = 20_000;

/** Whether the rest of `cut` may still come, milliseconds of the clock of `push`. */
export function mayGoOn(cut: CutPrint, at: number): boolean {
  return at - cut.at <= stallMaxMs;
}

/**
 * Whether the print `line` may be the rest of `cut`, which was rejected already: `1,` is stale after 3 s, and a link that
 * stood still brings `45,20 lb` behind it. What was rejected only counts against a scale that is not known.
 *
 * @param isBehindNoise `cut` was the end of a line that was too long: then the scale of `line` must be known.
 */
export function mayBeRestOf(
  cut: CutPrint,
  line: string,
  parsed: Parsed & { ok: true },
  isBehindNoise: boolean,
  reader: LineReader,
): boolean {
  const whole = reader.parse(cut.text + line);
  if (!whole.ok) return false;
  const knowsWhole = reader.scales.has(whole.reading.printedScale);
  const knowsLast = reader.scales.has(parsed.reading.printedScale);
  return isBehindNoise ? knowsWhole || !knowsLast : knowsWhole && !knowsLast;
}
