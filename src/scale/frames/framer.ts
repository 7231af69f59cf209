import { sevenBits } from "../../indicators/transport/parity.ts";
import { TelnetFilter } from "../../indicators/transport/telnet.ts";
import type { DecimalMark, Parsed } from "../../weighing/reading.ts";
import { ETB, ETX, isSeparator, latin1, skipPadding, trimmed } from "./bytes.ts";
import { CheckByte } from "./check-byte.ts";
import { mayBeRestOf, mayGoOn } from "./cut-print.ts";
import { LateBytes } from "./late-bytes.ts";
import type { LineGrammar } from "./line-grammar.ts";
import { type CutPrint, LineReader, type PrintedScales } from "./line-reader.ts";
import { FRAME_BYTES_MAX, LongLine } from "./long-line.ts";
import { printBehindSilence } from "./silence-in-line.ts";

export type FramerOutcome =
  /** One frame without the padding around it, and what it says. */
  | { readonly kind: "frame"; readonly text: string; readonly parsed: Parsed }
  /** Bytes that are no frame. */
  | {
      readonly kind: "broken";
      readonly reason: "too_long" | "truncated" | "stale" | "ambiguous";
      readonly text: string;
    }
  /** What came behind the frame `of`, which silence had completed, and is no frame of its own. */
  | { readonly kind: "remainder"; readonly text: string; readonly of: string };

const none: readonly number[] = [];

/**
 * Cuts a scale's bytes into frames and reads them. Texts are latin1: one character a byte. At most 1,024 bytes
 * are held, whatever comes. `onOutcome` must not throw.
 *
 * - CR, LF, STX, ETX, EOT and ETB end a frame, so a frame cut short never swallows the one behind the next STX. Padding
 *   around a frame is dropped; nothing between two separators is nothing. What a separator ends is one print.
 * - Silence completes a frame that is whole. On a connection on which no separator has ended a print it also completes
 *   frames that run into each other, where the grammar is sure of each (`split`); so does the end of the connection.
 * - Bytes that did not become whole are `stale` once they are too old (`expire`).
 * - The end of the connection completes a frame that is whole; the rest is `truncated`.
 * - Over 256 bytes are `too_long`, once, with up to 1,024 bytes kept. A print that ends such a line, right behind what
 *   cannot belong to it, is a frame all the same.
 * - A frame is `ambiguous` where two prints are possible and nothing tells which was printed: around a silence inside of
 *   a line (`silence-in-line.ts`), behind bytes that were rejected already (`cut-print.ts`), behind an ETX that may have a
 *   check byte (`check-byte.ts`). No scale and no weight is guessed.
 * - What comes behind a frame that silence has completed is told by `late-bytes.ts`.
 *
 * A class, because there may be 10,000 of them: with closures each takes 0.4 kB more.
 */
export class Framer {
  /** Bytes of a frame not yet ended, without leading padding; at most 256. */
  #pending = "";
  /** When the oldest of what is held came. */
  #since = 0;
  /** Places in `pending` where a silence fell. */
  #silences = none;
  /** A frame that is too long. */
  #noise: LongLine | null = null;
  /** A silence has ended a frame that was too long, just before `pending`. */
  #isBehindNoise = false;
  /** Of what silence or age has ended just before `pending`: the beginning of a print at its end. */
  #cut: CutPrint | null;
  /** A separator has ended a print. */
  #isTerminated = false;
  #checkByte: CheckByte | null = null;
  #late: LateBytes | null = null;
  readonly #telnet = new TelnetFilter();
  readonly #reader: LineReader;
  readonly #onOutcome: (outcome: FramerOutcome) => void;

  /**
   * @param options.decimalMark what stands before decimals, as far as it is set.
   * @param options.scales what is known of the scales on this connection; the framer adds to it.
   */
  constructor(
    grammar: LineGrammar,
    options: { readonly decimalMark: DecimalMark; readonly scales: PrintedScales },
    onOutcome: (outcome: FramerOutcome) => void,
  ) {
    const { decimalMark, scales } = options;
    this.#reader = new LineReader(grammar, scales, decimalMark);
    this.#onOutcome = onOutcome;
    this.#cut = scales.begun ?? null;
    scales.begun = undefined;
  }

