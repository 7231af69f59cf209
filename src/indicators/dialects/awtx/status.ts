import type { PrintKind, PrintMode, PrintUnit } from "../../print.ts";

export interface Status {
  /** What makes the number useless. */
  readonly kind: Extract<PrintKind, "overload" | "underload" | "error"> | null;
  readonly stable: boolean | null;
}

const letters: Readonly<Record<string, Status>> = {
  " ": { kind: null, stable: true },
  S: { kind: null, stable: true },
  M: { kind: null, stable: false },
  O: { kind: "overload", stable: null },
  U: { kind: "underload", stable: null },
  E: { kind: "error", stable: null },
};

/**
 * The tokens STAT (blank, M, O), WSTAT (O, U, M, S, E) and DIS (three bytes) behind a weight.
 *
 * @returns null where it is none of these, or says another unit or mode than the weight beside it.
 */
export function readStatus(
  text: string | undefined,
  unit: PrintUnit | null,
  mode: PrintMode | null,
): Status | null {
  if (text === undefined) return { kind: null, stable: null };
  return text.length === 3 ? readDisplayStatus(text, unit, mode) : (letters[text.toUpperCase()] ?? null);
}

/** DIS: 1 under or over, 4 kg, 8 lb; 1 centre of zero, 2 gross, 4 net; 2 always, 4 overload, 8 motion. */
function readDisplayStatus(text: string, unit: PrintUnit | null, mode: PrintMode | null): Status | null {
  const [first = 0, second = 0, third = 0] = Buffer.from(text, "latin1").map((byte) => byte & 0x0f);
  const ofUnit = unit === "lb" ? 8 : unit === "kg" ? 4 : 0;
  const ofMode = mode === "net" ? 4 : mode === "gross" ? 2 : second & 6;
  if ((first & 0b1110) !== ofUnit || (second & 0b1110) !== ofMode || (third & 0b0011) !== 2) return null;
  if ((third & 4) !== 0) return { kind: "overload", stable: null };
  if ((first & 1) !== 0) return { kind: "underload", stable: null };
  return { kind: null, stable: (third & 8) === 0 };
}
