import type { Cut, Stage } from "./dialect.ts";

/**
 * Cuts at the first of the separators. Their runs are one: nothing between two of them is no frame.
 *
 * @param separators a pattern of one character class without flags: `/[\r\n\x02\x03]/`.
 * @param options.silenceEnds whether what has no terminator yet is a frame after a silence, too. Only for dialects whose
 * indicators may send none.
 */
export function cutLine(
  held: string,
  stage: Stage,
  separators: RegExp,
  options: { readonly silenceEnds: boolean } = { silenceEnds: false },
): Cut | null {
  const at = held.search(separators);
  if (at >= 0) return { frame: held.slice(0, at), length: at + 1 };
  const isDone = stage === "ended" || (stage === "silent" && options.silenceEnds);
  return isDone ? { frame: held, length: held.length } : null;
}

/** As `cutLine`, where a frame begins with `start`: what stands before it is a frame of its own. `start` stays. */
export function cutLineFrom(start: string, held: string, stage: Stage, separators: RegExp): Cut | null {
  const line = cutLine(held, stage, separators);
  const begin = line === null ? 0 : line.frame.lastIndexOf(start);
  return begin > 0 ? { frame: held.slice(0, begin), length: begin } : line;
}
