import type { FramerOutcome } from "../../../src/scale/frames/framer.ts";
import type { LineGrammar } from "../../../src/scale/frames/line-grammar.ts";
import type { DecimalMark, Parsed } from "../../../src/weighing/reading.ts";

/**
 * The framer's rules once more, as plainly as they can be said: one byte after the other, everything held and
 * looked at again each time. Slow, and no line of it shared with the framer; the grammar only says what a text means.
 * The framer must give the same for any bytes without ETX and telnet, however they are cut.
 *
 * `segments` are latin1, with silence between them and the end of the connection behind the last.
 */
export function reference(segments: readonly string[], grammar: LineGrammar): FramerOutcome[] {
  const outcomes: FramerOutcome[] = [];
  const known = new Set<number>();
  let mark: DecimalMark = "auto";
  const read = (text: string) => grammar.parse(text, mark);
  const saysPrint = (parsed: Parsed) => parsed.ok || parsed.reason !== "malformed";

  let line = "";
  let gaps: number[] = [];
  let noise: string | null = null;
  let isBehindNoise = false;
  let begun = "";
  let terminated = false;
  let counted: string | null = null;
  let contradicted: string | null = null;

  function broken(reason: "stale" | "truncated" | "ambiguous" | "too_long", text: string): null {
    if (reason === "too_long" || !isRemainder(text)) outcomes.push({ kind: "broken", reason, text });
    return null;
  }

  function isRemainder(text: string): boolean {
    const of = contradicted;
    contradicted = null;
    if (of === null) return false;
    const isApart = strip(of) === of || grammar.isUnmistakable(text);
    if (isApart && grammar.beginsPrint(text)) return false;
    outcomes.push({ kind: "remainder", text, of: strip(of) });
    return true;
  }

  /** Where a print begins behind a silence, and whether it is one; null where the line is to be read as one. */
  function behindSilence(): { at: number; isPrint: boolean } | null {
    const parsed = read(strip(line));
    for (const at of gaps) {
      const behind = strip(line.slice(at));
      const other = read(behind);
      if (!other.ok) continue;
      if (parsed.ok) {
        const [a, b] = [parsed.reading.printedScale, other.reading.printedScale];
        if (a === b || known.has(a) === known.has(b)) return { at, isPrint: false };
        if (known.has(b)) return { at, isPrint: true };
      } else {
        const cutNumber = /\d/.test(line[at - 1] ?? "") && /\d/.test(line[at] ?? "");
        const may = parsed.reason === "malformed" || parsed.reason === "ambiguous";
        if (may && !cutNumber && grammar.isUnmistakable(behind)) return { at, isPrint: true };
      }
    }
    return null;
  }

  /** The line may go on a print whose beginning is in the noise before it. */
  function goesOn(scale: number): boolean {
    const whole = begun === "" ? null : read(begun + strip(line));
    return whole?.ok === true && (known.has(whole.reading.printedScale) || !known.has(scale));
  }

  /** Returns the frame, or null where it is no print. */
  function frame(text: string): string | null {
    const parsed = read(text);
    if (isRemainder(text)) return null;
    if (parsed.ok) {
      if (mark === "auto" && parsed.mark !== null) mark = `auto-${parsed.mark}`;
      known.add(parsed.reading.printedScale);
    }
    outcomes.push({ kind: "frame", text, parsed });
    return saysPrint(parsed) ? text : null;
  }

  function print(): string | null {
    const text = strip(line);
    const parsed = read(text);
    const inside = behindSilence();
    if (inside !== null) {
      if (!inside.isPrint) return broken("ambiguous", text);
      const before = strip(line.slice(0, inside.at));
      if (before !== "") broken("stale", before);
      const behind = strip(line.slice(inside.at));
      frame(behind);
      return behind;
    }
    const isUnsure = !grammar.isUnmistakable(text) || (parsed.ok && goesOn(parsed.reading.printedScale));
    if (parsed.ok && isBehindNoise && isUnsure) return broken("ambiguous", text);
    return frame(text);
  }

  function endNoise(): string | null {
    const all = noise ?? "";
    noise = null;
    const tail = strip(all.slice(-257));
    const at = grammar.lastPrint(tail, mark);
    const text = at < 0 ? "" : tail.slice(at);
    const isLong = all.length > 1024 + 256;
    const kept = isLong
      ? all
      : all.slice(0, all.length - (text === "" ? 0 : all.length - all.lastIndexOf(text)));
    broken("too_long", strip(kept.slice(0, 1024)));
    if (text === "") return null;
    frame(text);
    return text;
  }

  function reset(): void {
    line = "";
    gaps = [];
    isBehindNoise = false;
  }

  function separator(): void {
    if (noise !== null) endNoise();
    else if (strip(line) !== "" && print() !== null) terminated = true;
    reset();
    counted = null;
    contradicted = null;
  }

  function content(byte: string): void {
    if (noise !== null) {
      noise += byte;
      return;
    }
    if (isPad(byte) && (line === "" || line.length === 256)) return;
    line += byte;
    if (line.length <= 256) return;
    const { frames, rest } = terminated ? { frames: [], rest: line } : grammar.split(line, false);
    if (frames.length === 0) {
      noise = line;
      reset();
      return;
    }
    for (const text of frames) frame(text);
    gaps = [];
    line = rest;
  }

  function silence(): void {
    if (noise !== null) {
      begun = grammar.beginningAtEnd(noise.slice(-257));
      counted = endNoise();
      isBehindNoise = counted === null;
      return;
    }
    const text = strip(line);
    if (text === "") {
      line = "";
      return;
    }
    const parsed = read(text);
    if (!parsed.ok && !terminated) {
      const { frames, rest } = grammar.split(text, false);
      if (frames.length > 0 && grammar.isWhole(rest, read(rest))) {
        for (const each of frames) frame(each);
        counted = frame(rest);
        reset();
        return;
      }
    }
    if (!grammar.isWhole(text, parsed) && behindSilence() === null) {
      if (!gaps.includes(line.length)) gaps.push(line.length);
      return;
    }
    const whole = line;
    const hadGaps = gaps.length > 0;
    const said = print();
    counted = said === text && !hadGaps ? whole : said;
    reset();
  }

  function belongs(text: string): boolean {
    if (counted === null || strip(text).length > 256) return false;
    const [now, then] = [read(strip(text)), read(strip(counted))];
    const meaning = (parsed: Parsed) =>
      JSON.stringify(parsed.ok ? parsed.reading : [parsed.reason, parsed.printedScale]);
    return meaning(now) === meaning(then);
  }

  segments.forEach((segment, i) => {
    if (i > 0) silence();
    for (const byte of segment) {
      const separates = "\r\n\x02\x04\x17".includes(byte);
      if (counted !== null && !separates) {
        if (isPad(byte) && isPad(counted.slice(-1))) continue;
        if (belongs(counted + byte)) {
          counted += byte;
          continue;
        }
        contradicted = counted;
        counted = null;
      }
      if (separates) separator();
      else content(byte);
    }
  });

  if (noise !== null) {
    endNoise();
    return outcomes;
  }
  const text = strip(line);
  if (text === "") return outcomes;
  if (grammar.isWhole(text, read(text)) || behindSilence() !== null) {
    print();
    return outcomes;
  }
  const { frames, rest } = terminated ? { frames: [], rest: text } : grammar.split(text, true);
  for (const each of frames) frame(each);
  const last = read(rest);
  if (grammar.isWhole(rest, last)) frame(rest);
  else broken(!last.ok && last.reason === "ambiguous" ? "ambiguous" : "truncated", rest);
  return outcomes;
}

function isPad(byte: string): boolean {
  return (
    byte !== "" && (" \x7f\xa0".includes(byte) || (byte < " " && !"\r\n\x02\x03\x04\x17\x1b".includes(byte)))
  );
}

function strip(text: string): string {
  const around = String.raw`[\0\x01\x05-\t\x0b\x0c\x0e-\x16\x18-\x1a\x1c-\x20\x7f\xa0]|\xef\xbb\xbf|\xc2\xa0|\x1b@|\x1b\[[0-?]*[ -/]*[@-~]`;
  return text.replace(new RegExp(`^(?:${around})+`), "").replace(new RegExp(`(?:${around})+$`), "");
}
