import type { Stage } from "../../dialect.ts";

const DISPLAYED = /^[GN] [ \d-]{5,7} (?:lb|kg)$/;
/** The second byte: ET, N, ROSS, G, motion. */
const ofNet = 0b1100_0000;
const ofGross = 0b0011_0000;
const ofMotion = 0b0000_1000;
const count = 8;

/**
 * Remote display modes 3 and 4 send `G 20000 lb CR`, then eight bytes, one bit a lamp of the display, and CR LF. Any of the
 * eight may be CR or LF. Those that are zero may be lost on the way: device servers drop them.
 *
 * @param at where the CR stands behind the line.
 * @returns where the CR behind the lamps stands; null: there are none.
 */
export function annunciatorsAt(held: string, line: string, at: number, stage: Stage): number | "wait" | null {
  if (!DISPLAYED.test(line) || held[at] !== "\r" || held[at + 1] === "\n") return null;
  const behind = held.slice(at + 1, at + 3 + count);
  const mayFit = behind.length < 2 || modeLamps(line, behind) !== undefined;
  if (!mayFit) return null;
  if (stage === "open" && behind.length < count + 2) return "wait";
  const length = behind.endsWith("\r\n") && behind.length === count + 2 ? count : behind.indexOf("\r\n", 1);
  return length < 1 || modeLamps(line, behind) === undefined ? null : at + 1 + length;
}

/** The line alone, and whether its motion lamp is on; null: it has no lamps. */
export function withoutAnnunciators(frame: string): { text: string; stable: boolean | null } {
  const [text = ""] = frame.split("\r", 1);
  const lamps = frame.slice(text.length + 1);
  const mode = DISPLAYED.test(text) ? modeLamps(text, lamps) : undefined;
  if (mode === undefined || lamps.length > count) return { text: frame, stable: null };
  return { text, stable: (mode & ofMotion) === 0 };
}

/** The byte that says gross or net as the line does: the second one, or the first where one is lost. */
function modeLamps(line: string, lamps: string): number | undefined {
  const wanted = line.startsWith("G") ? ofGross : ofNet;
  return [lamps.charCodeAt(1), lamps.charCodeAt(0)].find((byte) => (byte & (ofNet | ofGross)) === wanted);
}
