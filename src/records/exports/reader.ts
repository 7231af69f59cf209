import { Big } from "big.js";
import { z } from "zod";
import { type Language, languages } from "../../weighing/bag-words.ts";
import { type Unit, unitsPerPound } from "../../weighing/units.ts";

/** For whom a file is written. */
export interface Reader {
  /** As es-MX: separator, decimal sign and language follow from it. */
  readonly locale: string;
  readonly unit: "lb" | "kg";
  /** The plant's. */
  readonly timeZone: string;
}

const decimalsOfConversion = 4;

export const localeSchema = z
  .string()
  .max(35)
  .refine(isLocale, "must be a language with or without a region, such as es-MX")
  .describe("Of the reader, as es-MX: its separator, its decimal sign and its language.");

export const unitSchema = z.enum(["lb", "kg"]).default("lb").describe("The unit of weights.");

/** Spanish for Spanish readers, English for all others. */
export function languageOf({ locale }: Pick<Reader, "locale">): Language {
  return languages.find((language) => locale.toLowerCase().split("-")[0] === language) ?? "en";
}

/** A weight in the reader's unit: as printed where it was printed in that, else rounded to four decimals. */
export function weightFor({ unit }: Pick<Reader, "unit">, weight: string, printed: Unit = "lb"): string {
  if (unit === printed) return weight;
  const converted = new Big(weight).times(unitsPerPound[unit]).div(unitsPerPound[printed]);
  return converted.round(decimalsOfConversion).toFixed();
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
