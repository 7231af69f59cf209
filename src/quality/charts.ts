// Control charts after Shewhart. Doubles throughout: a chart estimates, its verdicts are no law's.
import { c4, d2, d3, movingRangeD2 } from "./constants.ts";
import { bySize, type Groups, groupDeviations, groupMeans, groupRanges, sizeOf } from "./groups.ts";
import { meanOf, movingRanges } from "./moments.ts";
import { type Spread, spreadByDeviation, spreadByMovingRange, spreadByRange } from "./spread.ts";

export interface Limits {
  readonly center: number;
  readonly lower: number;
  readonly upper: number;
}

/** The points of a chart, each with its own limits: they differ where subgroups differ in size. */
export interface Points {
  readonly values: Float64Array;
  /** Of a point, by its index; the same object where the limits are the same. */
  readonly limits: (index: number) => Limits;
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
  readonly location: Points;
  /** Of ranges, standard deviations or moving ranges; of the latter one fewer than values. */
  readonly dispersion: Points;
}

/**
 * X̄–R: for subgroups of up to some 10 values.
 *
 * @param groups one or more, of 2 to 25 values each.
 * @param frozen takes the place of what the values themselves say.
 */
export function meanRangeChart(groups: Groups, frozen?: Level): Chart {
  const ranges = groupRanges(groups);
  const spread = spreadByRange(groups, ranges);
  const level = levelOf(groups.values, spread, frozen);
  const limits = bySize((n) => spreadLimits(d2(n) * level.sigma, 3 * d3(n) * level.sigma));
  return {
    ...level,
    spread,
    location: means(groups, level),
    dispersion: { values: ranges, limits: (index) => limits(sizeOf(groups, index)) },
  };
}

/** X̄–s: for larger subgroups, and such of different sizes. @param groups one or more, of 2 values or more each. */
export function meanDeviationChart(groups: Groups, frozen?: Level): Chart {
  const deviations = groupDeviations(groups);
  const spread = spreadByDeviation(groups, deviations);
  const level = levelOf(groups.values, spread, frozen);
  const limits = bySize((n) => {
    const c = c4(n);
    return spreadLimits(c * level.sigma, 3 * Math.sqrt(1 - c * c) * level.sigma);
  });
  return {
    ...level,
    spread,
    location: means(groups, level),
    dispersion: { values: deviations, limits: (index) => limits(sizeOf(groups, index)) },
  };
}

/** I–MR: single values and their moving ranges of two. @param values two or more, in the order in which they came. */
export function individualsChart(values: Float64Array, frozen?: Level): Chart {
  const ranges = movingRanges(values);
  const spread = spreadByMovingRange(values, ranges);
  const level = levelOf(values, spread, frozen);
  const ofValues = meanLimits(level, 1);
  const ofRanges = spreadLimits(movingRangeD2 * level.sigma, 3 * d3(2) * level.sigma);
  return {
    ...level,
    spread,
    location: { values, limits: () => ofValues },
    dispersion: { values: ranges, limits: () => ofRanges },
  };
}

/** The mean over all values: a subgroup weighs as much as it has of them. */
function levelOf(values: Float64Array, spread: Spread, frozen: Level | undefined): Level {
  return frozen ?? { center: meanOf(values), sigma: spread.sigma };
}

function means(groups: Groups, level: Level): Points {
  const limits = bySize((n) => meanLimits(level, n));
  return { values: groupMeans(groups), limits: (index) => limits(sizeOf(groups, index)) };
}

function meanLimits({ center, sigma }: Level, n: number): Limits {
  const width = (3 * sigma) / Math.sqrt(n);
  return { center, lower: center - width, upper: center + width };
}

/** A spread is never below 0, nor is its lower limit. */
function spreadLimits(center: number, width: number): Limits {
  return { center, lower: Math.max(0, center - width), upper: center + width };
}
