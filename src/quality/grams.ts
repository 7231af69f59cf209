import { Big } from "big.js";
import type { Unit } from "../weighing/units.ts";

/** Grams in each unit, exact by definition. */
const gramsPer: Readonly<Record<Unit, string>> = { lb: "453.59237", kg: "1000", g: "1", oz: "28.349523125" };

/** A weight in grams, exact. @param weight a decimal. */
export function gramsOf(weight: string | Big, unit: Unit): Big {
  return new Big(weight).times(gramsPer[unit]);
}

/** Grams in a unit, to `decimals` digits; where that is not exact, rounded half up. */
export function inUnit(grams: Big, unit: Unit, decimals = 4): string {
  // Big.js divides to 20 digits unless told otherwise: more than any weight has.
  return grams.div(gramsPer[unit]).round(decimals, Big.roundHalfUp).toFixed();
}