  /**
   * Takes the bytes as they arrive. Where they are cut makes no difference.
   *
   * @param at when they came, in milliseconds of a monotonic clock.
   */
  push(bytes: Uint8Array, at: number): void {
    const text = latin1(this.#telnet.push(bytes));
    if (this.#telnet.holdsText && this.heldSince === null) this.#since = at;
    this.#read(text, at);
  }

  #read(received: string, at: number): void {
    let text = received;
    let isPlain = this.#reader.isSevenBits;
    if (isPlain) text = sevenBits(text);
    let start = this.#late === null ? 0 : this.#late.take(text, this.#reader);
    for (let end = start; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code > ETB || !isSeparator(code)) continue;
      this.#add(text.substring(start, end), at);
      this.#endLine(code);
      start = end + 1;
      if (this.#reader.isSevenBits === isPlain) continue;
      isPlain = true;
      text = sevenBits(text);
    }
    if (start < text.length) this.#add(text.substring(start), at);
    // A substring keeps all of its chunk alive: a thousand half frames must not hold a thousand chunks.
    if (text.length > 4 * FRAME_BYTES_MAX && this.#pending !== "") {
      this.#pending = latin1(Buffer.from(this.#pending, "latin1"));
    }
  }

  /** To be called when nothing has come for `PREPUFF_FRAME_IDLE_MS`, as long as `heldSince` is not null. */
  silence(at: number): void {
    if (this.#noise !== null) {
      this.#since = at;
      this.#isBehindNoise = !this.#endNoise(this.#noise, true);
      return;
    }
    const line = trimmed(this.#pending);
    if (line === "") {
      this.#pending = "";
      this.#checkByte?.silence();
      return;
    }
    const parsed = this.#reader.parse(line);
    if (parsed.ok || !this.#emitGlued(line)) {
      if (!this.#isPrint(line, parsed)) {
        const { length } = this.#pending;
        if (this.#silences.at(-1) !== length) this.#silences = [...this.#silences, length];
        return;
      }
      const isOnePiece = this.#silences === none;
      const print = this.#emitLine();
      // With the padding behind it: a blank there tells two prints from one.
      this.#completed(isOnePiece && print === line ? this.#pending : print);
    }
    this.#forgetLine();
    this.#cut = null;
    this.#since = at;
  }

  /** To be called when what is held is older than `PREPUFF_FRAME_MAX_AGE_MS`, after a silence. */
  expire(): void {
    this.#read(latin1(this.#telnet.release()), this.#since);
    this.#late?.close();
    this.#isBehindNoise = false;
    if (this.#noise !== null) this.#endNoise(this.#noise, false);
    else this.#giveUp("stale");
    this.#late?.forget();
  }

  /** To be called once, when the connection has ended. */
  end(): void {
    this.#read(latin1(this.#telnet.release()), this.#since);
    if (this.#noise !== null) {
      this.#endNoise(this.#noise, false);
      return;
    }
    const line = trimmed(this.#pending);
    if (line !== "" && this.#isPrint(line, this.#reader.parse(line))) this.#emitLine();
    else this.#giveUp("truncated");
    if (this.#cut !== null) this.#reader.scales.begun = this.#cut;
    this.#forgetLine();
    this.#late?.close();
  }

  /** When the oldest bytes came that still wait for something; null where none do, and no timer is needed. */
  get heldSince(): number | null {
    const waits =
      this.#pending !== "" ||
      this.#late?.isOpen ||
      this.#noise !== null ||
      this.#isBehindNoise ||
      this.#checkByte?.isBehindEtx ||
      this.#telnet.holdsText;
    return waits ? this.#since : null;
  }

  /** Adds bytes without a separator to the line. */
  #add(received: string, at: number): void {
    const piece = this.#checkByte === null ? received : this.#checkByte.takeOff(received);
    if (this.#noise !== null) {
      this.#emitTooLong(this.#noise.add(piece));
      return;
    }
    if (this.#pending === "") {
      const start = skipPadding(piece, 0, piece.length);
      // The byte right behind the ETX was padding, so what begins now is no check byte.
      if (start > 0) this.#checkByte?.forgetEtx();
      if (start === piece.length) return;
      this.#pending = start === 0 ? piece : piece.substring(start);
      this.#since = at;
      if (this.#cut !== null && !mayGoOn(this.#cut, at)) this.#cut = null;
    } else {
      this.#pending += piece;
      // A slow link brings a print byte by byte: as long as it goes on, it is not old.
      if (this.#pending.includes(",") && this.#reader.grammar.beginsPrint(this.#pending)) this.#since = at;
    }
    if (this.#pending.length > FRAME_BYTES_MAX) this.#overflow();
  }

  /** Takes frames that run into each other off the beginning of `pending`, until it is short enough; else it is too long. */
  #overflow(): void {
    while (this.#pending.length > FRAME_BYTES_MAX) {
      const next = skipPadding(this.#pending, FRAME_BYTES_MAX, this.#pending.length);
      this.#pending = this.#pending.substring(0, FRAME_BYTES_MAX) + this.#pending.substring(next);
      if (this.#pending.length === FRAME_BYTES_MAX) return;
      const window = this.#pending.substring(0, FRAME_BYTES_MAX + 1);
      const { frames, rest } = this.#split(window, false);
      if (frames.length === 0) {
        this.#noise = new LongLine();
        this.#emitTooLong(this.#noise.add(this.#pending));
        this.#forgetLine();
        return;
      }
      for (const text of frames) this.#emit(text, this.#reader.parse(text));
      this.#silences = none;
      this.#pending = rest + this.#pending.substring(window.length);
    }
  }

  /** Frames that run into each other: only where no separator has ended a print on this connection. */
  #split(run: string, ended: boolean): ReturnType<LineGrammar["split"]> {
    return this.#isTerminated ? { frames: [], rest: run } : this.#reader.grammar.split(run, ended);
  }

  #emitTooLong(text: string | null): void {
    if (text !== null) this.#onOutcome({ kind: "broken", reason: "too_long", text });
  }

  /** @returns whether a print ended what was too long. */
  #endNoise(noise: LongLine, bySilence: boolean): boolean {
    this.#noise = null;
    const tail = trimmed(noise.tail);
    if (bySilence) this.#keepBeginning(noise.tail);
    const at = this.#reader.lastPrint(tail);
    this.#emitTooLong(noise.end(at));
    if (at < 0) return false;
    const print = tail.substring(at);
    this.#emit(print, this.#reader.parse(print));
    this.#cut = null;
    if (bySilence) this.#completed(print);
    return true;
  }

  #endLine(separator: number): void {
    if (this.#noise !== null) {
      this.#endNoise(this.#noise, false);
    } else if (!this.#checkByte?.endsLine(this.#pending, separator)) {
      if (this.#pending !== "" && this.#emitLine() !== "") this.#isTerminated = true;
    }
    this.#forgetLine();
    this.#cut = null;
    this.#late?.forget();
    if (separator === ETX) this.#checkByte ??= new CheckByte();
    this.#checkByte?.beginsLine(separator);
  }

  #forgetLine(): void {
    this.#isBehindNoise = false;
    this.#pending = "";
    this.#silences = none;
    this.#checkByte?.forgetEtx();
  }

  /** Whether `line`, of which `parsed` was read, counts without a terminator, as a whole or from a silence on. */
  #isPrint(line: string, parsed: Parsed): boolean {
    return this.#reader.isWhole(line, parsed) || this.#behindSilence(parsed) !== null;
  }

  #behindSilence(parsed: Parsed): ReturnType<typeof printBehindSilence> {
    if (this.#silences === none) return null;
    return printBehindSilence(this.#pending, this.#silences, parsed, this.#reader);
  }

  /**
   * Emits what `pending` holds as one print, or as less where a silence fell into it.
   *
   * @returns the print; empty where none was sure.
   */
  #emitLine(): string {
    const line = trimmed(this.#pending);
    if (line === "") return "";
    const parsed = this.#reader.parse(line);
    const behind = this.#behindSilence(parsed);
    if (behind?.counts === "behind the silence") {
      const stray = trimmed(this.#pending.substring(0, behind.place));
      // A byte that stood alone behind an ETX is a check byte.
      if (stray !== "" && !this.#checkByte?.isAlone(stray)) this.#emitBroken("stale", stray);
      this.#emit(behind.print, behind.parsed);
      return behind.print;
    }
    if (behind === null && !(parsed.ok && this.#isUnsure(line, parsed))) {
      return this.#emit(line, parsed) ? line : "";
    }
    this.#emitBroken("ambiguous", line);
    return "";
  }

  /** Whether the print `line` may be another one with the bytes before it, or without its first one. */
  #isUnsure(line: string, parsed: Parsed & { ok: true }): boolean {
    if (this.#silences === none && this.#checkByte?.mayBegin(line, parsed, this.#reader)) return true;
    if (this.#isBehindNoise && !this.#reader.grammar.isUnmistakable(line)) return true;
    return this.#cut !== null && mayBeRestOf(this.#cut, line, parsed, this.#isBehindNoise, this.#reader);
  }

  /** Keeps the beginning of a print at the end of `text`, which silence or age has ended: the rest may come late. */
  #keepBeginning(text: string): void {
    const beginning = this.#reader.grammar.beginningAtEnd(text);
    this.#cut = beginning === "" ? null : { text: beginning, at: this.#since };
  }

  /** Emits frames that run into each other, if `line` is nothing else. @returns whether it is. */
  #emitGlued(line: string): boolean {
    const { frames, rest } = this.#split(line, false);
    if (frames.length === 0 || !this.#reader.isWhole(rest, this.#reader.parse(rest))) return false;
    for (const text of frames) this.#emit(text, this.#reader.parse(text));
    // Read again: the frames before it may have shown which mark stands before decimals.
    this.#completed(this.#emit(rest, this.#reader.parse(rest)) ? rest : "");
    return true;
  }

  /** Silence has completed the frame `text`: what comes now may belong to it. */
  #completed(text: string): void {
    this.#late ??= new LateBytes();
    this.#late.completed(text);
  }

  /** Ends a line that will not become whole. */
  #giveUp(reason: "stale" | "truncated"): void {
    const line = trimmed(this.#pending);
    if (!this.#checkByte?.isAlone(this.#pending) && line !== "") {
      const { frames, rest } = this.#split(line, true);
      for (const text of frames) this.#emit(text, this.#reader.parse(text));
      const parsed = this.#reader.parse(rest);
      if (this.#reader.isWhole(rest, parsed)) this.#emit(rest, parsed);
      else this.#emitBroken(!parsed.ok && parsed.reason === "ambiguous" ? "ambiguous" : reason, rest);
    }
    const ended = this.#pending;
    this.#forgetLine();
    if (ended !== "") this.#keepBeginning(ended);
  }

  /** @returns whether the frame is a print, also one that must be rejected. */
  #emit(text: string, parsed: Parsed): boolean {
    if (this.#isRemainder(text)) return false;
    if (parsed.ok) this.#reader.learn(parsed);
    this.#onOutcome({ kind: "frame", text, parsed });
    return parsed.ok || parsed.reason !== "malformed";
  }

  #emitBroken(reason: "truncated" | "stale" | "ambiguous", text: string): void {
    if (!this.#isRemainder(text)) this.#onOutcome({ kind: "broken", reason, text });
  }

  /** Emits `text`, if it is what was left of the frame that silence completed before it. @returns whether it is. */
  #isRemainder(text: string): boolean {
    const of = this.#late === null ? null : this.#late.frameOf(text, this.#reader);
    if (of === null) return false;
    this.#onOutcome({ kind: "remainder", text, of });
    return true;
  }
}
