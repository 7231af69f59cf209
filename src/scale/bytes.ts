// What stands between and around frames, in texts that hold one character a byte (latin1).

export const STX = 0x02;
export const ETX = 0x03;
export const LF = 0x0a;
export const CR = 0x0d;

/** One character a byte. `TextDecoder("latin1")` is windows-1252 and would change 0x80 to 0x9f. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** CR, LF, STX, ETX: what no frame holds. */
export function isSeparator(code: number): boolean {
  return code === CR || code === LF || code === STX || code === ETX;
}

/** Blank, tab, NUL: what may stand around a frame and is no part of it. */
export function isPadding(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x00;
}

/** The first place from `start` that is no padding; `end` if there is none. */
export function skipPadding(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isPadding(text.charCodeAt(at))) at++;
  return at;
}

/** The place behind the last byte before `end` that is no padding; `start` if there is none. */
export function skipPaddingBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isPadding(text.charCodeAt(at - 1))) at--;
  return at;
}

/** `text` without the padding around it. */
export function trimmed(text: string): string {
  const end = skipPaddingBack(text, 0, text.length);
  return text.substring(skipPadding(text, 0, end), end);
}
