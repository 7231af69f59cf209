import { CR, isSeparator, LF, latin1, skipPadding, skipPaddingBack, trimmed } from "./bytes.ts";
import type { Dialect } from "./dialect.ts";
import type { Parsed } from "./reading.ts";

/** The longest frame in bytes, the padding around it not counted. */
export const FRAME_BYTES_MAX = 256;

export type FramerOutcome =
  /** One frame without the padding around it, to be parsed. */
  | { readonly kind: "frame"; readonly text: string }
  /** Bytes that are no frame: the first 256 of one that is too long, or what a disconnect cut off. */
  | { readonly kind: "broken"; readonly reason: "too_long" | "truncated"; readonly text: string };

/**
 * Cuts a scale's bytes into frames. Texts are latin1: one character a byte, nothing lost. At most 256 bytes
 * are held, whatever comes. `onFrame` must not throw.
 *
 * - CR, LF, STX and ETX end a frame, so a frame cut short never swallows the one behind the next STX.
 *   NUL, blank and tab around a frame are dropped; nothing between two separators is nothing.
 * - Without a separator a frame ends where the dialect sees the next one begin (`boundary`), and nowhere else.
 * - Silence completes a frame that is whole, until a CR or LF has ended a line with something on it. A line
 *   feed *before* each frame (some print formats begin with one) ends nothing: such a connection needs silence.
 * - The end of the connection completes a frame that is whole; the rest is `truncated`.
 * - Over 256 bytes are `too_long`, once; the rest is discarded up to the next separator. Where no terminator
 *   was ever used there may be none to come: there a whole frame between two silences also ends the discarding.
 *
 * Bytes that arrive after silence has completed their frame belong to it while they do not change what it says
 * (the `s` of `lbs`, a terminator, padding). The first byte that does begins the next frame, so a late mark
 * that contradicts the bag comes out as a rejected frame, not as nothing.
 *
 * A class, because there may be 10,000 of them: with closures each takes 0.4 kB more.
 */
export class Framer {
  /** Bytes of a frame not yet ended, without leading padding; at most 256. */
  #pending = "";
  /** The frame that silence completed, as long as late bytes may belong to it; `pending` is then empty. */
  #counted = "";
  /** A too long frame is being discarded. */
  #discarding = false;
  /** While discarding: a silence came, and `pending` holds what came after it. */
  #probing = false;
  /** Something was on this line, also if it has been emitted already. */
  #lineUsed = false;
  /** A CR or LF has ended a line that was used. */
  #terminated = false;

  readonly #dialect: Dialect;
  readonly #onFrame: (outcome: FramerOutcome) => void;

  constructor(dialect: Dialect, onFrame: (outcome: FramerOutcome) => void) {
    this.#dialect = dialect;
    this.#onFrame = onFrame;
  }

