import { type Dialect, noSettings } from "../dialect.ts";
import type { Print } from "../print.ts";
import { PrintReader } from "../print-reader.ts";
import { Transport } from "../transport/transport.ts";

/** One print, as it would be read. */
export type Said = Omit<Print, "mark" | "reason"> & { readonly reason: string | null; readonly raw: string };

/** With what prints end. */
export type Terminator = "CRLF" | "CR" | "LF" | "ETX" | "none";

/** The bytes without what stands on the way, one character each. */
export function cleaned(bytes: Uint8Array, isBinary: boolean): string {
  const transport = new Transport({ isBinary });
  return transport.push(bytes) + transport.end();
}

/** Every print of the text. */
export function readAll(dialect: Dialect, text: string): Said[] {
  const prints: Said[] = [];
  const reader = new PrintReader(dialect, noSettings, ({ mark: _, ...print }, raw) =>
    prints.push({ ...print, raw }),
  );
  reader.push(text);
  reader.end();
  return prints;
}

/** The last one tells: a print that begins with LF and ends with CR, as SMA's, shows both between two prints. */
export function terminatorOf(text: string): Terminator {
  switch (/\r\n$|[\r\n\x03](?=[^\r\n\x03]*$)/.exec(text)?.[0]) {
    case "\r\n":
      return "CRLF";
    case "\r":
      return "CR";
    case "\n":
      return text.includes("\r\n") ? "CRLF" : "LF";
    case "\x03":
      return "ETX";
    default:
      return "none";
  }
}
