// How dense a bag of beads is: what a pre-expander is steered by.
import { Big } from "big.js";

/** Kilograms in a pound and cubic metres in a cubic foot (0.3048³), exact by definition: NIST SP 811, appendix B. */
const kilogramsPerPound = new Big("0.45359237");
const cubicMetresPerCubicFoot = new Big("0.028316846592");

export const densityUnits = ["lb/ft3", "kg/m3"] as const;
export type DensityUnit = (typeof densityUnits)[number];

/** What 1 lb/ft³ is in each. */
export const perPoundPerCubicFoot: Readonly<Record<DensityUnit, number>> = {
  "lb/ft3": 1,
  "kg/m3": kilogramsPerPound.div(cubicMetresPerCubicFoot).toNumber(),
};

export interface Density {
  /** To four decimals. */
  readonly lb_per_ft3: string;
  /** To three decimals. */
  readonly kg_per_m3: string;
}

/**
 * @param pounds net weight, a decimal.
 * @param cubicFeet volume of the bag, a decimal above 0.
 */
export function densityOf(pounds: string, cubicFeet: string): Density {
  const kilograms = kilogramsPerPound.times(pounds);
  return {
    lb_per_ft3: new Big(pounds).div(cubicFeet).toFixed(4),
    kg_per_m3: kilograms.div(cubicMetresPerCubicFoot.times(cubicFeet)).toFixed(3),
  };
}
