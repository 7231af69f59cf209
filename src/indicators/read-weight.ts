import type { DialectSettings } from "./dialect.ts";
import { readNumber } from "./number.ts";
import { type Print, rejected, weighed } from "./print.ts";

/** A print that carries the weight of these digits, and what else it says; rejected where they are no number, or two. */
export function readWeight(
  digits: string,
  settings: DialectSettings,
  said: Partial<Pick<Print, "unit" | "mode" | "stable" | "scale">>,
): Print {
  const number = readNumber(digits, settings.decimalMark);
  if (number === null) return rejected("malformed");
  if (number === "ambiguous") return rejected("ambiguous");
  return weighed(number.value, { ...said, mark: number.mark });
}
