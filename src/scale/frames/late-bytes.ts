import { saysTheSame } from "../../weighing/reading.ts";
import { isPadding, isSeparator, skipPaddingBack, trimmed } from "./bytes.ts";
import type { LineReader } from "./line-reader.ts";
import { FRAME_BYTES_MAX } from "./long-line.ts";

/**
 * Bytes that arrive after silence has completed their frame. They belong to it while they do not change what it says (the
 * `s` of `lbs`, a terminator, padding). What contradicts it is a remainder, unless it is a print of its own. Made for a
 * connection with the first frame that silence completes.
 */
export class LateBytes {
  /** The completed frame, with the padding behind it, as long as late bytes may belong to it. */
  #frame = "";
  /** The same, after bytes have come that do not belong to it. */
  #contradicted = "";

  /** @param frame that silence has completed, with the padding behind it: a blank there tells two prints from one. */
  completed(frame: string): void {
    this.#frame = frame;
  }

  /** Whether bytes that come now may belong to a frame. */
  get isOpen(): boolean {
    return this.#frame !== "";
  }

  /** A separator, or age, has ended the frame. */
  close(): void {
    this.#frame = "";
  }

  /** What comes now is no remainder either. */
  forget(): void {
    this.#frame = "";
    this.#contradicted = "";
  }

  /** @returns how many bytes at the beginning of `text` belong to the frame. */
  take(text: string, reader: LineReader): number {
    if (this.#frame === "") return 0;
    const said = reader.parse(trimmed(this.#frame));
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isSeparator(code)) return at;
      // Padding changes nothing, and there may be any amount of it; one byte is kept, to know that there was some.
      if (isPadding(code) && isPadding(this.#frame.charCodeAt(this.#frame.length - 1))) continue;
      const longer = this.#frame + text.charAt(at);
      const isTooLong = skipPaddingBack(longer, 0, longer.length) > FRAME_BYTES_MAX;
      if (isTooLong || !saysTheSame(reader.parse(trimmed(longer)), said)) {
        this.#contradicted = this.#frame;
        this.#frame = "";
        return at;
      }
      this.#frame = longer;
    }
    return text.length;
  }

  /** @returns the frame of which `text` is the remainder; null where it is none. Asked once for each contradicted frame. */
  frameOf(text: string, reader: LineReader): string | null {
    const before = this.#contradicted;
    if (before === "") return null;
    this.#contradicted = "";
    const frame = trimmed(before);
    // `1,45 lb`, silence, ` 3,2 oz`: with a blank between them the second is a print only where it can be nothing else.
    const isApart = frame === before || reader.grammar.isUnmistakable(text);
    return isApart && reader.grammar.beginsPrint(text) ? null : frame;
  }
}
