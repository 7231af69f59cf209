import { trimmed } from "./bytes.ts";

/** The longest frame in bytes, the padding around it not counted. */
export const FRAME_BYTES_MAX = 256;
/** What is kept of a frame that is too long, in bytes. */
export const KEPT_BYTES_MAX = 1_024;

/** A frame that is too long: its first 1,024 bytes, and its last ones, which may be a print. */
export class LongLine {
  #kept = "";
  #tail = "";
  #bytes = 0;
  #isTold = false;

  /** @returns what is to be told of it, once: when much more has come than is kept. */
  add(piece: string): string | null {
    this.#bytes += piece.length;
    this.#kept += piece.substring(0, KEPT_BYTES_MAX - this.#kept.length);
    // One more than a frame: what stands before the print decides whether it is one.
    this.#tail = (this.#tail + piece.slice(-FRAME_BYTES_MAX - 1)).slice(-FRAME_BYTES_MAX - 1);
    if (this.#isTold || this.#bytes <= KEPT_BYTES_MAX + FRAME_BYTES_MAX) return null;
    this.#isTold = true;
    return trimmed(this.#kept);
  }

  /** Its last bytes, up to 257. */
  get tail(): string {
    return this.#tail;
  }

  /**
   * @param print where in the trimmed `tail` a print begins that is no part of it; -1 where none does.
   * @returns what is to be told of it at its end; null where that is told already.
   */
  end(print: number): string | null {
    if (this.#isTold) return null;
    const behind = print < 0 ? 0 : this.#tail.length - this.#tail.indexOf(trimmed(this.#tail)) - print;
    return trimmed(this.#kept.substring(0, this.#bytes - behind));
  }
}
