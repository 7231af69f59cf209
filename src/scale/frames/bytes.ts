// What stands between and around frames, in texts that hold one character a byte (latin1).

const STX = 0x02;
export const ETX = 0x03;
const EOT = 0x04;
const LF = 0x0a;
const CR = 0x0d;
export const ETB = 0x17;
const ESC = 0x1b;
const DEL = 0x7f;
/** The no-break space of latin1, which European formats print for a blank. */
const NBSP = 0xa0;

/** One character a byte. `TextDecoder("latin1")` is windows-1252 and would change 0x80 to 0x9f. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/**
 * Bytes as people see them, those that are no printable ASCII as `\xNN`. The backslash is escaped too: otherwise a byte
 * and a text that looks like one could not be distinguished.
 */
export function escapeBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^ -[\]-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** CR, LF, STX, ETX, EOT, ETB: what no frame holds. */
export function isSeparator(code: number): boolean {
  return code === CR || code === LF || code === STX || code === ETX || code === EOT || code === ETB;
}

/**
 * What may stand around a frame and is no part of it: blanks, and every control character that neither separates
 * frames nor begins a sequence. Among them NUL, BEL, VT, FF, XON and XOFF.
 */
export function isPadding(code: number): boolean {
  return code <= 0x20 ? code !== ESC && !isSeparator(code) : code === DEL || code === NBSP;
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

// Of more than one byte: a byte order mark and a no-break space in UTF-8; ESC @, which sets a printer back; and
// control sequences of terminals, which say themselves where they end (ECMA-48, 5.4). Other ESC sequences stay: how
// many bytes belong to one depends on the printer, and the next byte may be a scale's digit.
const AROUND = String.raw`(?:[\0\x01\x05-\t\x0b\x0c\x0e-\x16\x18-\x1a\x1c-\x20\x7f\xa0]|\xef\xbb\xbf|\xc2\xa0|\x1b@|\x1b\[[0-?]*[ -/]*[@-~])+`;
const LEADING = new RegExp(`^${AROUND}`);
const TRAILING = new RegExp(`${AROUND}$`);

/** `text` without what may stand around a frame. */
export function trimmed(text: string): string {
  const end = skipPaddingBack(text, 0, text.length);
  const start = skipPadding(text, 0, end);
  const plain = text.charCodeAt(start) < 0x80 && text.charCodeAt(end - 1) < 0x80 && !text.includes("\x1b");
  if (start === end || plain) return text.substring(start, end);
  return text.replace(LEADING, "").replace(TRAILING, "");
}
