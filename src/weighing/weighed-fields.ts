import { z } from "zod";
import { decimalSchema } from "./decimal.ts";
import { readUnit, unitSpellings } from "./units.ts";

/** A bag's weight as a scale may print it. */
export const weightSchema = decimalSchema({ min: "0", above: true, max: "999999.9999", decimals: 4 });

/** For people: how a unit may be written. */
export const unitsInWords = [...unitSpellings.keys()].join(", ").replace(/, (\w+)$/, " or $1");

/** A unit in any case, as a scale may write it. */
export const unitSchema = z.string().transform((text, context) => {
  const unit = readUnit(text.trim());
  if (unit !== null) return unit;
  context.addIssue({ code: "custom", message: `must be ${unitsInWords}` });
  return z.NEVER;
});

/** No clock that was ever set is earlier: a sender that lost the time says 1970. */
export const earliestMs: number = Date.UTC(2000, 0, 1);
