import { Big } from "big.js";

/** The bounds of a job's tolerance, exact decimals: target ∓ target × percent / 100. */
export function toleranceLimits(target: string, percent: string): { lower: string; upper: string } {
  const width = new Big(target).times(percent).times("0.01");
  return { lower: new Big(target).minus(width).toFixed(), upper: new Big(target).plus(width).toFixed() };
}
