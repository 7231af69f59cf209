import { Big } from "big.js";
import { type Unit, unitsPerPound } from "../weighing/units.ts";

/** Grams in each unit; exact, because none of these divisions has a remainder. */
const gramsPer: Readonly<Record<Unit, Big>> = {
  lb: gramsIn("lb"),
  kg: gramsIn("kg"),
  g: gramsIn("g"),
  oz: gramsIn("oz"),
};

function gramsIn(unit: Unit): Big {
  return new Big(unitsPerPound.g).div(unitsPerPound[unit]);
}

/** A weight in grams, exact. @param weight a decimal. */
export function gramsOf(weight: string | Big, unit: Unit): Big {
  return new Big(weight).times(gramsPer[unit]);
}

/** Grams in a unit, to `decimals` digits; where that is not exact, rounded half up. */
export function inUnit(grams: Big, unit: Unit, decimals = 4): string {
  // Big.js divides to 20 digits unless told otherwise: more than any weight has.
  return grams.div(gramsPer[unit]).round(decimals, Big.roundHalfUp).toFixed();
}
