import type { Dialect } from "../../src/scale/dialect.ts";
import type { FramerOutcome } from "../../src/scale/framer.ts";

/**
 * The framer's rules once more, as plainly as they can be said: one byte after the other, everything held and
 * looked at again each time. Slow, unbounded, and no line of it shared with the framer; the dialect only says
 * what a text means. The framer must give the same for any bytes, however they are cut.
 *
 * `segments` are latin1, with silence between them and the end of the connection behind the last.
 */
export function reference(segments: readonly string[], dialect: Dialect): FramerOutcome[] {
  const outcomes: FramerOutcome[] = [];
  const frame = (text: string) => void outcomes.push({ kind: "frame", text });
  const meaning = (text: string) => JSON.stringify(dialect.parse(strip(text)));

  let line = "";
  let counted: string | null = null;
  let discarding = false;
  let sinceSilence: string | null = null;
  let lineUsed = false;
  let terminated = false;

  function separator(byte: string): void {
    const text = strip(line);
    if (text !== "" && !discarding) frame(text);
    if (byte === "\r" || byte === "\n") {
      if (lineUsed || text !== "") terminated = true;
      lineUsed = false;
    } else if (text !== "") {
      lineUsed = true;
    }
    line = "";
    discarding = false;
    sinceSilence = null;
  }

  function content(byte: string): void {
    if (discarding) {
      if (sinceSilence !== null) sinceSilence += byte;
      return;
    }
    line = strip(byte) === "" && line === "" ? "" : line + byte;
    if (line.length > 256 && strip(line).length > 256) {
      outcomes.push({ kind: "broken", reason: "too_long", text: line.slice(0, 256) });
      line = "";
      discarding = true;
      lineUsed = true;
      return;
    }
    // Only a comma proves that the next frame has begun.
    const [first, rest] = byte === "," ? gluedPair(line, false) : [null, line];
    if (first === null) return;
    frame(first);
    lineUsed = true;
    line = rest;
  }

  function silence(): void {
    if (terminated) return;
    if (!discarding) {
      if (!dialect.isWhole(strip(line))) return;
      counted = strip(line);
      line = "";
      frame(counted);
      return;
    }
    const frames = allWhole(strip(sinceSilence ?? ""), dialect);
    sinceSilence = "";
    if (frames === null) return;
    frames.forEach(frame);
    counted = frames.at(-1) ?? null;
    discarding = false;
    sinceSilence = null;
  }

  segments.forEach((segment, i) => {
    if (i > 0) silence();
    for (const byte of segment) {
      const separates = "\r\n\x02\x03".includes(byte);
      if (
        counted !== null &&
        !separates &&
        counted.length < 256 &&
        meaning(counted + byte) === meaning(counted)
      ) {
        counted += byte;
        continue;
      }
      counted = null;
      if (separates) separator(byte);
      else content(byte);
    }
  });

  if (discarding) {
    (allWhole(strip(sinceSilence ?? ""), dialect) ?? []).forEach(frame);
    return outcomes;
  }
  let rest = strip(line);
  for (let [first, next] = gluedPair(rest, true); first !== null; [first, next] = gluedPair(rest, true)) {
    frame(first);
    rest = strip(next);
  }
  if (dialect.isWhole(rest)) frame(rest);
  else if (rest !== "") outcomes.push({ kind: "broken", reason: "truncated", text: rest });
  return outcomes;
}

/** The frames that make up all of `text`, each of them whole; null where something is left over. */
function allWhole(text: string, dialect: Dialect): string[] | null {
  if (text.length > 256) return null;
  const frames: string[] = [];
  let rest = text;
  for (let [first, next] = gluedPair(rest, false); first !== null; [first, next] = gluedPair(rest, false)) {
    frames.push(first);
    rest = strip(next);
  }
  return dialect.isWhole(rest) ? [...frames, rest] : null;
}

/**
 * Splits `id,number letters` from a following `digits,`; with `ended` also from digits that the line ends with.
 * Every place is tried, from the left: there is at most one that fits.
 */
function gluedPair(line: string, ended: boolean): [string | null, string] {
  for (let at = 1; at < line.length; at++) {
    const next = strip(line.slice(at));
    const begins = /^[0-9]+,/.test(next) || (ended && /^[0-9]+$/.test(next));
    if (!begins || !/[A-Za-z]/.test(strip(line.slice(0, at)).slice(-1))) continue;
    const first = strip(line.slice(0, at));
    const comma = first.indexOf(",");
    const id = first.slice(0, comma).replace(/[ \t]+$/, "");
    const weight = first
      .slice(comma + 1)
      .replace(/[A-Za-z]+$/, "")
      .replace(/^[ \t]+|[ \t]+$/g, "");
    const number = weight.replace(/^[+-][ \t]*/, "");
    const isNumber = ["0", "0.", "0.0", "0,0", ".0"].includes(number.replace(/[0-9]+/g, "0"));
    if (comma > 0 && /^[0-9]+$/.test(id) && isNumber) return [first, next];
  }
  return [null, line];
}

function strip(text: string): string {
  return text.replace(/^[ \t\0]+|[ \t\0]+$/g, "");
}
