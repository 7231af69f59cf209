import { createWeights, type WeightSpec } from "./weights.ts";

/** What one platform shows at one moment. */
export interface Moment {
  /** In the smallest step that is shown; empty: 0. */
  readonly steps: number;
  /** Whether the indicator takes it for still. */
  readonly isStill: boolean;
  /** The bag that lies still on it, from 0; null: none does. */
  readonly resting: number | null;
  /** Bags that were put on and taken off by then. */
  readonly takenOff: number;
}

/** The way of one bag, as parts of the time from one to the next: empty, then put on, at rest, taken off. */
const putOnAt = 0.2;
const takenOffAt = 0.9;
const rampMs = 400;
/** The load swings about its weight for so long, first by this part of it. */
const swingMs = 1_200;
const overshoot = 0.12;
const swingPeriodMs = 250;
const swingDecayMs = 150;
const takeOffMs = 300;
/** The last bag is off for so long before the end. */
const emptyAtEndMs = 1_500;

/** More bags a minute leave no time at rest. */
export const loadRateMost = 15;

export interface Loads {
  /** @param ms since the first moment. */
  at(ms: number): Moment;
  /** When all bags are off; Infinity where they never end. */
  readonly endMs: number;
}

/**
 * What one scale shows while bags are put on it and taken off: a ramp that swings beyond the weight, the weight at rest,
 * and empty again. The weights at rest are those of `createWeights`. No chance: what is shown follows from the time.
 *
 * @param spec.rate bags a minute, above 0, at most `loadRateMost`.
 * @param bags 0: without end.
 */
export function createLoads(spec: WeightSpec, scale: number, bags: number): Loads {
  const weights = createWeights(spec, scale);
  const cycleMs = 60_000 / spec.rate;
  const factor = 10 ** spec.decimals;
  const stepsOf = (bag: number) => Math.round(Number(weights(bag)) * factor);

  return {
    endMs: bags === 0 ? Number.POSITIVE_INFINITY : bags * cycleMs + emptyAtEndMs,
    at(ms) {
      const bag = Math.floor(ms / cycleMs);
      const into = ms - bag * cycleMs;
      if (bags > 0 && bag >= bags) return empty(bags);
      const onMs = into - putOnAt * cycleMs;
      const offMs = into - takenOffAt * cycleMs;
      if (onMs < 0) return empty(bag);
      const steps = stepsOf(bag);
      if (offMs >= takeOffMs) return empty(bag + 1);
      if (offMs >= 0) return moving(Math.round(steps * (1 - offMs / takeOffMs)), bag);
      if (onMs < rampMs) return moving(Math.round((steps * onMs) / rampMs), bag);
      const swingsMs = onMs - rampMs;
      if (swingsMs >= swingMs) return { steps, isStill: true, resting: bag, takenOff: bag };
      const swing = Math.exp(-swingsMs / swingDecayMs) * Math.cos((2 * Math.PI * swingsMs) / swingPeriodMs);
      return moving(Math.round(steps * (1 + overshoot * swing)), bag);
    },
  };
}

function empty(takenOff: number): Moment {
  return { steps: 0, isStill: true, resting: null, takenOff };
}

function moving(steps: number, takenOff: number): Moment {
  return { steps, isStill: false, resting: null, takenOff };
}

/** A number of steps as it is shown: `-0.05` are -5 of two decimals. */
export function shownSteps(steps: number, decimals: number): string {
  const digits = String(Math.abs(steps)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return steps < 0 ? `-${text}` : text;
}
