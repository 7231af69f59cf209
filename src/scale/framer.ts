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

export interface Framer {
  /** Takes the bytes as they arrive. Where they are cut makes no difference. */
  push(bytes: Uint8Array): void;
  /** To be called when the connection has been silent for `PREPUFF_FRAME_IDLE_MS`. */
  silence(): void;
  /** To be called once, when the connection has ended. */
  end(): void;
  /** Whether a silence would mean anything: without it the listener needs no timer. */
  readonly awaitsSilence: boolean;
}

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
 */
export function createFramer(dialect: Dialect, onFrame: (outcome: FramerOutcome) => void): Framer {
  /** Bytes of a frame not yet ended, without leading padding; at most 256. */
  let pending = "";
  /** The frame that silence completed, as long as late bytes may belong to it; `pending` is then empty. */
  let counted = "";
  /** A too long frame is being discarded. */
  let discarding = false;
  /** While discarding: a silence came, and `pending` holds what came after it. */
  let probing = false;
  /** Something was on this line, also if it has been emitted already. */
  let lineUsed = false;
  /** A CR or LF has ended a line that was used. */
  let terminated = false;

  function emit(text: string): void {
    lineUsed = true;
    onFrame({ kind: "frame", text });
  }

  /**
   * Emits the glued frames in `text` from `start` to `end`, none of them a separator, and rejects what is too
   * long. Returns where the last frame, not yet ended, begins.
   */
  function cut(text: string, start: number, end: number): number {
    if (discarding && !probing) return end;
    const contentEnd = skipPaddingBack(text, start, end);
    let at = skipPadding(text, start, contentEnd);
    while (at < contentEnd) {
      const window = text.substring(at, Math.min(contentEnd, at + FRAME_BYTES_MAX));
      const length = discarding ? 0 : dialect.boundary(window, false);
      if (length === 0) {
        if (contentEnd - at <= FRAME_BYTES_MAX) return at;
        if (!discarding) onFrame({ kind: "broken", reason: "too_long", text: window });
        lineUsed = true;
        discarding = true;
        probing = false;
        return end;
      }
      emit(window.substring(0, length));
      at = skipPadding(text, at + length, contentEnd);
    }
    return end;
  }

  /** Emits what `pending` holds where all of it is whole frames, and says whether it is. */
  function completePending(): boolean {
    const frames: string[] = [];
    let rest = trimmed(pending);
    for (let length = dialect.boundary(rest, false); length > 0; length = dialect.boundary(rest, false)) {
      frames.push(rest.substring(0, length));
      rest = trimmed(rest.substring(length));
    }
    if (!dialect.isWhole(rest)) return false;
    frames.push(rest);
    pending = "";
    counted = rest;
    for (const text of frames) onFrame({ kind: "frame", text });
    return true;
  }

  /** How many bytes at the beginning of `chunk` belong to the frame that silence completed. */
  function lateBytes(chunk: string): number {
    const said = dialect.parse(trimmed(counted));
    for (let at = 0; at < chunk.length; at++) {
      const longer = counted + chunk.charAt(at);
      const belongs =
        !isSeparator(chunk.charCodeAt(at)) &&
        longer.length <= FRAME_BYTES_MAX &&
        saysTheSame(dialect.parse(trimmed(longer)), said);
      if (!belongs) {
        counted = "";
        return at;
      }
      counted = longer;
    }
    return chunk.length;
  }

  function push(bytes: Uint8Array): void {
    const chunk = latin1(bytes);
    const held = pending.length;
    const text = held === 0 ? chunk : pending + chunk;
    let start = counted === "" ? 0 : lateBytes(chunk);
    pending = "";

    for (let at = Math.max(held, start); at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > CR || !isSeparator(code)) continue;
      const begin = cut(text, start, at);
      if (begin < at && !discarding) emit(text.substring(begin, skipPaddingBack(text, begin, at)));
      if (code === CR || code === LF) {
        terminated ||= lineUsed;
        lineUsed = false;
      }
      discarding = false;
      probing = false;
      start = at + 1;
    }

    start = cut(text, start, text.length);
    const tail = text.substring(start, start + FRAME_BYTES_MAX);
    // A substring keeps all of its chunk alive: a thousand half frames must not hold a thousand chunks.
    pending = text.length > 4 * FRAME_BYTES_MAX ? latin1(Buffer.from(tail, "latin1")) : tail;
  }

  function silence(): void {
    if (terminated) return;
    if (!discarding) {
      completePending();
    } else if (probing && completePending()) {
      discarding = false;
      probing = false;
    } else {
      pending = "";
      probing = true;
    }
  }

  function end(): void {
    pending = trimmed(pending);
    if (!discarding) {
      for (
        let length = dialect.boundary(pending, true);
        length > 0;
        length = dialect.boundary(pending, true)
      ) {
        emit(pending.substring(0, length));
        pending = trimmed(pending.substring(length));
      }
    }
    if (!completePending() && !discarding && pending !== "") {
      onFrame({ kind: "broken", reason: "truncated", text: pending });
    }
    pending = "";
    counted = "";
  }

  return {
    push,
    silence,
    end,
    get awaitsSilence() {
      return !terminated && (pending !== "" || discarding);
    },
  };
}

function saysTheSame(one: Parsed, other: Parsed): boolean {
  if (one.ok && other.ok) {
    const [a, b] = [one.reading, other.reading];
    return a.printedScale === b.printedScale && a.weight === b.weight && a.unit === b.unit;
  }
  return !one.ok && !other.ok && one.reason === other.reason && one.printedScale === other.printedScale;
}
