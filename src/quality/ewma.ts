import type { Level, Point } from "./charts.ts";
import { meanOf } from "./moments.ts";

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
  groups: readonly (readonly number[])[],
  { center, sigma }: Level,
  { lambda, width, limits }: EwmaSettings,
): Point[] {
  let average = center;
  return groups.map((values, index) => {
    average = lambda * meanOf(values) + (1 - lambda) * average;
    const reached = limits === "exact" ? 1 - (1 - lambda) ** (2 * (index + 1)) : 1;
    const deviation = sigma * Math.sqrt((lambda * reached) / ((2 - lambda) * values.length));
    const away = width * deviation;
    return { value: average, center, lower: center - away, upper: center + away, n: values.length };
  });
}
