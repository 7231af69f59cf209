// Control charts after Shewhart. Doubles throughout: a chart estimates, its verdicts are no law's.
import { c4, d2, d3, movingRangeD2 } from "./constants.ts";
import { deviationOf, meanOf, movingRanges, rangeOf } from "./moments.ts";
import { type Spread, spreadByDeviation, spreadByMovingRange, spreadByRange } from "./spread.ts";

/** A point of a chart, with its own limits: they differ where subgroups differ in size. */
export interface Point {
  readonly value: number;
  readonly center: number;
  readonly lower: number;
  readonly upper: number;
  /** Values in it. */
  readonly n: number;
}

/** Mean and spread that a chart is drawn by: those of its own values, or frozen ones of an earlier time. */
export interface Level {
  readonly center: number;
  readonly sigma: number;
}

export interface Chart {
  readonly center: number;
  /** Of single values, within subgroups. */
  readonly sigma: number;
  /** What the shown values themselves say, also where the limits are frozen. */
  readonly spread: Spread;
  /** Of means, or of single values. */
  readonly location: readonly Point[];
  /** Of ranges, standard deviations or moving ranges; of the latter one fewer than values. */
  readonly dispersion: readonly Point[];
}

/**
 * X̄–R: for subgroups of up to some 10 values.
 *
 * @param groups one or more, of 2 to 25 values each.
 * @param frozen takes the place of what the values themselves say.
 */
export function meanRangeChart(groups: readonly (readonly number[])[], frozen?: Level): Chart {
  const spread = spreadByRange(groups);
  const level = levelOf(groups, spread, frozen);
  return {
    ...level,
    spread,
    location: groups.map((values) => meanPoint(values, level)),
    dispersion: groups.map((values) => {
      const [middle, width] = [d2(values.length) * level.sigma, 3 * d3(values.length) * level.sigma];
      return spreadPoint(rangeOf(values), middle, width, values.length);
    }),
  };
}

/** X̄–s: for larger subgroups, and such of different sizes. @param groups one or more, of 2 values or more each. */
export function meanDeviationChart(groups: readonly (readonly number[])[], frozen?: Level): Chart {
  const spread = spreadByDeviation(groups);
  const level = levelOf(groups, spread, frozen);
  return {
    ...level,
    spread,
    location: groups.map((values) => meanPoint(values, level)),
    dispersion: groups.map((values) => {
      const c = c4(values.length);
      return spreadPoint(
        deviationOf(values),
        c * level.sigma,
        3 * Math.sqrt(1 - c * c) * level.sigma,
        values.length,
      );
    }),
  };
}

/** I–MR: single values and their moving ranges of two. @param values two or more, in the order in which they came. */
export function individualsChart(values: readonly number[], frozen?: Level): Chart {
  const spread = spreadByMovingRange(values);
  const level = frozen ?? { center: meanOf(values), sigma: spread.sigma };
  const { center, sigma } = level;
  return {
    ...level,
    spread,
    location: values.map((value) => meanPoint([value], { center, sigma })),
    dispersion: movingRanges(values).map((value) =>
      spreadPoint(value, movingRangeD2 * sigma, 3 * d3(2) * sigma, 2),
    ),
  };
}

/** The mean over all values: a subgroup weighs as much as it has of them. */
function levelOf(groups: readonly (readonly number[])[], spread: Spread, frozen: Level | undefined): Level {
  return frozen ?? { center: meanOf(groups.flat()), sigma: spread.sigma };
}

function meanPoint(values: readonly number[], { center, sigma }: Level): Point {
  const width = (3 * sigma) / Math.sqrt(values.length);
  return { value: meanOf(values), center, lower: center - width, upper: center + width, n: values.length };
}

/** A spread is never below 0, nor is its lower limit. */
function spreadPoint(value: number, center: number, width: number, n: number): Point {
  return { value, center, lower: Math.max(0, center - width), upper: center + width, n };
}
