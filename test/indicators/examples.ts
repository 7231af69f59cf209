import type { DialectSettings } from "../../src/indicators/dialect.ts";
import type { Print } from "../../src/indicators/print.ts";

/** What a print is expected to say; what is left out must be null. */
export type Expected = Partial<Omit<Print, "mark">> & Pick<Print, "kind">;

/** Bytes, and what they say; several prints as a list. */
export type Example = readonly [bytes: string, says: Expected | readonly Expected[]];

/** What indicators of one dialect send. */
export interface DialectExamples {
  /** As published or captured, or built from a published layout: by these the dialect must be recognised. */
  readonly known: readonly Example[];
  /** What the layouts imply beyond them: other units and signs, cut ends, faults. */
  readonly variants: readonly Example[];
  /** What must be set for these examples to be read. */
  readonly settings?: Partial<DialectSettings>;
}
