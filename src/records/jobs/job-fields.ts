import { z } from "zod";
import { nameSchema, textSchema } from "../../runtime/typed-text.ts";
import { decimalSchema } from "../../weighing/decimal.ts";

/** Pounds. */
export const targetWeightSchema = decimalSchema({ min: "0", above: true, max: "99999999.99", decimals: 2 });
/** Percent of the target, to both sides. */
export const toleranceSchema = decimalSchema({ min: "0", max: "100", decimals: 2 });
/** Bags. */
export const quantitySchema = z.int().min(1).max(1_000_000);
export const lotSchema = nameSchema(100);
export const noteSchema = textSchema(500);
