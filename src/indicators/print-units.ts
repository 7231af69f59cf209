import type { PrintUnit } from "./print.ts";

/** How units are written, in small letters. A `g` beside a number may be a mark of gross: a dialect that has both says which. */
const spellings: ReadonlyMap<string, PrintUnit> = new Map([
  ["lb", "lb"],
  ["lbs", "lb"],
  ["kg", "kg"],
  ["kgs", "kg"],
  ["g", "g"],
  ["oz", "oz"],
  ["t", "t"],
  ["tn", "ton"],
  ["ton", "ton"],
  ["ozt", "ozt"],
  ["dwt", "dwt"],
  ["ct", "ct"],
  ["gn", "grain"],
  ["mg", "mg"],
]);

/** A unit in any case, with blanks around it; null: it is none. */
export function readPrintUnit(text: string): PrintUnit | null {
  return spellings.get(text.trim().toLowerCase()) ?? null;
}

/** Whether what stands in the place of a unit says that the number is no weight: pieces or per cent. */
export function isNoWeight(text: string): boolean {
  return /^ *(?:pcs?|pce|pieces?|%) *$/i.test(text);
}
