import { Big } from "big.js";
import { gramsOf } from "../../quality/grams.ts";
import { type Tally, tallyOf } from "../../quality/tally.ts";
import { type BagColumns, printedAs } from "./bags.ts";
import type { LimitsAnswer } from "./limits-schema.ts";

/** A limit that single bags are compared with. */
export interface Limit {
  readonly name: LimitsAnswer["limits"][number]["name"];
  readonly grams: Big;
  readonly side: "below" | "above";
}

/** What the bags of a question are together. */
export interface Sums {
  readonly bags: number;
  /** Grams. */
  readonly mean: Big;
  readonly deviation: number | null;
  readonly isMeanAtLeast: (grams: Big) => boolean;
}

/** How often each weight was printed, by the way in which it was printed: unit and decimals. */
export type Printed = ReadonlyMap<number, Tally>;

/** Counted by what was printed. A scale prints some hundreds of different weights, whatever the number of bags. */
export function tallyPrinted({ printed, kinds }: BagColumns): Printed {
  const first = kinds[0];
  if (first === undefined) return new Map();
  if (kinds.every((kind) => kind === first)) return new Map([[first, tallyOf(printed)]]);
  const each = [...new Set(kinds)].sort((a, b) => a - b);
  return new Map(each.map((kind) => [kind, tallyOf(printed.filter((_, place) => kinds[place] === kind))]));
}

/** What was printed in grams, exact. */
export function printedGrams(printed: number | bigint, kind: number): Big {
  const { unit, decimals } = printedAs(kind);
  return gramsOf(`${printed}e-${decimals}`, unit);
}

/** Of all bags, exact. @returns null where there are none. */
export function sumsOf(printed: Printed): Sums | null {
  let [bags, sum, squares] = [0, new Big(0), new Big(0)];
  for (const [kind, tally] of printed) {
    let [own, ownSquares] = [0n, 0n];
    for (const [index, value] of tally.values.entries()) {
      const [whole, count] = [BigInt(value), BigInt(tally.counts[index] ?? 0)];
      own += whole * count;
      ownSquares += whole * whole * count;
    }
    const one = printedGrams(1, kind);
    bags += tally.n;
    sum = sum.plus(one.times(own.toString()));
    squares = squares.plus(one.times(one).times(ownSquares.toString()));
  }
  if (bags === 0) return null;
  const scatter = squares.times(bags).minus(sum.times(sum)).toNumber();
  const all = sum;
  return {
    bags,
    mean: all.div(bags),
    deviation: bags < 2 ? null : Math.sqrt(Math.max(0, scatter) / (bags * (bags - 1))),
    isMeanAtLeast: (grams) => all.gte(grams.times(bags)),
  };
}

/** How many bags lie beyond a limit; exact, by multiplications alone. */
export function countBeyond(printed: Printed, { grams, side }: Limit): number {
  let count = 0;
  for (const [kind, { values, counts }] of printed) {
    const isBelow = (value: number) => {
      const weight = printedGrams(value, kind);
      // Of an upper limit those that are not above it are on the near side.
      return side === "below" ? weight.lt(grams) : weight.lte(grams);
    };
    const border = placeOf(values, isBelow);
    const beyond = side === "below" ? counts.subarray(0, border) : counts.subarray(border);
    count += beyond.reduce((sum, each) => sum + each, 0);
  }
  return count;
}

/** The first place at which it no longer holds; it holds from the first value up to there. */
function placeOf(values: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
