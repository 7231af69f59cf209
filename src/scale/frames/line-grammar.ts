import type { DecimalMark, Parsed } from "../../weighing/reading.ts";

/**
 * What one kind of indicator prints in a line: which texts are a whole print, a part of one, or several. The framer leaves to
 * it whatever depends on that. Texts hold one character a byte (latin1) and are at most 257 long when they come from the
 * framer. No method throws, whatever the text.
 */
export interface LineGrammar {
  readonly name: string;

  /** What a frame says, as one print. */
  parse(frame: string, decimalMark: DecimalMark): Parsed;

  /**
   * Whether `line`, of which `parsed` was read, lacks nothing and so may count without a terminator. False wherever a
   * few bytes more could still make a bag of it: a sender may be slow.
   */
  isWhole(line: string, parsed: Parsed): boolean;

  /**
   * Takes frames off the beginning of `run` that run straight into the next one, as printed where no terminator is
   * configured. Only where what follows is the beginning of another print and nothing else: `1,45 lb 3,2 oz` is one.
   * With `ended` nothing will follow `run`, and the last print may be cut off.
   */
  split(run: string, ended: boolean): { readonly frames: readonly string[]; readonly rest: string };

  /** Whether `text` is the beginning of a print, as far as it goes. */
  beginsPrint(text: string): boolean;

  /** The beginning of a print with which `text` ends; empty where it ends with none. */
  beginningAtEnd(text: string): string;

  /** Whether `frame`, which parses well, can be no part of a longer print, whatever stood before it. */
  isUnmistakable(frame: string): boolean;

  /** Where the one unmistakable print begins that ends `noise`, right behind something else; -1 where there is none. */
  lastPrint(noise: string, decimalMark: DecimalMark): number;
}
