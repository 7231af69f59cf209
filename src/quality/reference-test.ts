// The reference test for batches: Directive 76/211/EEC, annex II; UK regulations 2006, schedule 2. Not destructive, single sampling.
import { Big } from "big.js";
import type { AverageLimits } from "./average-system.ts";

/** By the size of the batch: how many are looked at, and how many of them may be below T1. */
const plans = [
  { upTo: 500, sample: 50, accept: 3, meanSample: 30, factor: "0.503" },
  { upTo: 3_200, sample: 80, accept: 5, meanSample: 50, factor: "0.379" },
  { upTo: Number.POSITIVE_INFINITY, sample: 125, accept: 7, meanSample: 50, factor: "0.379" },
] as const;

/** A batch below this is looked at as a whole (UK, 3.6 and 4.7): at most 5 % below T1, and the mean not below nominal. */
export const smallestBatch = 100;

export interface TestPlan {
  /** Packages to look at. */
  readonly sample: number;
  /** So many below T1 are accepted; one more is a rejection. */
  readonly accept: number;
  /** Packages for the mean, the first of the sample. */
  readonly meanSample: number;
  /** The mean may be below nominal by so many standard deviations. */
  readonly factor: string;
}

/** What is to be done with a batch of so many packages, 1 or more. */
export function testPlan(batch: number): TestPlan {
  if (batch < smallestBatch) {
    return { sample: batch, accept: Math.floor(batch * 0.05), meanSample: batch, factor: "0" };
  }
  const { sample, accept, meanSample, factor } = plans.find(({ upTo }) => batch <= upTo) ?? plans[2];
  return { sample, accept, meanSample, factor };
}

export interface TestFigures extends TestPlan {
  readonly defective: number;
  readonly contents: "pass" | "fail";
  /** Grams. */
  readonly mean: Big;
  readonly deviation: number;
  /** What the mean has to reach, grams; shown, not compared. */
  readonly meanLimit: number;
  readonly average: "pass" | "fail";
  readonly verdict: "pass" | "fail";
}

/**
 * Tests a sample, exactly: the mean is compared by squares, so that neither a root nor a division rounds.
 *
 * @param weights grams, as many as the plan's sample, in the order in which they were drawn.
 */
export function referenceTest(weights: readonly Big[], limits: AverageLimits, plan: TestPlan): TestFigures {
  const defective = weights.filter((weight) => weight.lt(limits.t1)).length;
  const drawn = weights.slice(0, plan.meanSample);
  const n = drawn.length;
  const sum = drawn.reduce((all, weight) => all.plus(weight), new Big(0));
  const squares = drawn.reduce((all, weight) => all.plus(weight.times(weight)), new Big(0));
  // s² = scatter / (n (n - 1)).
  const scatter = squares.times(n).minus(sum.times(sum));
  const short = limits.nominal.times(n).minus(sum);
  // mean >= nominal - factor × s, both sides times n and squared.
  const reaches =
    short.lte(0) ||
    short
      .times(short)
      .times(n - 1)
      .lte(scatter.times(plan.factor).times(plan.factor).times(n));
  const deviation = n < 2 ? 0 : Math.sqrt(Math.max(0, scatter.toNumber() / (n * (n - 1))));
  const contents = defective <= plan.accept ? "pass" : "fail";
  const average = reaches ? "pass" : "fail";
  return {
    ...plan,
    defective,
    contents,
    mean: sum.div(n),
    deviation,
    meanLimit: limits.nominal.toNumber() - Number(plan.factor) * deviation,
    average,
    verdict: contents === "pass" && average === "pass" ? "pass" : "fail",
  };
}

/**
 * Which packages of a batch are looked at: drawn at random, as the law wants it, and again the same with the same seed, so that
 * others can follow it. Indexes from 0, in the order in which they were drawn.
 */
export function drawSample(batch: number, sample: number, seed: number): number[] {
  let state = seed >>> 0;
  const below = (bound: number) => {
    // Mulberry32 (Tommy Ettinger, public domain).
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
  // Fisher and Yates, as far as it is needed; places that were never touched hold their own number.
  const moved = new Map<number, number>();
  return Array.from({ length: Math.min(batch, sample) }, (_, index) => {
    const other = index + below(batch - index);
    const drawn = moved.get(other) ?? other;
    moved.set(other, moved.get(index) ?? index);
    return drawn;
  });
}
