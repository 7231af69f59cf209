import type { Cut, Stage } from "../dialect.ts";

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
 * The first frame of Toledo's continuous output. A check byte can be any byte, also STX, CR and LF. Whether a connection's
 * frames have one shows in those before: where they have none, a frame is done at its CR; where they have, it waits for
 * its check byte, which comes at once. Only the first frame waits for whatever stands behind it, or a silence.
 */
export function cutToledo(held: string, stage: Stage, before: string): Cut | null {
  const [first = ""] = held;
  const previous = LAST.exec(before)?.[0];
  if (previous !== undefined && isCheckOf(previous, first)) {
    const [, second] = held;
    // The beginning of the next frame, unless another stands behind it.
    const isCheck =
      !isBeginning(first, previous) ||
      (second !== undefined && isBeginning(second, previous)) ||
      (second === undefined && stage === "ended");
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
  const checks = checksIn(before);
  if (checks === "none") return alone;
  const [check, next] = held.slice(frame.length);
  if (check === undefined) return stage === "open" ? null : alone;
  const checked = { frame: frame + check, length: frame.length + 1 };
  const isRight = isCheckOf(frame, check);
  if (isRight && (checks === "have" || !isBeginning(check, frame))) return checked;
  if (checks === "unknown" && !isRight)
    return isBeginning(check, frame) || isLineEnd(check) ? alone : checked;
  if (!isBeginning(check, frame)) return checked;
  // The beginning of the next frame, unless another stands behind it.
  if (next === undefined) return stage === "open" ? null : alone;
  return isBeginning(next, frame) ? checked : alone;
}

/** Whether frames have check bytes, as far as these bytes tell. */
function checksIn(before: string): "have" | "none" | "unknown" {
  let isNone = false;
  for (const { 0: frame, index } of before.matchAll(EACH)) {
    const start = frame.charAt(0);
    const [check = start, next = start] = before.slice(index + frame.length);
    const isRight = isCheckOf(frame, check);
    if (isRight && isLineEnd(check)) continue;
    if (isRight && isBeginning(next, frame) && index + frame.length < before.length) return "have";
    isNone ||= isBeginning(check, frame) || isLineEnd(check);
  }
  return isNone ? "none" : "unknown";
}

/** Whether the next frame may begin with `byte`: all frames of a connection begin alike. */
function isBeginning(byte: string, frame: string): boolean {
  return byte === frame.charAt(0);
}

function isLineEnd(byte: string): boolean {
  return byte === "\r" || byte === "\n" || byte === "\0";
}
