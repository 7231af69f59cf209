// NUL, XON, XOFF.
const SINGLE = /[\0\x11\x13]/g;
// A byte order mark; ESC @, which sets a printer back; control sequences of terminals (ECMA-48, 5.4). How many bytes belong
// to another ESC depends on the printer, so it stays.
const SEQUENCE = /\xef\xbb\xbf|\x1b@|\x1b\[[0-?]{0,24}[ -/]{0,8}[@-~]/g;
const BEGUN = /(?:\xef\xbb?|\x1b(?:\[[0-?]{0,24}[ -/]{0,8})?)$/;

/** Drops what is for a printer, a terminal or the line, and no part of a print; a form feed ends a line. */
export class ControlFilter {
  /** The beginning of what may be a sequence. */
  #held = "";

  get isHolding(): boolean {
    return this.#held !== "";
  }

  /** @param text one character a byte. @returns what of it, and of what was held, goes on. */
  push(text: string): string {
    if (this.#held === "" && !/[\0\f\x11\x13\x1b\xef]/.test(text)) return text;
    const rest = (this.#held + text.replace(SINGLE, "").replaceAll("\f", "\n")).replace(SEQUENCE, "");
    const end = rest.search(BEGUN);
    const kept = end < 0 ? rest.length : end;
    this.#held = rest.slice(kept);
    return rest.slice(0, kept);
  }

  /** Gives what is held after a silence or at the end: it was no sequence. */
  release(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}
