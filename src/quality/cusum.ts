import type { Level } from "./charts.ts";
import { type Groups, groupMeans, sizeOf } from "./groups.ts";

export interface CusumSettings {
  /** Slack (k), in standard deviations of a point: half of the shift to be found. */
  readonly k: number;
  /** Decision interval (h), in standard deviations of a point. */
  readonly h: number;
}

/** The sums of what lies above and below the target by more than the slack, point by point. */
export interface Cusum {
  readonly values: Float64Array;
  readonly above: Float64Array;
  readonly below: Float64Array;
  /** Either sum beyond this is a signal. */
  readonly limit: number;
  /** Since how many points each sum is above 0: where the shift began. */
  readonly risingFor: Uint32Array;
  readonly fallingFor: Uint32Array;
}

/**
 * Tabular CUSUM: C⁺ = max(0, x - target - k σ + C⁺ of before), and C⁻ likewise downward; both begin at 0.
 *
 * @param groups of one value or more each; all of one size.
 * @param level the target, and the standard deviation of single values.
 */
export function cusumChart(groups: Groups, { center, sigma }: Level, { k, h }: CusumSettings): Cusum {
  const values = groupMeans(groups);
  const unit = sigma / Math.sqrt(sizeOf(groups, 0));
  const slack = k * unit;
  const [above, below] = [new Float64Array(values.length), new Float64Array(values.length)];
  const [risingFor, fallingFor] = [new Uint32Array(values.length), new Uint32Array(values.length)];
  let [up, down, rising, falling] = [0, 0, 0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    up = Math.max(0, value - center - slack + up);
    down = Math.max(0, center - value - slack + down);
    rising = up > 0 ? rising + 1 : 0;
    falling = down > 0 ? falling + 1 : 0;
    above[index] = up;
    below[index] = down;
    risingFor[index] = rising;
    fallingFor[index] = falling;
  }
  return { values, above, below, limit: h * unit, risingFor, fallingFor };
}
