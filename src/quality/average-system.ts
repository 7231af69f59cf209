// The average system of the EU and the UK (℮): how far below its label a package may be. In decimals, because verdicts hang on it.
import { Big } from "big.js";

/**
 * Tolerable negative error: up to so many grams of nominal quantity, a share of it or a number of grams. Directive 76/211/EEC, annex I,
 * 2.4; the same with what is above 10 kg: The Weights and Measures (Packaged Goods) Regulations 2006 (UK).
 */
const steps: readonly { readonly upTo: number; readonly percent?: string; readonly grams?: string }[] = [
  { upTo: 50, percent: "9" },
  { upTo: 100, grams: "4.5" },
  { upTo: 200, percent: "4.5" },
  { upTo: 300, grams: "9" },
  { upTo: 500, percent: "3" },
  { upTo: 1_000, grams: "15" },
  { upTo: 10_000, percent: "1.5" },
  { upTo: 15_000, grams: "150" },
  { upTo: Number.POSITIVE_INFINITY, percent: "1" },
];

/** Below it the table says nothing. */
export const smallestNominalGrams = 5;

export interface AverageLimits {
  /** All in grams, exact. */
  readonly nominal: Big;
  readonly tne: Big;
  /** Nominal - TNE: at most 2.5 % of the packages may be below it. */
  readonly t1: Big;
  /** Nominal - 2 TNE: no package may be below it. */
  readonly t2: Big;
}

/**
 * The limits of a nominal quantity. Percentages are rounded up to the next tenth of a gram, as the directive says; R 87 of the OIML
 * rounds up to whole grams above 1,000 g, which this does not follow.
 *
 * @param nominal grams, 5 or more.
 * @throws RangeError below that.
 */
export function averageLimits(nominal: Big): AverageLimits {
  if (nominal.lt(smallestNominalGrams)) {
    throw new RangeError(
      `a nominal quantity below ${smallestNominalGrams} g has no tolerable negative error`,
    );
  }
  const step = steps.find(({ upTo }) => upTo === Number.POSITIVE_INFINITY || nominal.lte(upTo));
  const tne = new Big(
    step?.grams ??
      nominal
        .times(step?.percent ?? 0)
        .times("0.01")
        .round(1, Big.roundUp),
  );
  return { nominal, tne, t1: nominal.minus(tne), t2: nominal.minus(tne.times(2)) };
}

/**
 * The lowest mean at which a process of this spread keeps the three rules: the average, 2.5 % below T1 (1.96 s) and 1 in 10,000 below
 * T2 (3.72 s).
 *
 * @param deviation standard deviation of single packages, grams.
 * @returns grams; a double, because `deviation` is estimated.
 */
export function lowestLawfulMean({ nominal, t1, t2 }: AverageLimits, deviation: number): number {
  return Math.max(nominal.toNumber(), t1.toNumber() + 1.96 * deviation, t2.toNumber() + 3.72 * deviation);
}
