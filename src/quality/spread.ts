// The spread within subgroups: what a process does by chance alone, without its drifts.
import { c4, d2, d3, movingRangeD2 } from "./constants.ts";
import { bySize, countOf, type Groups, groupDeviations, groupRanges, sizeOf } from "./groups.ts";
import { meanOf, movingRanges } from "./moments.ts";

/** From what the spread within is estimated: the mean range, the mean standard deviation, the mean moving range. */
export const spreadKinds = ["r", "s", "mr"] as const;
export type SpreadKind = (typeof spreadKinds)[number];

export interface Spread {
  readonly kind: SpreadKind;
  /** Standard deviation within, in the unit of the values. */
  readonly sigma: number;
  /** Degrees of freedom of a chi-square estimate that is as uncertain: 1 / (2 × its squared coefficient of variation). */
  readonly df: number;
  /** The mean range, standard deviation or moving range itself. */
  readonly mean: number;
  /** How it is worked out, for people. */
  readonly formula: string;
}

/** Of what neighbouring moving ranges have in common: Var(MR̄/d2) is this much of σ² / (N - 1), for many values. */
const movingRangeVariance = 0.8264;

/**
 * R̄/d2, or where sizes differ the mean of R/d2 of each subgroup.
 *
 * @param groups of 2 to 25 values each.
 * @param ranges of each.
 */
export function spreadByRange(groups: Groups, ranges = groupRanges(groups)): Spread {
  const formula = "σ within = R̄ / d2";
  return { kind: "r", formula, ...spreadBy(groups, ranges, d2, (n) => (d3(n) / d2(n)) ** 2) };
}

/**
 * s̄/c4, or where sizes differ the mean of s/c4 of each subgroup.
 *
 * @param groups of 2 values or more each.
 * @param deviations of each.
 */
export function spreadByDeviation(groups: Groups, deviations = groupDeviations(groups)): Spread {
  const formula = "σ within = s̄ / c4";
  return { kind: "s", formula, ...spreadBy(groups, deviations, c4, (n) => (1 - c4(n) ** 2) / c4(n) ** 2) };
}

/**
 * @param figures of each subgroup.
 * @param divisor of a figure of so many values.
 * @param variance of a figure divided so, in σ².
 */
function spreadBy(
  groups: Groups,
  figures: Float64Array,
  divisor: (size: number) => number,
  variance: (size: number) => number,
) {
  const count = countOf(groups);
  const of = bySize((size) => ({ divisor: divisor(size), variance: variance(size) }));
  let [sigmas, variances] = [0, 0];
  for (let group = 0; group < count; group++) {
    const constants = of(sizeOf(groups, group));
    sigmas += (figures[group] ?? 0) / constants.divisor;
    variances += constants.variance;
  }
  const df = 1 / (2 * (variances / count / count));
  return { sigma: sigmas / count, df, mean: meanOf(figures) };
}

/**
 * MR̄/1.128, of values in the order in which they came.
 *
 * @param values two or more.
 * @param ranges of each to the next.
 */
export function spreadByMovingRange(values: ArrayLike<number>, ranges = movingRanges(values)): Spread {
  const mean = meanOf(ranges);
  return {
    kind: "mr",
    sigma: mean / movingRangeD2,
    df: (values.length - 1) / (2 * movingRangeVariance),
    mean,
    formula: `σ within = MR̄ / ${movingRangeD2}`,
  };
}
