import { lastDigit, scaledOne } from "./scaled.ts";

/** From so many different weights on, a step of up to so many of the last digit is believed: more zeros, more weights. */
const steps = [
  { weights: 4, most: 5 },
  { weights: 7, most: 50 },
  { weights: 12, most: Number.POSITIVE_INFINITY },
] as const;
const manyWeights = 12;

/**
 * The indicator's division in millionths. Where it is not set: the largest of 1, 2, 5 × 10^n that divides all weights that
 * came; one step of the last digit until there were a few.
 */
export class Division {
  readonly #set: number | null;
  #divisor = 0;
  #lastDigit = Number.POSITIVE_INFINITY;
  #seen: Set<number> | null = new Set();
  #last = Number.NaN;
  #value = 0;

  constructor(set: number | null) {
    this.#set = set;
  }

  get value(): number {
    return this.#set ?? this.#value;
  }

  see(weight: number, text: string): void {
    if (this.#set !== null || weight === this.#last) return;
    this.#last = weight;
    if (this.#seen === null && weight % this.#divisor === 0) return;
    this.#divisor = commonDivisor(this.#divisor, Math.abs(weight));
    this.#lastDigit = Math.min(this.#lastDigit, lastDigit(text));
    this.#seen?.add(weight);
    const count = this.#seen?.size ?? manyWeights;
    const most = steps.findLast(({ weights }) => count >= weights)?.most ?? 1;
    this.#value = Math.min(roundDivision(this.#divisor), most * this.#lastDigit);
    if (count >= manyWeights) this.#seen = null;
  }
}

function commonDivisor(a: number, b: number): number {
  let [high, low] = [a, b];
  while (low !== 0) [high, low] = [low, high % low];
  return high;
}

function roundDivision(divisor: number): number {
  for (let power = 1000 * scaledOne; power >= 1; power /= 10) {
    for (const step of [5, 2, 1]) if (divisor % (step * power) === 0) return step * power;
  }
  return 1;
}