  #emit(text: string): void {
    this.#lineUsed = true;
    this.#onFrame({ kind: "frame", text });
  }

  /**
   * Emits the glued frames in `text` from `start` to `end`, none of them a separator, and rejects what is too
   * long. Returns where the last frame, not yet ended, begins.
   */
  #cut(text: string, start: number, end: number): number {
    if (this.#discarding && !this.#probing) return end;
    const contentEnd = skipPaddingBack(text, start, end);
    let at = skipPadding(text, start, contentEnd);
    while (at < contentEnd) {
      const window = text.substring(at, Math.min(contentEnd, at + FRAME_BYTES_MAX));
      const length = this.#discarding ? 0 : this.#dialect.boundary(window, false);
      if (length === 0) {
        if (contentEnd - at <= FRAME_BYTES_MAX) return at;
        if (!this.#discarding) this.#onFrame({ kind: "broken", reason: "too_long", text: window });
        this.#lineUsed = true;
        this.#discarding = true;
        this.#probing = false;
        return end;
      }
      this.#emit(window.substring(0, length));
      at = skipPadding(text, at + length, contentEnd);
    }
    return end;
  }

  /** Emits what `pending` holds where all of it is whole frames, and says whether it is. */
  #completePending(): boolean {
    const frames: string[] = [];
    let rest = trimmed(this.#pending);
    for (
      let length = this.#dialect.boundary(rest, false);
      length > 0;
      length = this.#dialect.boundary(rest, false)
    ) {
      frames.push(rest.substring(0, length));
      rest = trimmed(rest.substring(length));
    }
    if (!this.#dialect.isWhole(rest)) return false;
    frames.push(rest);
    this.#pending = "";
    this.#counted = rest;
    for (const text of frames) this.#onFrame({ kind: "frame", text });
    return true;
  }

  /** How many bytes at the beginning of `chunk` belong to the frame that silence completed. */
  #lateBytes(chunk: string): number {
    const said = this.#dialect.parse(trimmed(this.#counted));
    for (let at = 0; at < chunk.length; at++) {
      const longer = this.#counted + chunk.charAt(at);
      const belongs =
        !isSeparator(chunk.charCodeAt(at)) &&
        longer.length <= FRAME_BYTES_MAX &&
        saysTheSame(this.#dialect.parse(trimmed(longer)), said);
      if (!belongs) {
        this.#counted = "";
        return at;
      }
      this.#counted = longer;
    }
    return chunk.length;
  }

  /** Takes the bytes as they arrive. Where they are cut makes no difference. */
  push(bytes: Uint8Array): void {
    const chunk = latin1(bytes);
    const held = this.#pending.length;
    const text = held === 0 ? chunk : this.#pending + chunk;
    let start = this.#counted === "" ? 0 : this.#lateBytes(chunk);
    this.#pending = "";

    for (let at = Math.max(held, start); at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > CR || !isSeparator(code)) continue;
      const begin = this.#cut(text, start, at);
      if (begin < at && !this.#discarding)
        this.#emit(text.substring(begin, skipPaddingBack(text, begin, at)));
      if (code === CR || code === LF) {
        this.#terminated ||= this.#lineUsed;
        this.#lineUsed = false;
      }
      this.#discarding = false;
      this.#probing = false;
      start = at + 1;
    }

    start = this.#cut(text, start, text.length);
    const tail = text.substring(start, start + FRAME_BYTES_MAX);
    // A substring keeps all of its chunk alive: a thousand half frames must not hold a thousand chunks.
    this.#pending = text.length > 4 * FRAME_BYTES_MAX ? latin1(Buffer.from(tail, "latin1")) : tail;
  }

  /** To be called when the connection has been silent for `PREPUFF_FRAME_IDLE_MS`. */
  silence(): void {
    if (this.#terminated) return;
    if (!this.#discarding) {
      this.#completePending();
    } else if (this.#probing && this.#completePending()) {
      this.#discarding = false;
      this.#probing = false;
    } else {
      this.#pending = "";
      this.#probing = true;
    }
  }

  /** To be called once, when the connection has ended. */
  end(): void {
    this.#pending = trimmed(this.#pending);
    if (!this.#discarding) {
      for (
        let length = this.#dialect.boundary(this.#pending, true);
        length > 0;
        length = this.#dialect.boundary(this.#pending, true)
      ) {
        this.#emit(this.#pending.substring(0, length));
        this.#pending = trimmed(this.#pending.substring(length));
      }
    }
    if (!this.#completePending() && !this.#discarding && this.#pending !== "") {
      this.#onFrame({ kind: "broken", reason: "truncated", text: this.#pending });
    }
    this.#pending = "";
    this.#counted = "";
  }

  /** Whether a silence would mean anything: without it the listener needs no timer. */
  get awaitsSilence(): boolean {
    return !this.#terminated && (this.#pending !== "" || this.#discarding);
  }
}

function saysTheSame(one: Parsed, other: Parsed): boolean {
  if (one.ok && other.ok) {
    const [a, b] = [one.reading, other.reading];
    return a.printedScale === b.printedScale && a.weight === b.weight && a.unit === b.unit;
  }
  return !one.ok && !other.ok && one.reason === other.reason && one.printedScale === other.printedScale;
}
