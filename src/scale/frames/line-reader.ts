import type { DecimalMark, Parsed } from "../../weighing/reading.ts";
import type { LineGrammar } from "./line-grammar.ts";

/** The beginning of a print whose end has not come, and when it came. */
export interface CutPrint {
  readonly text: string;
  readonly at: number;
}

/** Ids that scales have printed where this connection comes from: they tell a scale's id from stray digits before it. */
export interface PrintedScales {
  has(scale: number): boolean;
  add(scale: number): void;
  /** The beginning of a print with which a connection from there ended; a new connection takes it over. */
  begun?: CutPrint | undefined;
}

/** Reads the texts of one connection: by its grammar, and by what its prints have shown so far. */
export class LineReader {
  readonly grammar: LineGrammar;
  readonly scales: PrintedScales;
  #decimalMark: DecimalMark;
  #isSevenBits = false;

  constructor(grammar: LineGrammar, scales: PrintedScales, decimalMark: DecimalMark) {
    this.grammar = grammar;
    this.scales = scales;
    this.#decimalMark = decimalMark;
  }

  /** A print came with parity bits, so they are taken off from then on. */
  get isSevenBits(): boolean {
    return this.#isSevenBits;
  }

  parse(text: string): Parsed {
    return this.grammar.parse(text, this.#decimalMark);
  }

  /** Whether `line`, of which `parsed` was read, lacks nothing. */
  isWhole(line: string, parsed: Parsed): boolean {
    return this.grammar.isWhole(line, parsed);
  }

  /** Where the one print begins that ends `tail`, right behind what cannot belong to it; -1 where there is none. */
  lastPrint(tail: string): number {
    return this.grammar.lastPrint(tail, this.#decimalMark);
  }

  /** Takes from a print what the following ones are read by: its scale, its decimal mark, its parity bits. */
  learn({ reading, mark, hadParity }: Parsed & { ok: true }): void {
    if (mark !== null && this.#decimalMark === "auto") this.#decimalMark = `auto-${mark}`;
    this.#isSevenBits ||= hadParity;
    this.scales.add(reading.printedScale);
  }
}
