import { Framer, type FramerOutcome } from "../../../src/scale/frames/framer.ts";
import type { LineGrammar } from "../../../src/scale/frames/line-grammar.ts";
import { KEPT_BYTES_MAX } from "../../../src/scale/frames/long-line.ts";
import type { Parsed } from "../../../src/weighing/reading.ts";

/**
 * What scales may send, and what must come of it. The expectation is built together with the bytes, never by
 * reading them, so it shares nothing with the framer and the parser. Used by the property tests (choices made,
 * and shrunk, by fast-check) and by the campaign (choices made by a fast seeded generator).
 */

/** A whole number from 0 to `bound` - 1: the only source of chance here. */
export type Below = (bound: number) => number;

/** What must come of one frame: `says` as in `saying`, `text` the frame's bytes without padding. */
export interface Expected {
  readonly says: string;
  readonly text: string;
}

export interface Stream {
  /** The bytes, in latin1; between two segments the connection is silent for long enough, at the end it ends. */
  readonly segments: readonly string[];
  readonly expected: readonly Expected[];
  /** Silence may count a frame before its last letter (`lb` of `lbs`): then only what it says can be compared. */
  readonly exactTexts: boolean;
}

/** One comparable line for an outcome: `bag 3 45.20 lb`, `malformed 3`, `truncated -`. */
export function saying(outcome: FramerOutcome): string {
  switch (outcome.kind) {
    case "frame":
      return sayingOf(outcome.parsed);
    case "broken":
      return `${outcome.reason} -`;
    case "remainder":
      return "remainder -";
  }
}

function sayingOf(parsed: Parsed): string {
  if (!parsed.ok) return `${parsed.reason} ${parsed.printedScale ?? "-"}`;
  return `bag ${parsed.reading.printedScale} ${parsed.reading.weight} ${parsed.reading.unit}`;
}

