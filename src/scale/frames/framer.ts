import { type DecimalMark, type Parsed, saysTheSame } from "../../weighing/reading.ts";
import { ETB, ETX, isPadding, isSeparator, latin1, skipPadding, skipPaddingBack, trimmed } from "./bytes.ts";
import type { LineGrammar } from "./line-grammar.ts";
import { FRAME_BYTES_MAX, LongLine } from "./long-line.ts";
import { sevenBits } from "./parity.ts";
import { TelnetFilter } from "./telnet.ts";

/** A link that stands still for longer is cut (the listener's keepalive), so what comes is no longer the rest of a print. */
const stallMaxMs = 20_000;

/** Ids that scales have printed where this connection comes from: they tell a scale's id from stray digits before it. */
export interface PrintedScales {
  has(scale: number): boolean;
  add(scale: number): void;
  /** The beginning of a print with which a connection from there ended, and when it came; a new one takes it over. */
  begun?: { readonly text: string; readonly at: number } | undefined;
}

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
 *
 * **A silence inside of a line** may be a pause of the link, or the line may be a stray byte (a heartbeat, a print cut off)
 * and then a print. Where both would be a print, the one from a scale known on this connection counts, if exactly one
 * of them is; otherwise the whole is `ambiguous`. No scale and no weight is guessed. A print behind what cannot belong
 * to it counts at once. Behind bytes that are told already (`stale`, `too_long`, `truncated`) a print that may be their rest is
 * `ambiguous`, where its scale is not known and that of the whole is.
 *
 * **A check byte** behind each ETX is no part of the next frame. It shows itself by standing alone. Until then a frame
 * right behind an ETX, of a scale not known on this connection, is `ambiguous` where it would also be one without its
 * first digit.
 *
 * **Seven bits with parity** are recognised by the grammar; from the first such print on the parity bits are taken off, so
 * that terminators are seen, too.
 *
 * **Bytes that arrive after silence has completed their frame** belong to it while they do not change what it says (the `s`
 * of `lbs`, a terminator, padding). What contradicts it comes out as a `remainder`, unless it is a print of its own.
 *
 * A class, because there may be 10,000 of them: with closures each takes 0.4 kB more.
 */
export class Framer {
  /** Bytes of a frame not yet ended, without leading padding; at most 256. */
  #pending = "";
  /** When the oldest of what is held came. */
  #since = 0;
  /** Places in `pending` where a silence fell. */
  #gaps: number[] = [];
  /** The frame that silence completed, with the padding behind it, as long as late bytes may belong to it. */
  #counted = "";
  /** The same, after bytes have come that do not belong to it. */
  #contradicted = "";
  /** A frame that is too long. */
  #noise: LongLine | null = null;
  /** A silence has ended a frame that was too long, just before `pending`. */
  #isBehindNoise = false;
  /** Of what silence or age has ended just before `pending`: the beginning of a print at its end. */
  #begun = "";
  /** When that came. */
  #begunAt = 0;
  /** A separator has ended a print. */
  #isTerminated = false;
  /** Nothing but `pending` came since an ETX. */
  #isBehindEtx = false;
  #checkByte: "unknown" | "none" | "one" = "unknown";
  /** The byte to come is a check byte, or a separator. */
  #skipsCheckByte = false;
  #decimalMark: DecimalMark;
  /** A print came with parity bits, so they are taken off from then on. */
  #isSevenBits = false;
  readonly #telnet = new TelnetFilter();

