import { chiSquareQuantile, normalQuantile, normalShare } from "./distributions.ts";
import { andersonDarling, type Normality } from "./normality.ts";
import type { Spread } from "./spread.ts";
import { type Tally, tallyDeviation, tallyMean } from "./tally.ts";

export interface Specification {
  /** null: that side has none. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly target: number | null;
}

/** An index with the bounds between which the true one lies, with the confidence asked for. */
export interface Index {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Shares, 0 to 1. */
export interface Out {
  readonly below: number;
  readonly above: number;
}

export interface Capability {
  readonly n: number;
  readonly mean: number;
  readonly withinSigma: number;
  readonly overallSigma: number;
  readonly confidence: number;
  /** (upper - lower) / 6 σ within; null without both limits. */
  readonly cp: Index | null;
  /** The distance from the mean to the nearer limit / 3 σ within. */
  readonly cpk: Index | null;
  /** As Cp and Cpk, with σ overall. */
  readonly pp: Index | null;
  readonly ppk: Index | null;
  /** (upper - lower) / 6 √(s² + (mean - target)²); null without both limits and a target. */
  readonly cpm: Index | null;
  /** null: too few values, or all alike. */
  readonly normality: Normality | null;
  /** What a normal process of this mean would put out of the limits, with σ within and with σ overall. */
  readonly expectedWithin: Out;
  readonly expectedOverall: Out;
}

/**
 * How the spread of a process fits its limits. Bounds: of Cp, Pp from the chi-square distribution, of Cpk, Ppk after Bissell (1990), of
 * Cpm after Boyles (1991).
 *
 * @param values all of them, two or more; not all alike.
 * @param spread within subgroups.
 * @param confidence 0 < confidence < 1, as 0.95.
 */
export function capabilityOf(
  values: Tally,
  spread: Spread,
  specification: Specification,
  confidence: number,
): Capability {
  const { lower, upper, target } = specification;
  const [n, mean] = [values.n, tallyMean(values)];
  const overall = tallyDeviation(values, mean);
  const alpha = 1 - confidence;

  const ratio = (sigma: number, df: number): Index | null => {
    if (lower === null || upper === null || !(sigma > 0)) return null;
    return widened((upper - lower) / (6 * sigma), df, alpha);
  };
  const nearest = (sigma: number, df: number): Index | null => {
    const sides = [lower === null ? [] : mean - lower, upper === null ? [] : upper - mean].flat();
    if (!(sigma > 0) || sides.length === 0) return null;
    const value = Math.min(...sides) / (3 * sigma);
    const away = normalQuantile(1 - alpha / 2) * Math.sqrt(1 / (9 * n) + value ** 2 / (2 * df));
    return { value, low: value - away, high: value + away };
  };
  const aroundTarget = (): Index | null => {
    if (lower === null || upper === null || target === null || !(overall > 0)) return null;
    const off = (mean - target) / overall;
    const df = (n * (1 + off ** 2) ** 2) / (1 + 2 * off ** 2);
    return widened((upper - lower) / (6 * Math.hypot(overall, mean - target)), df, alpha);
  };
  return {
    n,
    mean,
    withinSigma: spread.sigma,
    overallSigma: overall,
    confidence,
    cp: ratio(spread.sigma, spread.df),
    cpk: nearest(spread.sigma, spread.df),
    pp: ratio(overall, n - 1),
    ppk: nearest(overall, n - 1),
    cpm: aroundTarget(),
    normality: andersonDarling(values, mean, overall),
    expectedWithin: expectedOut(mean, spread.sigma, specification),
    expectedOverall: expectedOut(mean, overall, specification),
  };
}

function widened(value: number, df: number, alpha: number): Index {
  return {
    value,
    low: value * Math.sqrt(chiSquareQuantile(alpha / 2, df) / df),
    high: value * Math.sqrt(chiSquareQuantile(1 - alpha / 2, df) / df),
  };
}

function expectedOut(mean: number, sigma: number, { lower, upper }: Specification): Out {
  if (!(sigma > 0)) return { below: 0, above: 0 };
  return {
    below: lower === null ? 0 : normalShare((lower - mean) / sigma),
    above: upper === null ? 0 : normalShare((mean - upper) / sigma),
  };
}
