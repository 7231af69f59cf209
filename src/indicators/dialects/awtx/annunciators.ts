import type { Stage } from "../../dialect.ts";

const DISPLAYED = /^[GN] [ \d-]{5,7} (?:lb|kg)$/;
/** The second byte: ET, N, ROSS, G, motion. */
const ofNet = 0b1100_0000;
const ofGross = 0b0011_0000;
const ofMotion = 0b0000_1000;
const count = 8;

/**
 * Remote display modes 3 and 4 send `G 20000 lb CR`, then eight bytes, one bit a lamp of the display, and CR LF. Any of the
 * eight may be CR or LF.
 *
 * @param at where the CR stands behind the line.
 * @returns where the CR behind the eight stands; null: there are none.
 */
export function annunciatorsAt(held: string, line: string, at: number, stage: Stage): number | "wait" | null {
  if (!DISPLAYED.test(line) || held[at] !== "\r") return null;
  const lamps = held.slice(at + 1, at + 1 + count);
  const behind = held.slice(at + 1 + count, at + 3 + count);
  const second = lamps.charCodeAt(1);
  const mode = second & (ofNet | ofGross);
  const doesFit = lamps.length < 2 || mode === (line.startsWith("G") ? ofGross : ofNet);
  if (lamps[0] === "\n" || !doesFit || !"\r\n".startsWith(behind)) return null;
  if (behind === "\r\n") return at + 1 + count;
  return stage === "open" ? "wait" : null;
}

/** The line alone, and whether its motion lamp is on; null: it has no lamps. */
export function withoutAnnunciators(frame: string): { text: string; stable: boolean | null } {
  const text = frame.slice(0, frame.length - count - 1);
  if (!DISPLAYED.test(text) || frame[text.length] !== "\r") return { text: frame, stable: null };
  return { text, stable: (frame.charCodeAt(text.length + 2) & ofMotion) === 0 };
}
