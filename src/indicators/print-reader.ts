import type { Cut, Dialect, DialectSettings, Stage } from "./dialect.ts";
import { type Print, rejected, withoutWeight } from "./print.ts";
import { isServerText } from "./server-texts.ts";

/** No print of any dialect is longer: a ticket of several lines with every weight, date and number on it. */
const heldBytesMax = 1024;
/** What `Dialect.cut` is given of the bytes before. */
const beforeBytes = 64;

/** Takes one print and its bytes, which are those of `Cut.frame`. */
export type OnPrint = (print: Print, raw: string) => void;

/**
 * Cuts the bytes of one connection into frames and reads them in one dialect. What the first prints showed to stand
 * before decimals is expected from then on. Holds at most 1,024 bytes.
 */
export class PrintReader {
  #held = "";
  #before = "";
  #settings: DialectSettings;
  readonly #dialect: Dialect;
  readonly #onPrint: OnPrint;

  constructor(dialect: Dialect, settings: DialectSettings, onPrint: OnPrint) {
    this.#dialect = dialect;
    this.#settings = settings;
    this.#onPrint = onPrint;
  }

  /** Takes text, one character a byte, as it arrives. Where it is cut makes no difference. */
  push(text: string): void {
    let at = 0;
    while (at < text.length) {
      const room = heldBytesMax - this.#held.length;
      this.#held += text.slice(at, at + room);
      at += room;
      this.#cutAll("open");
      if (this.#held.length === heldBytesMax) this.giveUp("too_long");
    }
  }

  /** To be called when nothing has come for a while. */
  silence(): void {
    this.#cutAll("silent");
  }

  /** To be called once, when nothing more will come. */
  end(): void {
    this.#cutAll("ended");
  }

  /** Whether bytes wait for more. */
  get isHolding(): boolean {
    return this.#held !== "";
  }

  #cutAll(stage: Stage): void {
    while (this.#held !== "") {
      const cut = this.#dialect.cut(this.#held, stage, this.#before);
      if (cut === null) return;
      this.#take(cut);
    }
  }

  #take({ frame, length }: Cut): void {
    this.#before = (this.#before + this.#held.slice(0, length)).slice(-beforeBytes);
    this.#held = this.#held.slice(length);
    if (frame.trim() === "") return;
    const print = this.#parse(frame);
    if (print.mark !== null && this.#settings.decimalMark === null) {
      this.#settings = { ...this.#settings, decimalMark: print.mark };
    }
    this.#onPrint(print, frame);
  }

  #parse(frame: string): Print {
    const print = this.#dialect.parse(frame, this.#settings);
    return print.kind === "rejected" && isServerText(frame) ? withoutWeight("other") : print;
  }

  /** Ends what is held as no print. */
  giveUp(reason: "too_long" | "stale"): void {
    const text = this.#held;
    if (text === "") return;
    this.#before = text.slice(-beforeBytes);
    this.#held = "";
    this.#onPrint(rejected(reason), text);
  }
}
