// The spread within subgroups: what a process does by chance alone, without its drifts.
import { c4, d2, d3, movingRangeD2 } from "./constants.ts";
import { deviationOf, meanOf, movingRanges, rangeOf } from "./moments.ts";

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
 */
export function spreadByRange(groups: readonly (readonly number[])[]): Spread {
  const sigma = meanOf(groups.map((values) => rangeOf(values) / d2(values.length)));
  const variance = meanOf(groups.map(({ length }) => (d3(length) / d2(length)) ** 2)) / groups.length;
  const mean = meanOf(groups.map(rangeOf));
  return { kind: "r", sigma, df: 1 / (2 * variance), mean, formula: "σ within = R̄ / d2" };
}

/** s̄/c4, or where sizes differ the mean of s/c4 of each subgroup. @param groups of 2 values or more each. */
export function spreadByDeviation(groups: readonly (readonly number[])[]): Spread {
  const deviations = groups.map((values) => deviationOf(values));
  const constants = groups.map(({ length }) => c4(length));
  const sigma = meanOf(deviations.map((s, index) => s / (constants[index] ?? 1)));
  const variance = meanOf(constants.map((c) => (1 - c * c) / (c * c))) / groups.length;
  return { kind: "s", sigma, df: 1 / (2 * variance), mean: meanOf(deviations), formula: "σ within = s̄ / c4" };
}

/** MR̄/1.128, of values in the order in which they came. @param values two or more. */
export function spreadByMovingRange(values: readonly number[]): Spread {
  const mean = meanOf(movingRanges(values));
  return {
    kind: "mr",
    sigma: mean / movingRangeD2,
    df: (values.length - 1) / (2 * movingRangeVariance),
    mean,
    formula: `σ within = MR̄ / ${movingRangeD2}`,
  };
}