  readonly #grammar: LineGrammar;
  readonly #scales: PrintedScales;
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
    this.#grammar = grammar;
    this.#decimalMark = options.decimalMark;
    this.#scales = options.scales;
    this.#onOutcome = onOutcome;
    this.#begun = this.#scales.begun?.text ?? "";
    this.#begunAt = this.#scales.begun?.at ?? 0;
    this.#scales.begun = undefined;
  }

  /**
   * Takes the bytes as they arrive. Where they are cut makes no difference.
   *
   * @param at when they came, in milliseconds of any clock that nobody sets.
   */
  push(bytes: Uint8Array, at: number): void {
    const text = latin1(this.#telnet.push(bytes));
    if (this.#telnet.holdsText && this.heldSince === null) this.#since = at;
    this.#read(text, at);
  }

  #read(received: string, at: number): void {
    let text = received;
    let isPlain = this.#isSevenBits;
    if (isPlain) text = sevenBits(text);
    let start = this.#counted === "" ? 0 : this.#lateBytes(text);
    for (let end = start; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code > ETB || !isSeparator(code)) continue;
      this.#add(text.substring(start, end), at);
      this.#endLine(code);
      start = end + 1;
      if (this.#isSevenBits === isPlain) continue;
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
    const wasBehindEtx = this.#isBehindEtx;
    if (this.#noise !== null) {
      this.#since = at;
      this.#isBehindNoise = !this.#endNoise(true);
      return;
    }
    const line = trimmed(this.#pending);
    if (line === "") {
      this.#pending = "";
      this.#isBehindEtx = false;
      if (wasBehindEtx && this.#checkByte === "unknown") this.#checkByte = "none";
      return;
    }
    const parsed = this.#parse(line);
    if (parsed.ok || !this.#emitGlued(line)) {
      if (!this.#grammar.isWhole(line, parsed) && this.#atSilence(parsed) === null) {
        if (this.#gaps.at(-1) !== this.#pending.length) this.#gaps.push(this.#pending.length);
        return;
      }
      const gaps = this.#gaps.length;
      const print = this.#emitLine();
      // With the padding behind it: a blank there tells two prints from one.
      this.#counted = gaps === 0 && print === line ? this.#pending : print;
    }
    this.#forgetLine();
    this.#begun = "";
    this.#since = at;
  }

  /** To be called when what is held is older than `PREPUFF_FRAME_MAX_AGE_MS`, after a silence. */
  expire(): void {
    this.#read(latin1(this.#telnet.release()), this.#since);
    this.#counted = "";
    this.#isBehindNoise = false;
    if (this.#noise !== null) this.#endNoise(false);
    else this.#giveUp("stale");
    this.#contradicted = "";
  }

  /** To be called once, when the connection has ended. */
  end(): void {
    this.#read(latin1(this.#telnet.release()), this.#since);
    if (this.#noise !== null) {
      this.#endNoise(false);
      return;
    }
    const line = trimmed(this.#pending);
    const parsed = this.#parse(line);
    const isPrint = this.#grammar.isWhole(line, parsed) || this.#atSilence(parsed) !== null;
    if (line !== "" && isPrint) this.#emitLine();
    else this.#giveUp("truncated");
    if (this.#begun !== "") this.#scales.begun = { text: this.#begun, at: this.#begunAt };
    this.#forgetLine();
    this.#counted = "";
  }

  /** When the oldest bytes came that still wait for something; null where none do, and no timer is needed. */
  get heldSince(): number | null {
    const waits =
      this.#pending !== "" ||
      this.#counted !== "" ||
      this.#noise !== null ||
      this.#isBehindNoise ||
      this.#isBehindEtx ||
      this.#telnet.holdsText;
    return waits ? this.#since : null;
  }

  #parse(text: string): Parsed {
    return this.#grammar.parse(text, this.#decimalMark);
  }

  /** Adds bytes without a separator to the line. */
  #add(piece: string, at: number): void {
    if (this.#skipsCheckByte && piece !== "") {
      this.#skipsCheckByte = false;
      this.#add(piece.substring(1), at);
      return;
    }
    if (this.#noise !== null) {
      this.#emitTooLong(this.#noise.add(piece));
      return;
    }
    if (this.#pending === "") {
      const start = skipPadding(piece, 0, piece.length);
      // The byte right behind the ETX was padding, so what begins now is no check byte.
      if (start > 0) this.#isBehindEtx = false;
      if (start === piece.length) return;
      this.#pending = start === 0 ? piece : piece.substring(start);
      this.#since = at;
      if (at - this.#begunAt > stallMaxMs) this.#begun = "";
    } else {
      this.#pending += piece;
      // A slow link brings a print byte by byte: as long as it goes on, it is not old.
      if (this.#pending.includes(",") && this.#grammar.beginsPrint(this.#pending)) this.#since = at;
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
      const { frames, rest } = this.#isTerminated
        ? { frames: [], rest: window }
        : this.#grammar.split(window, false);
      if (frames.length === 0) {
        this.#noise = new LongLine();
        this.#emitTooLong(this.#noise.add(this.#pending));
        this.#forgetLine();
        return;
      }
      for (const text of frames) this.#emit(text, this.#parse(text));
      this.#gaps = [];
      this.#pending = rest + this.#pending.substring(window.length);
    }
  }

  #emitTooLong(text: string | null): void {
    if (text !== null) this.#onOutcome({ kind: "broken", reason: "too_long", text });
  }

  /** @returns whether a print ended what was too long. */
  #endNoise(bySilence: boolean): boolean {
    const noise = this.#noise;
    if (noise === null) return false;
    this.#noise = null;
    const tail = trimmed(noise.tail);
    if (bySilence) this.#mayGoOn(noise.tail);
    const at = this.#grammar.lastPrint(tail, this.#decimalMark);
    this.#emitTooLong(noise.end(at));
    if (at < 0) return false;
    const print = tail.substring(at);
    this.#emit(print, this.#parse(print));
    this.#begun = "";
    if (bySilence) this.#counted = print;
    return true;
  }

  #endLine(separator: number): void {
    const stoodBehindEtx = this.#isBehindEtx;
    this.#skipsCheckByte = false;
    if (this.#noise !== null) {
      this.#endNoise(false);
    } else if (stoodBehindEtx && this.#pending.length <= 1) {
      if (this.#pending !== "") this.#checkByte = "one";
      else if (this.#checkByte === "unknown" && separator !== ETX) this.#checkByte = "none";
    } else if (this.#pending !== "" && this.#emitLine() !== "") {
      this.#isTerminated = true;
    }
    this.#forgetLine();
    this.#begun = "";
    this.#counted = "";
    this.#contradicted = "";
    this.#isBehindEtx = separator === ETX;
    this.#skipsCheckByte = separator === ETX && this.#checkByte === "one";
  }

  #forgetLine(): void {
    this.#isBehindNoise = false;
    this.#pending = "";
    this.#gaps = [];
    this.#isBehindEtx = false;
  }

  /**
   * Emits what `pending` holds as one print, or as less where a silence fell into it.
   *
   * @returns the print; empty where none was sure.
   */
  #emitLine(): string {
    const line = trimmed(this.#pending);
    if (line === "") return "";
    const parsed = this.#parse(line);
    const inside = this.#atSilence(parsed);
    if (inside?.counts === "neither") {
      this.#emitBroken("ambiguous", line);
      return "";
    }
    if (inside?.counts === "behind the silence") {
      this.#emitStray(trimmed(this.#pending.substring(0, inside.gap)));
      this.#emit(inside.print, inside.parsed);
      return inside.print;
    }
    const isUnsure =
      parsed.ok &&
      (this.#mayHaveCheckByte(line, parsed) ||
        (this.#isBehindNoise && !this.#grammar.isUnmistakable(line)) ||
        this.#mayHaveBegunBefore(parsed));
    if (!isUnsure) return this.#emit(line, parsed) ? line : "";
    this.#emitBroken("ambiguous", line);
    return "";
  }

  /** The print behind the first silence in `pending` where the line, of which `parsed` was read, is not one print. */
  #atSilence(parsed: Parsed) {
    for (const gap of this.#gaps) {
      const print = trimmed(this.#pending.substring(gap));
      const ofItsOwn = this.#parse(print);
      const counts = ofItsOwn.ok ? this.#whichPrint(parsed, gap, print, ofItsOwn) : "line";
      if (counts !== "line") return { gap, print, parsed: ofItsOwn, counts };
    }
    return null;
  }

  /** Keeps the beginning of a print at the end of `text`, which silence or age has ended: the rest may come late. */
  #mayGoOn(text: string): void {
    this.#begun = this.#grammar.beginningAtEnd(text);
    this.#begunAt = this.#since;
  }

  /**
   * Whether `pending`, of which `parsed` was read, may be the rest of a print whose beginning is told already: `1,` is
   * stale after 3 s, and a link that stood still brings `45,20 lb` behind it. What is old counts for nothing but against
   * a scale that is not known.
   */
  #mayHaveBegunBefore(parsed: Parsed & { ok: true }): boolean {
    if (this.#begun === "") return false;
    const whole = this.#parse(this.#begun + trimmed(this.#pending));
    if (!whole.ok) return false;
    const knowsWhole = this.#scales.has(whole.reading.printedScale);
    const knowsLast = this.#scales.has(parsed.reading.printedScale);
    return this.#isBehindNoise ? knowsWhole || !knowsLast : knowsWhole && !knowsLast;
  }

  /** Of a line with a silence in it, and what came behind the silence and is a print, too. */
  #whichPrint(
    parsed: Parsed,
    gap: number,
    print: string,
    ofItsOwn: Parsed & { ok: true },
  ): "line" | "behind the silence" | "neither" {
    if (parsed.ok) {
      const [whole, last] = [parsed.reading.printedScale, ofItsOwn.reading.printedScale];
      const [knowsWhole, knowsLast] = [this.#scales.has(whole), this.#scales.has(last)];
      if (whole === last || knowsWhole === knowsLast) return "neither";
      return knowsWhole ? "line" : "behind the silence";
    }
    if (parsed.reason !== "malformed" && parsed.reason !== "ambiguous") return "line";
    // `A1`, silence, `2,45.20 lb` may be a print of `A12`.
    const isCutNumber = isDigit(this.#pending, gap - 1) && isDigit(this.#pending, gap);
    return !isCutNumber && this.#grammar.isUnmistakable(print) ? "behind the silence" : "line";
  }

  /** A byte that stood alone behind an ETX is a check byte; everything else stays, as rejected. */
  #emitStray(text: string): void {
    if (text === "") return;
    if (this.#isBehindEtx && text.length === 1) this.#checkByte = "one";
    else this.#emitBroken("stale", text);
  }

  /** Whether `line`, right behind an ETX, may begin with a check byte; where it cannot, there is none. */
  #mayHaveCheckByte(line: string, parsed: Parsed & { ok: true }): boolean {
    if (!this.#isBehindEtx || this.#checkByte !== "unknown" || this.#gaps.length > 0) return false;
    const { printedScale } = parsed.reading;
    const rest = this.#parse(line.substring(1));
    if (!rest.ok) this.#checkByte = "none";
    return rest.ok && rest.reading.printedScale !== printedScale && !this.#scales.has(printedScale);
  }

  /** Emits frames that run into each other, if `line` is nothing else. @returns whether it is. */
  #emitGlued(line: string): boolean {
    if (this.#isTerminated) return false;
    const { frames, rest } = this.#grammar.split(line, false);
    if (frames.length === 0 || !this.#grammar.isWhole(rest, this.#parse(rest))) return false;
    for (const text of frames) this.#emit(text, this.#parse(text));
    // Read again: the frames before it may have shown which mark stands before decimals.
    this.#counted = this.#emit(rest, this.#parse(rest)) ? rest : "";
    return true;
  }

  /** Ends a line that will not become whole. */
  #giveUp(reason: "stale" | "truncated"): void {
    const line = trimmed(this.#pending);
    if (this.#isBehindEtx && this.#pending.length === 1) {
      this.#checkByte = "one";
    } else if (line !== "") {
      const { frames, rest } = this.#isTerminated
        ? { frames: [], rest: line }
        : this.#grammar.split(line, true);
      for (const text of frames) this.#emit(text, this.#parse(text));
      const parsed = this.#parse(rest);
      if (this.#grammar.isWhole(rest, parsed)) this.#emit(rest, parsed);
      else this.#emitBroken(!parsed.ok && parsed.reason === "ambiguous" ? "ambiguous" : reason, rest);
    }
    const ended = this.#pending;
    this.#forgetLine();
    if (ended !== "") this.#mayGoOn(ended);
  }

  /** @returns whether the frame is a print, also one that must be rejected. */
  #emit(text: string, parsed: Parsed): boolean {
    if (this.#contradicted !== "" && this.#emitRemainder(text)) return false;
    if (parsed.ok) {
      const { reading, mark } = parsed;
      if (mark !== null && this.#decimalMark === "auto") this.#decimalMark = `auto-${mark}`;
      this.#isSevenBits ||= parsed.hadParity;
      this.#scales.add(reading.printedScale);
    }
    this.#onOutcome({ kind: "frame", text, parsed });
    return parsed.ok || parsed.reason !== "malformed";
  }

  #emitBroken(reason: "truncated" | "stale" | "ambiguous", text: string): void {
    if (this.#contradicted !== "" && this.#emitRemainder(text)) return;
    this.#onOutcome({ kind: "broken", reason, text });
  }

  /** Emits `text`, if it is what was left of the frame that silence completed before it. @returns whether it is. */
  #emitRemainder(text: string): boolean {
    const before = this.#contradicted;
    const of = trimmed(before);
    this.#contradicted = "";
    // `1,45 lb`, silence, ` 3,2 oz`: with a blank between them the second is a print only where it can be nothing else.
    const isApart = of === before || this.#grammar.isUnmistakable(text);
    if (isApart && this.#grammar.beginsPrint(text)) return false;
    this.#onOutcome({ kind: "remainder", text, of });
    return true;
  }

  /** How many bytes at the beginning of `text` belong to the frame that silence completed. */
  #lateBytes(text: string): number {
    const said = this.#parse(trimmed(this.#counted));
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isSeparator(code)) return at;
      // Padding changes nothing, and there may be any amount of it; one byte is kept, to know that there was some.
      const isPaddingBehind =
        isPadding(code) && isPadding(this.#counted.charCodeAt(this.#counted.length - 1));
      if (isPaddingBehind) continue;
      const longer = this.#counted + text.charAt(at);
      if (
        skipPaddingBack(longer, 0, longer.length) > FRAME_BYTES_MAX ||
        !saysTheSame(this.#parse(trimmed(longer)), said)
      ) {
        this.#contradicted = this.#counted;
        this.#counted = "";
        return at;
      }
      this.#counted = longer;
    }
    return text.length;
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
