/** `\r` and the like, as in most languages. */
const named: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" };

/**
 * Bytes as people write them: printable ASCII as it is; `\r`, `\n`, `\t`, `\0`, `\\` and `\x02` for others.
 *
 * @returns one character a byte (latin1); or what is wrong with the text.
 */
export function readBytesText(text: string): string | { readonly fault: string } {
  const [odd] = /[^ -~]/.exec(text) ?? [];
  if (odd !== undefined) return { fault: "must be printable ASCII; write other bytes as \\r, \\n or \\x02" };
  const [unknown] = /\\(?!(?:[rnt0\\]|x[0-9A-Fa-f]{2}))/.exec(text.replaceAll("\\\\", "")) ?? [];
  if (unknown !== undefined)
    return { fault: "must have behind each \\ one of r, n, t, 0, \\ or x with two hexadecimal digits" };
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|([rnt0\\]))/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (named[name] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The same of what a device server sends by itself. It is dropped wherever it stands, so it must be no part of a number. */
export function readServerBytes(text: string): string | { readonly fault: string } {
  const bytes = readBytesText(text);
  if (typeof bytes !== "string" || /[^\d., +-]/.test(bytes)) return bytes;
  return { fault: "must have a byte that no number has: it would be taken out of weights" };
}
