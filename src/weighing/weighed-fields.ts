import { z } from "zod";
import { decimalSchema } from "./decimal.ts";

/** A bag's weight as a scale may print it. */
export const weightSchema = decimalSchema({ min: "0", above: true, max: "999999.9999", decimals: 4 });

const units = { lb: "lb", lbs: "lb", kg: "kg", g: "g", oz: "oz" } as const;

/** A unit in any case; `lbs` is `lb`. */
export const unitSchema = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(["lb", "lbs", "kg", "g", "oz"], "must be lb, lbs, kg, g or oz"))
  .transform((unit) => units[unit]);

/** No clock that was ever set is earlier: a sender that lost the time says 1970. */
export const earliestMs: number = Date.UTC(2000, 0, 1);
