/** How often each value is there: a scale prints few different weights, a million bags have some hundreds. */
export interface Tally {
  /** Each once, from the smallest. */
  readonly values: Float64Array;
  /** How often; above 0. */
  readonly counts: Uint32Array;
  /** All together. */
  readonly n: number;
}

/** Whole numbers of a narrower span are counted in places of their own: that takes a tenth of the time of sorting. */
const spanMax = 2 ** 22;

/** @param values any number, in any order. */
export function tallyOf(values: ArrayLike<number>): Tally {
  let [least, most, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value !== Math.floor(value)) isWhole = false;
  }
  return isWhole && most - least < spanMax ? counted(values, least, most) : sorted(values);
}

function counted(values: ArrayLike<number>, least: number, most: number): Tally {
  const each = new Uint32Array(Math.max(0, most - least + 1));
  for (let at = 0; at < values.length; at++) {
    const place = (values[at] ?? 0) - least;
    each[place] = (each[place] ?? 0) + 1;
  }
  const found: number[] = [];
  for (let place = 0; place < each.length; place++) if (each[place] !== 0) found.push(place);
  return {
    values: Float64Array.from(found, (place) => least + place),
    counts: Uint32Array.from(found, (place) => each[place] ?? 0),
    n: values.length,
  };
}

function sorted(values: ArrayLike<number>): Tally {
  const inOrder = Float64Array.from(values).sort();
  const [found, counts]: [number[], number[]] = [[], []];
  for (const value of inOrder) {
    if (value === found.at(-1)) counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    else {
      found.push(value);
      counts.push(1);
    }
  }
  return { values: Float64Array.from(found), counts: Uint32Array.from(counts), n: inOrder.length };
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
