import type { Cut, Stage } from "../dialect.ts";

const STX = "\x02";
const LF = "\n";
// No status word is a control character, save that bit 5 of word C is 0 at Fairbanks.
const FRAME = String.raw`(?:\x02[ -?][ -\x7f][\0\b -\x7f](?:[ \d]{6}(?:[ \d]{6})?|[ \d]{10})|\x01[ -\x7f]{5}[ \d.,+-]{17})\r`;
const FIRST = new RegExp(`^${FRAME}`);
const LAST = new RegExp(`${FRAME}$`);
const EACH = new RegExp(FRAME, "g");

/** Whether `check` is the check byte of a frame, which begins with STX or SOH and ends with CR. */
export function isCheckOf(frame: string, check: string): boolean {
  return check === checkOf(frame) || check === sumOf(frame);
}

/** Two's complement of the sum of the bytes' low 7 bits. */
export function checkOf(frame: string): string {
  return String.fromCharCode(-sumOf(frame).charCodeAt(0) & 0x7f);
}

/** What Fairbanks sends for it: the low 8 bits of the sum. */
function sumOf(frame: string): string {
  let sum = 0;
  for (let at = 0; at < frame.length; at++) sum += frame.charCodeAt(at) & 0x7f;
  return String.fromCharCode(sum & 0xff);
}

/**
 * The first frame of Toledo's continuous output. A check byte can be any byte, also STX, CR and LF. Whether frames have
 * one shows in those before: until it does, a frame is done at its CR and a right check byte behind it is dropped; from
 * then on a frame waits for its check byte, which comes at once.
 */
export function cutToledo(held: string, stage: Stage, before: string): Cut | null {
  const [first = ""] = held;
  const previous = LAST.exec(before)?.[0];
  if (previous !== undefined && isCheckOf(previous, first)) {
    const [, second] = held;
    // The beginning of the next frame, unless another stands behind it.
    const isCheck = first !== STX || second === STX || (second === undefined && stage === "ended");
    if (isCheck) return { frame: "", length: 1 };
    if (second === undefined) return null;
  }
  if (/^[\r\n\0]/.test(held)) return { frame: "", length: 1 };
  const frame = FIRST.exec(held)?.[0];
  if (frame !== undefined) return cutFrame(frame, held, stage, before);
  const next = held.slice(1).search(/[\x01\x02]/);
  if (next >= 0) return { frame: held.slice(0, next + 1), length: next + 1 };
  return stage === "ended" ? { frame: held, length: held.length } : null;
}

function cutFrame(frame: string, held: string, stage: Stage, before: string): Cut | null {
  const alone = { frame, length: frame.length };
  if (!haveChecks(before)) return alone;
  const [check, next] = held.slice(frame.length);
  if (check === undefined) return stage === "open" ? null : alone;
  if (check === STX && !isCheckOf(frame, check)) {
    if (next === undefined) return stage === "open" ? null : alone;
    if (next !== STX) return alone;
  }
  return { frame: frame + check, length: frame.length + 1 };
}

/** Whether a right check byte is behind one of the frames. Of those that end with CR LF it is no proof if it is an LF. */
function haveChecks(before: string): boolean {
  for (const { 0: frame, index } of before.matchAll(EACH)) {
    const [check, next] = before.slice(index + frame.length);
    if (check === undefined || check === LF || !isCheckOf(frame, check)) continue;
    if (next === undefined || next === STX || next === "\x01") return true;
  }
  return false;
}
