import { normalShare } from "./distributions.ts";
import { type Tally, valueAt } from "./tally.ts";

export interface Bar {
  /** In it. */
  readonly from: number;
  /** In the next one; in the last one itself. */
  readonly to: number;
  readonly count: number;
  /** What a normal process of the same mean and spread would have in it. */
  readonly expected: number;
}

/**
 * Bars of one width from the smallest value to the largest, after Freedman and Diaconis, 5 to 60 of them. A width is a whole
 * number of divisions, so that no bar gets more of the values that a scale can print than another.
 *
 * @param tally of one value or more.
 * @param division the smallest step between values; above 0.
 */
export function histogramOf(
  tally: Tally,
  level: { readonly center: number; readonly sigma: number },
  division: number,
): Bar[] {
  const { values, n } = tally;
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const quartile = (share: number) => valueAt(tally, Math.min(n - 1, Math.floor(share * n)));
  const wanted = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(n);
  const [least, most] = [(last - first) / 60, (last - first) / 5];
  const steps = Math.max(1, Math.round(Math.min(Math.max(wanted, least), most) / division));
  const width = steps * division;
  // Half a division lower, so that no value lies on an edge.
  const begin = first - division / 2;
  const bars = Math.max(1, Math.ceil((last - begin) / width));
  const counts = new Array<number>(bars).fill(0);
  for (const [index, value] of values.entries()) {
    const bar = Math.min(bars - 1, Math.floor((value - begin) / width));
    counts[bar] = (counts[bar] ?? 0) + (tally.counts[index] ?? 0);
  }
  const share = (edge: number) => normalShare((edge - level.center) / level.sigma);
  return counts.map((count, index) => {
    const [from, to] = [begin + index * width, begin + (index + 1) * width];
    return { from, to, count, expected: level.sigma > 0 ? n * (share(to) - share(from)) : 0 };
  });
}
