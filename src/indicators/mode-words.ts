import type { PrintMode } from "./print.ts";

const modes: ReadonlyMap<string, PrintMode> = new Map([
  ...["g", "gr", "gs", "grs", "gross", "brutto", "bruto", "brut"].map((word) => [word, "gross"] as const),
  ...["n", "nt", "net", "nett", "netto", "neto"].map((word) => [word, "net"] as const),
  ...["t", "tr", "tare", "tara", "pt"].map((word) => [word, "tare"] as const),
]);

/** What a label beside a weight says, in any case and in some languages: `G`, `Gross`, `NET`, `Tara`; null: something else. */
export function readModeWord(text: string): PrintMode | null {
  return modes.get(text.toLowerCase()) ?? null;
}