/** xorshift32: quick, and the same numbers for the same seed everywhere. */
export function seeded(seed: number): Below {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

function pick<T>(below: Below, from: readonly [T, ...T[]]): T {
  return from[below(from.length)] ?? from[0];
}

function some(below: Below, text: string, most: number): string {
  return text.repeat(below(most + 1));
}

function digits(below: Below, count: number): string {
  let all = "";
  for (let i = 0; i < count; i++) all += below(10);
  return all;
}

const units = [
  ["lb", "lb"],
  ["lb", "lb"],
  ["LB", "lb"],
  ["lbs", "lb"],
  ["Lbs", "lb"],
  ["kg", "kg"],
  ["KG", "kg"],
  ["g", "g"],
  ["oz", "oz"],
  ["Oz", "oz"],
] as const;

/** No prefix of these is a unit that is known, so that silence inside them changes nothing. */
const strangeUnits = ["t", "st", "mg", "pcs", "N", "ct"] as const;

interface Printed extends Expected {
  /** From how many bytes on the frame lacks nothing. */
  readonly wholeFrom: number;
  /** From here on a pause of the link leaves nothing behind it that would be a print of its own. */
  readonly pausesFrom: number;
}

/** How the indicators of one connection are set up. */
interface Style {
  readonly mark: "." | ",";
  /** Frames without terminators: of single digits, so that a pause cannot leave a shorter scale id behind it. */
  readonly shortIds: boolean;
}

/**
 * A frame whose shape is complete: mostly a bag, sometimes one that must be rejected.
 * With `gluable` the id stands right before its comma, and the weight shows its decimals and has not exactly three digits
 * before them, as it must where no terminator separates frames.
 */
function frame(below: Below, gluable: boolean, style: Style): Printed {
  const blank = () => (below(4) === 0 ? some(below, pick(below, [" ", "\t"]), 6) : "");
  const fault = below(8) === 0 ? below(5) + 1 : 0;

  const largest = style.shortIds ? 9 : pick(below, [9, 99, 2_147_483_647]);
  const scale = fault === 1 && !style.shortIds ? 2_147_483_648 + below(9_999_999) : 1 + below(largest);
  const id = some(below, "0", below(6) === 0 && !style.shortIds ? 3 : 0) + scale;

  const decimals = digits(below, gluable ? 1 + below(4) : below(5));
  const some99 = String(1 + below(gluable ? 99 : pick(below, [100, 999_999])));
  const whole = fault === 2 ? `${1 + below(9)}${digits(below, 6)}` : some99;
  const zero = fault === 3;
  const value = zero ? "0" : whole;
  const fraction = zero ? decimals.replace(/./g, "0") : decimals;
  const mark = fraction === "" ? pick(below, ["", "", style.mark === "." ? "." : ""]) : style.mark;
  const sign = fault === 4 ? "-" : pick(below, ["", "", "", "+"]);
  const number =
    sign +
    (sign === "" ? "" : blank()) +
    some(below, "0", below(5) === 0 && !gluable ? 4 : 0) +
    value +
    mark +
    fraction;

  const [unit, stored] = fault === 5 ? [pick(below, strangeUnits), ""] : pick(below, units);
  const text = `${id}${gluable ? "" : blank()},${blank()}${number}${blank()}${unit}`;
  const rejected = [
    "",
    style.shortIds ? "" : `out_of_range -`,
    `out_of_range ${scale}`,
    `not_positive ${scale}`,
    `not_positive ${scale}`,
    `unknown_unit ${scale}`,
  ];
  const isGuess =
    style.mark === "," && fraction.length === 3 && fault !== 5 && (fault !== 1 || style.shortIds);
  const bag = `bag ${scale} ${value}${fraction === "" ? "" : `.${fraction}`} ${stored}`;
  return {
    text,
    says: isGuess ? `ambiguous ${scale}` : rejected[fault] || bag,
    pausesFrom: text.lastIndexOf(mark === "" ? "," : mark) + 1,
    wholeFrom:
      unit.toLowerCase() === "lbs"
        ? text.length - 1
        : fault === 5
          ? text.length - unit.length + 1
          : text.length,
  };
}

/** A line that is no bag and must never be taken for one, or for a part of one. */
function junk(below: Below): Expected {
  const scale = 1 + below(9);
  const weight = `${1 + below(99)}.${digits(below, 2)}`;
  const lines: [string, string, ...string[]][] = [
    [
      "malformed -",
      `G   ${1 + below(99)},${digits(below, 2)} lb`,
      `G ${weight} lb`,
      `${weight} lb G`,
      "Cant",
      "lb",
      "?",
      "\xfe\x80",
    ],
    [
      "malformed -",
      `,${weight} lb`,
      `A${scale},${weight} lb`,
      `-${scale},${weight} lb`,
      `${scale};${weight} lb`,
    ],
    [
      `ambiguous ${scale}`,
      `${scale},${digits(below, 2)} lb G`,
      `${scale},${weight} lb 2,1${weight} kg`,
      `${scale},${weight} lb${scale},${weight} lb`,
      `${scale},45 lb 3,2 oz`,
      `${scale},${weight} lb 26,11,2026`,
    ],
    [`malformed ${scale}`, `${scale},${weight}`, `${scale},lb`, `${scale},`, `${scale},${weight}123 lb`],
    [
      `malformed ${scale}`,
      `${scale},1,2${weight} lb`,
      `${scale},1 ${weight} lb`,
      `${scale},${weight}- lb`,
      `${scale},--${weight} lb`,
    ],
    [
      `malformed ${scale}`,
      `${scale},${weight} lb E`,
      `${scale},${weight} lb ${scale}`,
      `${scale},\0${weight} lb`,
      `${scale},,5 kg`,
    ],
    [
      `motion ${scale}`,
      `${scale},${weight} lb M`,
      `${scale},${weight} lb   MOTION`,
      `${scale},M ${weight} lb`,
      `${scale},~${weight} lb`,
    ],
    [
      `overload ${scale}`,
      `${scale},------ lb`,
      `${scale},^^^^^^`,
      `${scale},  --.-- kg`,
      `${scale},_____ lb`,
      `${scale},OL`,
    ],
    [
      `overload ${scale}`,
      `${scale},${weight} lb O`,
      `${scale},OVERLOAD lb`,
      `${scale},UNDERLOAD`,
      `${scale},====== g`,
    ],
  ];
  const [says, first, ...others] = lines[below(lines.length)] ?? ["malformed -", "?"];
  return { says, text: pick(below, [first, ...others]) };
}

/** 257 to 1000 bytes that nothing ends. */
function tooLong(below: Below): { text: string; expected: Expected } {
  const text = `${`x${some(below, pick(below, ["y", "1,", "--", "1,2.0lb;"]), 500)}`.padEnd(256 + below(700), "z")}z`;
  return { text, expected: { says: "too_long -", text: text.slice(0, KEPT_BYTES_MAX) } };
}

function padding(below: Below): string {
  return below(5) === 0 ? some(below, pick(below, [" ", "\t", "\0", " \0"]), pick(below, [3, 3, 300])) : "";
}

/** Lines of a sender that uses a terminator, or STX and ETX; garbage between them; cut off at the end or not. */
function separated(below: Below): Stream {
  const style: Style = { mark: pick(below, [".", ".", ","]), shortIds: false };
  const closer = pick(below, ["\r\n", "\r\n", "\r", "\n", "\x03", "\x04", "\x03\r\n", " \r\r\n\n"]);
  // Right behind an ETX a longer scale id could also be a check byte and a shorter one.
  const opener = closer === "\x03" ? "\x02" : pick(below, ["", "", "\x02"]);
  const segments: string[] = [];
  const expected: Expected[] = [];
  let bytes = "";
  const silence = () => {
    segments.push(bytes);
    bytes = "";
  };

  const lines = 1 + below(12);
  let exactTexts = true;
  for (let line = 0; line < lines; line++) {
    const pad = [padding(below), padding(below)];
    let text: string;
    let printed: Printed | null = null;
    switch (below(12)) {
      case 0: {
        const line = junk(below);
        text = line.text;
        expected.push(line);
        break;
      }
      case 1: {
        const long = below(4) === 0 ? tooLong(below) : null;
        text = long?.text ?? "";
        if (long !== null) expected.push(long.expected);
        break;
      }
      default: {
        printed = frame(below, false, style);
        text = printed.text;
        expected.push(printed);
      }
    }
    if (printed !== null && below(8) === 0) {
      const { pausesFrom } = printed;
      const at = pausesFrom + below(text.length - pausesFrom);
      // What is whole counts at once, and takes the rest of its unit with it.
      if (at >= printed.wholeFrom) exactTexts = false;
      bytes += opener + pad[0] + text.slice(0, at);
      silence();
      bytes += text.slice(at) + pad[1] + closer;
    } else {
      bytes += opener + pad[0] + text + pad[1] + closer;
    }
    if (below(6) === 0) silence();
  }
  if (below(2) === 0) bytes += opener + cutOff(below, frame(below, false, style), expected);
  segments.push(bytes);
  return { segments, expected, exactTexts };
}

/** Frames without any terminator: glued, or told apart by silence, which may also fall inside a frame. */
function glued(below: Below): Stream {
  const slow = below(3) === 0;
  const style: Style = { mark: slow ? "." : pick(below, [".", ","]), shortIds: slow };
  const segments: string[] = [];
  const expected: Expected[] = [];
  let bytes = "";
  const frames = 1 + below(12);
  for (let i = 0; i < frames; i++) {
    const printed = frame(below, true, style);
    expected.push(printed);
    bytes += padding(below).slice(0, 20) + printed.text;
    if (below(4) === 0) {
      segments.push(bytes);
      bytes = "";
    }
  }
  if (below(2) === 0) bytes += cutOff(below, frame(below, true, style), expected);
  segments.push(bytes);
  if (!slow) return { segments, expected, exactTexts: segments.length === 1 };

  const all = segments.join("");
  const everyByte = below(2) === 0;
  const slowly: string[] = [""];
  for (const byte of all) {
    slowly[slowly.length - 1] += byte;
    if (everyByte || below(5) === 0) slowly.push("");
  }
  return { segments: slowly, expected, exactTexts: false };
}

/** The beginning of a frame, cut anywhere by the end of the connection. Adds what must come of it. */
function cutOff(below: Below, printed: Printed, expected: Expected[]): string {
  const text = printed.text.slice(0, below(printed.text.length + 1));
  if (text.length >= printed.wholeFrom) expected.push({ says: printed.says, text });
  else if (text.length > 0) expected.push({ says: "truncated -", text: text.trimEnd() });
  return text;
}

export function anyStream(below: Below): Stream {
  return below(3) === 0 ? glued(below) : separated(below);
}

/** Segments of bytes that are no stream of any scale, but full of what means something to a framer. */
export function anySoup(below: Below): string[] {
  const segments: string[] = [];
  for (let count = 1 + below(4); count > 0; count--) {
    let bytes = "";
    for (let pieces = below(12); pieces > 0; pieces--) {
      switch (below(10)) {
        case 0:
          bytes += String.fromCharCode(below(0xf0));
          break;
        case 1:
        case 2:
          bytes += pick(below, ["\r", "\n", "\x02", "\x04", "\r\n"]);
          break;
        case 3:
          bytes += pick(below, [" ", "\0", "\t", "     ", "\0\0\0"]);
          break;
        case 4:
          bytes += pick(below, [",", ".", "-", "+", "lb", "s", "kg", "g", "M", "OL", "--"]);
          break;
        case 5:
          bytes += digits(below, 1 + below(4));
          break;
        case 6:
          bytes += below(3) > 0 ? junk(below).text : tooLong(below).text.slice(0, 200 + below(120));
          break;
        default:
          bytes += frame(below, below(2) === 0, {
            mark: pick(below, [".", ","]),
            shortIds: below(2) === 0,
          }).text;
      }
    }
    // What may stand behind an ETX is tried with examples: no reference says it more plainly than the framer.
    segments.push(bytes.replaceAll("\x03", "\x04"));
  }
  return segments;
}

/** Cuts bytes as TCP may: in one, byte by byte, or anyhow. */
export function anyChunks(below: Below, bytes: string): Uint8Array[] {
  const all = Buffer.from(bytes, "latin1");
  const most = pick(below, [all.length, 1, 2, 7, 40]);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; ) {
    const size = most === all.length ? all.length : 1 + below(most);
    chunks.push(all.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Sends the segments, with silence between them, and ends the connection. */
export function send(
  segments: readonly string[],
  grammar: LineGrammar,
  chunks: (bytes: string) => Uint8Array[],
): FramerOutcome[] {
  const outcomes: FramerOutcome[] = [];
  const options = { decimalMark: "auto", scales: new Set<number>() } as const;
  const framer = new Framer(grammar, options, (outcome) => outcomes.push(outcome));
  segments.forEach((bytes, i) => {
    if (i > 0) framer.silence(i);
    for (const chunk of chunks(bytes)) framer.push(chunk, i);
  });
  framer.end();
  return outcomes;
}
