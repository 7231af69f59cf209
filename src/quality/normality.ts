import { normalShare } from "./distributions.ts";
import type { Tally } from "./tally.ts";

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
 * A² = -n - 1/n Σ (2i - 1) (ln Φ(x of place i) + ln (1 - Φ(x of place n + 1 - i))), over values from the smallest. Those that are
 * alike have one Φ, and the odd numbers from place a + 1 to place b add up to b² - a².
 *
 * @param values 8 or more.
 * @returns null below 8 values, or where all are alike.
 */
export function andersonDarling(
  { values, counts, n }: Tally,
  mean: number,
  deviation: number,
): Normality | null {
  if (n < 8 || !(deviation > 0)) return null;
  let [sum, before] = [0, 0];
  for (const [index, value] of values.entries()) {
    const through = before + (counts[index] ?? 0);
    const z = (value - mean) / deviation;
    sum += (through ** 2 - before ** 2) * Math.log(atLeastTiny(normalShare(z)));
    sum += ((n - before) ** 2 - (n - through) ** 2) * Math.log(atLeastTiny(normalShare(-z)));
    before = through;
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
