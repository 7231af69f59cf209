import type { Print, PrintUnit } from "./print.ts";

/** What a source's owner says of its indicator, where the prints do not say it themselves. */
export interface DialectSettings {
  /** Of prints that name no unit. */
  readonly unit: PrintUnit | null;
  /** What stands before decimals; null: not known yet. Then a comma with exactly three digits behind it is `ambiguous`. */
  readonly decimalMark: "point" | "comma" | null;
  /** Digits behind the point in prints whose digits carry none (0 to 5). */
  readonly decimals: number | null;
  /** Which weight is meant where one print has several; null: what the dialect knows, else it is `ambiguous`. */
  readonly weight: "gross" | "net" | null;
  /** In which order the digits come, where a print cannot tell. */
  readonly digits: "forward" | "reversed" | null;
}

export const noSettings: DialectSettings = {
  unit: null,
  decimalMark: null,
  decimals: null,
  weight: null,
  digits: null,
};

/**
 * How the bytes that are held end: more may follow at any moment (`open`), nothing came for a while (`silent`), or nothing
 * will follow (`ended`).
 */
export type Stage = "open" | "silent" | "ended";

/** One frame off the beginning of the bytes that are held. */
export interface Cut {
  /** What `parse` reads, without separators around it that say nothing; empty: the bytes are only those. */
  readonly frame: string;
  /** How many of the held bytes are done with; at least 1. */
  readonly length: number;
}

/** What an indicator can be sent, byte by byte; what a dialect has no command for is left out. */
export interface Commands {
  /** Asks for the weight of this moment. */
  readonly weight?: string;
  /** Asks for the weight as soon as it is still. */
  readonly stillWeight?: string;
  readonly zero?: string;
  readonly tare?: string;
  readonly clearTare?: string;
  readonly print?: string;
}

/** What an indicator shows at one moment, for `write`. */
export interface Shown {
  /** Decimal with a point and, if negative, a minus. */
  readonly weight: string;
  readonly unit: PrintUnit;
  readonly mode: "gross" | "net";
  readonly stable: boolean;
  /** Of dialects whose prints carry one. */
  readonly scale: number;
}

/**
 * How one family of indicators talks. Texts hold one character a byte (latin1). All is pure, and no method throws,
 * whatever the text: a connection's state is in `PrintReader`.
 */
export interface Dialect {
  /** As in a source and on the command line. */
  readonly name: string;
  /** For people: makers and models. */
  readonly title: string;

  /**
   * The first frame of `held`, which is never empty; null: more must come first. Never at `ended`.
   *
   * Where the bytes are cut into pieces makes no difference: with `open`, what is cut off `held` is cut off `held` and
   * anything behind it. Noise before a frame is a frame of its own, so that nothing is dropped in silence.
   *
   * @param before the last bytes (64 at most) that were done with: a check byte belongs to the frame before it, and whether a
   * connection's frames have one shows in those before.
   */
  cut(held: string, stage: Stage, before: string): Cut | null;

  /** What one frame says. A weight only where the layout is met exactly: no sign, point or status is guessed. */
  parse(frame: string, settings: DialectSettings): Print;

  /** The bytes with which such an indicator sends what it shows, terminators and all; for the simulator. */
  write(shown: Shown): string;

  readonly commands: Commands;

  /**
   * Whether a frame may be the answer to a command (with its terminator), where answers name their command: what comes late, or by itself,
   * is then not taken for another's. Left out: any frame may.
   */
  isAnswer?(command: string, frame: string): boolean;

  /** Its frames may hold any byte, as check bytes are: none is taken for XON, ESC or a form feed. */
  readonly isBinary?: true;
}
