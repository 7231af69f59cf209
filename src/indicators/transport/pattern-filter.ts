/**
 * Drops what a device server sends by itself wherever it stands: registration packets at connect or before each packet,
 * heartbeats. A server may put them into the middle of a print.
 */
export class PatternFilter {
  /** What may be the beginning of a pattern. */
  #held = "";
  readonly #patterns: readonly string[];

  /** @param patterns texts of one character a byte, none of them empty. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
  }

  get isHolding(): boolean {
    return this.#held !== "";
  }

  /** @param text one character a byte. @returns what of it, and of what was held, goes on. */
  push(text: string): string {
    if (this.#patterns.length === 0) return text;
    let rest = this.#held + text;
    let out = "";
    for (let found = this.#find(rest); found !== null; found = this.#find(rest)) {
      out += rest.slice(0, found.start);
      rest = rest.slice(found.end);
    }
    const kept = this.#beginningAt(rest);
    this.#held = rest.slice(kept);
    return out + rest.slice(0, kept);
  }

  /** Gives what is held after a silence or at the end: it was no pattern. */
  release(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }

  /** The pattern that is complete first. */
  #find(text: string): { readonly start: number; readonly end: number } | null {
    let first: { readonly start: number; readonly end: number } | null = null;
    for (const pattern of this.#patterns) {
      const start = text.indexOf(pattern);
      if (start < 0) continue;
      const end = start + pattern.length;
      if (first === null || end < first.end) first = { start, end };
    }
    return first;
  }

  /** Where at the end of a text a pattern may have begun. */
  #beginningAt(text: string): number {
    const longest = Math.max(...this.#patterns.map((pattern) => pattern.length)) - 1;
    for (let at = Math.max(0, text.length - longest); at < text.length; at++) {
      const end = text.slice(at);
      if (this.#patterns.some((pattern) => pattern.startsWith(end))) return at;
    }
    return text.length;
  }
}
