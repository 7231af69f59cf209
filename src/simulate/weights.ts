import { keyOf, normalAt } from "./random.ts";

export interface WeightSpec {
  readonly seed: number;
  /** What a bag should weigh, in the printed unit; above 0. */
  readonly target: number;
  /** Standard deviation in percent of the target. */
  readonly spread: number;
  /** How far the mean wanders, in percent of the target an hour; negative: downwards. */
  readonly drift: number;
  /** Digits after the point, 0 … 4. */
  readonly decimals: number;
  /** Bags a minute of one scale; 0: as fast as the socket takes them. */
  readonly rate: number;
}

/** No bag is further from the target than this part of it, whatever the spread and the drift. */
const clip = 0.5;
/** At rate 0 no time passes by which a drift could be told; then it is that of a bag a second. */
const nominalRate = 60;

/**
 * One scale's weights: index (0, 1, 2 …) → the weight as an indicator shows it, with a point and fixed
 * decimals, without padding: `50.12`. Never zero. The drift follows the planned time of the bag, not
 * the clock, so that a run can be replayed.
 */
export function createWeights(spec: WeightSpec, scale: number): (index: number) => string {
  const { target, decimals } = spec;
  const key = keyOf(spec.seed, scale);
  const step = 10 ** decimals;
  const deviation = target * (spec.spread / 100);
  const driftPerBag = (target * (spec.drift / 100)) / ((spec.rate || nominalRate) * 60);
  const least = target * (1 - clip);
  const most = target * (1 + clip);

  return (index) => {
    const weight = target + driftPerBag * index + deviation * normalAt(key, index);
    // Counted in the smallest step, because 0.1 + 0.2 is not what an indicator prints.
    const steps = Math.max(1, Math.round(Math.min(most, Math.max(least, weight)) * step));
    if (decimals === 0) return String(steps);
    const whole = Math.floor(steps / step);
    // The leading 1 keeps the zeros after the point: 5.03 is 1 + "03".
    return `${whole}.${String(steps - whole * step + step).slice(1)}`;
  };
}

/** The weight of one bag: what scale `scale` prints as its bag `index` (from 0). */
export function weightAt(spec: WeightSpec, scale: number, index: number): string {
  return createWeights(spec, scale)(index);
}
