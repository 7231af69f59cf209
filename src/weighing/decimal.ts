import { Big } from "big.js";
import { z } from "zod";

const plain = /^\+?\d{1,20}(?:\.\d{0,20})?$|^\+?\.\d{1,20}$/;

/** Bounds of a decimal; `min` and `max` are decimals themselves. */
export interface DecimalBounds {
  readonly max: string;
  /** Included; with `above` the value must be greater than it. */
  readonly min: string;
  readonly above?: boolean;
  /** Digits after the point that are kept; more are refused, not rounded. */
  readonly decimals: number;
}

/**
 * Reads a decimal written plainly (`45`, `45.20`, `+045.2`, `.5`); no exponent, no comma, no minus.
 *
 * @returns it as a person would write it, decimals as given (`45.20`), or null where it is none or out of bounds.
 */
export function readDecimal(text: string, bounds: DecimalBounds): string | null {
  if (!plain.test(text)) return null;
  const [whole = "", fraction = ""] = text.replace("+", "").split(".");
  if (fraction.length > bounds.decimals) return null;
  const value = `${whole.replace(/^0+(?=\d)/, "") || "0"}${fraction === "" ? "" : `.${fraction}`}`;
  const number = new Big(value);
  if (number.gt(bounds.max) || number.lt(bounds.min)) return null;
  if (bounds.above && number.eq(bounds.min)) return null;
  return value;
}

/** A decimal in a request's body: a string (exact), or a JSON number for those who write it by hand. */
export function decimalSchema(bounds: DecimalBounds) {
  const wanted = `a decimal ${bounds.above ? "above" : "from"} ${bounds.min} ${bounds.above ? "and up" : ""} to ${bounds.max} with at most ${bounds.decimals} decimals`;
  return z.union([z.string(), z.number()]).transform((input, context) => {
    const value = readDecimal(String(input).trim(), bounds);
    if (value !== null) return value;
    context.addIssue({ code: "custom", message: `must be ${wanted.replace("  ", " ")}` });
    return z.NEVER;
  });
}
