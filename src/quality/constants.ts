// What control charts divide by, from the definitions, for n = 2 … 25 (c4 for any n above 1).
import { logGamma, normalDensity, normalShare } from "./distributions.ts";

/** The sizes of subgroups whose range says something of the spread. */
export const rangeSizes = { min: 2, max: 25 } as const;

/** Of the moving range of two, as tables print it and published limits are made with it; exactly 2/√π = 1.12838. */
export const movingRangeD2 = 1.128;

// One grid for the values and for the ranges, so that each share is looked up and not worked out again.
const step = 0.05;
const reach = 8;
const cells = Math.round((2 * reach) / step);
let shares: readonly number[] | undefined;
const known = new Map<number, { readonly d2: number; readonly d3: number }>();

/** Mean of the range of `n` standard normal values. @throws RangeError outside 2 … 25. */
export function d2(n: number): number {
  return rangeMoments(n).d2;
}

/** Standard deviation of the range of `n` standard normal values. @throws RangeError outside 2 … 25. */
export function d3(n: number): number {
  return rangeMoments(n).d3;
}

/** Mean of the standard deviation (n - 1) of `n` standard normal values: √(2/(n-1)) Γ(n/2) / Γ((n-1)/2). */
export function c4(n: number): number {
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`c4 is for two values and more, not for ${n}`);
  return Math.sqrt(2 / (n - 1)) * Math.exp(logGamma(n / 2) - logGamma((n - 1) / 2));
}

/**
 * The range of n values is at most r with the probability F(r) = n ∫ φ(x) (Φ(x + r) - Φ(x))^(n-1) dx. Its mean is
 * ∫ (1 - F) dr, the mean of its square 2 ∫ r (1 - F) dr: both from 0, by Simpson's rule.
 */
function rangeMoments(n: number) {
  if (!Number.isInteger(n) || n < rangeSizes.min || n > rangeSizes.max) {
    throw new RangeError(
      `a subgroup of ${n} has no range to use: from ${rangeSizes.min} to ${rangeSizes.max} values`,
    );
  }
  const found = known.get(n);
  if (found !== undefined) return found;
  shares ??= Array.from({ length: 2 * cells + 1 }, (_, index) => normalShare(index * step - reach));
  let [mean, square] = [0, 0];
  for (let range = 0; range <= cells; range++) {
    const weight = (range === 0 || range === cells ? 1 : range % 2 === 1 ? 4 : 2) * (step / 3);
    const beyond = 1 - rangeShare(n, range, shares);
    mean += weight * beyond;
    square += weight * 2 * range * step * beyond;
  }
  const moments = { d2: mean, d3: Math.sqrt(square - mean * mean) };
  known.set(n, moments);
  return moments;
}

/** By the trapezoidal rule, which is exact for what dies away at both ends like this. */
function rangeShare(n: number, range: number, share: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at <= cells; at++) {
    const between = (share[at + range] ?? 1) - (share[at] ?? 1);
    sum += normalDensity(at * step - reach) * between ** (n - 1);
  }
  return n * step * sum;
}
