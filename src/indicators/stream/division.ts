import { lastDigit, scaledOne } from "./scaled.ts";

/** From so many different weights on, a step of 1, 2 or 5 of the last digit is believed; */
const fewWeights = 4;
/** from so many on, any: a digit that is always 0 is no accident then. */
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
    if (count < fewWeights) this.#value = this.#lastDigit;
    else if (count < manyWeights) this.#value = Math.min(roundDivision(this.#divisor), 5 * this.#lastDigit);
    else {
      this.#value = roundDivision(this.#divisor);
      this.#seen = null;
    }
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
