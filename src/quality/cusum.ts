import type { Level } from "./charts.ts";
import { meanOf } from "./moments.ts";

export interface CusumSettings {
  /** Slack (k), in standard deviations of a point: half of the shift to be found. */
  readonly k: number;
  /** Decision interval (h), in standard deviations of a point. */
  readonly h: number;
}

/** The sums of what lies above and below the target by more than the slack. */
export interface CusumPoint {
  readonly value: number;
  readonly above: number;
  readonly below: number;
  /** Either sum beyond this is a signal. */
  readonly limit: number;
  readonly n: number;
  /** Since how many points each sum is above 0: where the shift began. */
  readonly risingFor: number;
  readonly fallingFor: number;
}

/**
 * Tabular CUSUM: C⁺ = max(0, x - target - k σ + C⁺ of before), and C⁻ likewise downward; both begin at 0.
 *
 * @param groups of one value or more each; all of one size.
 * @param level the target, and the standard deviation of single values.
 */
export function cusumChart(
  groups: readonly (readonly number[])[],
  { center, sigma }: Level,
  { k, h }: CusumSettings,
): CusumPoint[] {
  let [above, below, risingFor, fallingFor] = [0, 0, 0, 0];
  return groups.map((values) => {
    const value = meanOf(values);
    const unit = sigma / Math.sqrt(values.length);
    above = Math.max(0, value - center - k * unit + above);
    below = Math.max(0, center - value - k * unit + below);
    risingFor = above > 0 ? risingFor + 1 : 0;
    fallingFor = below > 0 ? fallingFor + 1 : 0;
    return { value, above, below, limit: h * unit, n: values.length, risingFor, fallingFor };
  });
}
