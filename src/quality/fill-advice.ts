// What to change at the filler, where the mean is off its target by more than chance explains.
import { deviationOf, meanOf } from "./moments.ts";

/**
 * Bags that a piece of advice looks at, and for which it then keeps silent, so that a correction can have had its effect. Of 10 bags
 * twice as many pieces of advice are wrong; of 30 the right ones come later.
 */
export const adviceBags = 20;

/** lb. Targets are set in hundredths; nobody adjusts a filler by less. */
const smallestCorrection = 0.01;

export interface FillAdvice {
  readonly bags: number;
  readonly mean: number;
  /** Standard deviation of these bags. */
  readonly deviation: number;
  /** How much more is to be filled; negative: less. It brings the mean to the target, or to `lowest` where that is higher. */
  readonly correction: number;
}

/**
 * Advice where |mean - target| > 2 s/√n.
 *
 * @param weights of bags in a row that no earlier advice looked at, two or more, in the unit of the target.
 * @param lowestFor the lowest mean that a law allows for bags of this standard deviation; null: none does.
 * @returns null where the mean may well be on its target, or is not to be lowered.
 */
export function fillAdvice(
  weights: readonly number[],
  target: number,
  lowestFor: ((deviation: number) => number) | null,
): FillAdvice | null {
  const [mean, deviation] = [meanOf(weights), deviationOf(weights)];
  if (!(Math.abs(mean - target) > (2 * deviation) / Math.sqrt(weights.length))) return null;
  const correction = Math.max(target, lowestFor?.(deviation) ?? target) - mean;
  const isWrongWay = mean > target && correction > 0;
  if (isWrongWay || Math.abs(correction) < smallestCorrection) return null;
  return { bags: weights.length, mean, deviation, correction };
}
