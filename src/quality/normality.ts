import { normalShare } from "./distributions.ts";

export interface Normality {
  /** Anderson and Darling's A², for the n values as they are. */
  readonly a2: number;
  /** A² × (1 + 0.75/n + 2.25/n²), by which `p` is looked up: mean and spread were estimated from the values. */
  readonly adjusted: number;
  /** Chance of so large an A² from a normal process; below 0.05 the values are hardly normal. */
  readonly p: number;
}

/**
 * Anderson–Darling test for normality, with p after D'Agostino and Stephens (1986), table 4.9. Values that a scale rounds are
 * taken as they are: with many bags a coarse division alone makes p small.
 *
 * @param sorted from the smallest; 8 or more.
 * @returns null below 8 values, or where all are alike.
 */
export function andersonDarling(
  sorted: readonly number[],
  mean: number,
  deviation: number,
): Normality | null {
  const n = sorted.length;
  if (n < 8 || !(deviation > 0)) return null;
  // A scale prints few different weights: neighbours are mostly alike, and are looked up once.
  const logBelow = remembered((value) => Math.log(atLeastTiny(normalShare((value - mean) / deviation))));
  const logAbove = remembered((value) => Math.log(atLeastTiny(normalShare((mean - value) / deviation))));
  let sum = 0;
  for (const [index, value] of sorted.entries()) {
    sum += (2 * index + 1) * (logBelow(value) + logAbove(sorted[n - 1 - index] ?? value));
  }
  const a2 = -n - sum / n;
  const adjusted = a2 * (1 + 0.75 / n + 2.25 / (n * n));
  return { a2, adjusted, p: probability(adjusted) };
}

function probability(a: number): number {
  // The fit turns upward far out.
  if (a >= 0.6) return Math.exp(1.2937 - 5.709 * Math.min(a, 100) + 0.0186 * Math.min(a, 100) ** 2);
  if (a > 0.34) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  if (a > 0.2) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
}

function atLeastTiny(share: number): number {
  return Math.max(share, Number.MIN_VALUE);
}

function remembered(work: (value: number) => number): (value: number) => number {
  let [last, found] = [Number.NaN, 0];
  return (value) => {
    if (value !== last) [last, found] = [value, work(value)];
    return found;
  };
}
