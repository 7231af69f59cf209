/** How often each value is there: a scale prints few different weights, a million bags have some hundreds. */
export interface Tally {
  /** Each once, from the smallest. */
  readonly values: Float64Array;
  /** How often; above 0. */
  readonly counts: Uint32Array;
  /** All together. */
  readonly n: number;
}

/** @param values any number, in any order. */
export function tallyOf(values: ArrayLike<number>): Tally {
  const sorted = Float64Array.from(values).sort();
  const [found, counts]: [number[], number[]] = [[], []];
  for (const value of sorted) {
    if (value === found.at(-1)) counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    else {
      found.push(value);
      counts.push(1);
    }
  }
  return { values: Float64Array.from(found), counts: Uint32Array.from(counts), n: sorted.length };
}

/** Mean; NaN of nothing. */
export function tallyMean({ values, counts, n }: Tally): number {
  let sum = 0;
  for (const [index, value] of values.entries()) sum += value * (counts[index] ?? 0);
  return sum / n;
}

/** Standard deviation of a sample (n - 1), around the mean; NaN below two values. */
export function tallyDeviation({ values, counts, n }: Tally, mean: number): number {
  let squares = 0;
  for (const [index, value] of values.entries()) squares += (value - mean) ** 2 * (counts[index] ?? 0);
  return n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1));
}

/** The value that stands at a place, from 0, were all of them written down from the smallest. */
export function valueAt({ values, counts }: Tally, place: number): number {
  let before = 0;
  for (const [index, value] of values.entries()) {
    before += counts[index] ?? 0;
    if (place < before) return value;
  }
  return values.at(-1) ?? 0;
}
