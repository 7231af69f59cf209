import { sevenBits, withoutParity } from "./parity.ts";

/** So many bytes with the same parity, some of them with their eighth bit set, are no chance. */
const bytesToBeSure = 12;
const highBytesToBeSure = 3;
/** Before a silence or the end fewer do: nothing else will come of this print. */
const bytesBeforeSilence = 8;

/**
 * Takes the parity bits off a line of 7 data bits and parity, which a device server set to 8 data bits passes on: from its
 * first 12 bytes on, which are held until then. Text without such bits passes as it is, and so do bytes whose eighth bit
 * means something: those beside them have not its parity.
 */
export class ParityFilter {
  /** The last bytes that were passed on. */
  #passed = "";
  #held = "";
  #isSevenBits = false;

  /** Whether parity bits are taken off. */
  get isSevenBits(): boolean {
    return this.#isSevenBits;
  }

  get isHolding(): boolean {
    return this.#held !== "";
  }

  /** @param text one character a byte. @returns what of it, and of what was held, goes on. */
  push(text: string): string {
    if (this.#isSevenBits) return sevenBits(text);
    if (this.#held === "" && highBytes(this.#passed + text) === 0) return this.#pass(text);
    let out = "";
    for (let at = 0; at < text.length; at++) {
      this.#held += text.charAt(at);
      const seen = this.#passed + this.#held;
      const isLikeParity = withoutParity(seen) !== null;
      if (isLikeParity && seen.length < bytesToBeSure) continue;
      if (isLikeParity && highBytes(seen) >= highBytesToBeSure) {
        return out + this.#takeOff() + sevenBits(text.slice(at + 1));
      }
      out += this.#pass(this.#held);
      this.#held = "";
    }
    return out;
  }

  /** Gives what is held after a silence or at the end. */
  release(): string {
    if (this.#held === "") return "";
    if ((this.#passed + this.#held).length >= bytesBeforeSilence) return this.#takeOff();
    const text = this.#pass(this.#held);
    this.#held = "";
    return text;
  }

  #pass(text: string): string {
    this.#passed = (this.#passed + text).slice(1 - bytesToBeSure);
    return text;
  }

  #takeOff(): string {
    this.#isSevenBits = true;
    const text = sevenBits(this.#held);
    this.#held = "";
    return text;
  }
}

function highBytes(text: string): number {
  return text.match(/[\x80-\xff]/g)?.length ?? 0;
}
