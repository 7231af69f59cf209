import type { Level, Limits, Points } from "./charts.ts";
import { type Groups, groupMeans, sizeOf } from "./groups.ts";

/** `exact`: the variance of the average after so many points; `asymptotic`: the one it comes to in the end. */
export const ewmaLimits = ["exact", "asymptotic"] as const;

export interface EwmaSettings {
  /** Weight of the newest point, above 0 and up to 1. */
  readonly lambda: number;
  /** How many standard deviations the limits are away (L). */
  readonly width: number;
  readonly limits: (typeof ewmaLimits)[number];
}

/**
 * Exponentially weighted moving average: z = λ x + (1 - λ) z of before, beginning at the centre. Its variance after t points is
 * σ²/n × λ/(2 - λ) × (1 - (1 - λ)^2t).
 *
 * @param groups of one value or more each; all of one size.
 * @param level centre (the target, as a rule) and standard deviation of single values.
 */
export function ewmaChart(
  groups: Groups,
  { center, sigma }: Level,
  { lambda, width, limits }: EwmaSettings,
): Points {
  const values = groupMeans(groups);
  const n = sizeOf(groups, 0);
  let average = center;
  for (let index = 0; index < values.length; index++) {
    average = lambda * (values[index] ?? 0) + (1 - lambda) * average;
    values[index] = average;
  }
  const limitsFor = (reached: number): Limits => {
    const away = width * sigma * Math.sqrt((lambda * reached) / ((2 - lambda) * n));
    return { center, lower: center - away, upper: center + away };
  };
  const final = limitsFor(1);
  const limitsOf = (index: number) => {
    // From some hundred points on it is 1 to the last digit.
    const reached = limits === "exact" ? 1 - (1 - lambda) ** (2 * (index + 1)) : 1;
    return reached === 1 ? final : limitsFor(reached);
  };
  return { values, limits: limitsOf };
}
