import { type Tally, tallyOf } from "../../quality/tally.ts";
import { type Unit, units } from "../../weighing/units.ts";

/** Columns of bags: entry `i` of each is the same bag. A million of them as objects would take a second to make, and 100 MB. */
export interface BagColumns {
  readonly length: number;
  readonly ids: Float64Array;
  /** 0: it has none. */
  readonly jobs: Int32Array;
  readonly scales: Int32Array;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** Ten-thousandths of a pound: whole numbers, and exact as doubles. */
  readonly pounds: Float64Array;
  /** What was printed, as a whole number of its last decimal. */
  readonly printed: Float64Array;
  /** In which unit, and with how many decimals: `printedAs`. */
  readonly kinds: Uint8Array;
}

/** The bags of a question. */
export interface Bags extends BagColumns {
  /** Their places in the columns, in the order of weighing: sorting seven columns would take longer than all else. */
  readonly order: Uint32Array;
}

/** Parts of a pound in `pounds`. */
export const perPound = 10_000;

const decimalsMax = 15;

/** A unit and a number of decimals (0 to 15) as one number. */
export function kindOf(unit: Unit, decimals: number): number {
  return units.indexOf(unit) * (decimalsMax + 1) + decimals;
}

/** What a kind means. */
export function printedAs(kind: number): { readonly unit: Unit; readonly decimals: number } {
  const unit = units[Math.floor(kind / (decimalsMax + 1))];
  if (unit === undefined) throw new RangeError(`no unit has the number of kind ${kind}`);
  return { unit, decimals: kind % (decimalsMax + 1) };
}

/** Columns for so many bags, to be filled. */
export function newColumns(length: number): BagColumns {
  return {
    length,
    ids: new Float64Array(length),
    jobs: new Int32Array(length),
    scales: new Int32Array(length),
    times: new Float64Array(length),
    pounds: new Float64Array(length),
    printed: new Float64Array(length),
    kinds: new Uint8Array(length),
  };
}

/** The bags that are wanted, of some columns. */
export function chosenOf(
  bags: BagColumns,
  isWanted: (place: number, bags: BagColumns) => boolean,
): BagColumns {
  return bagsAt(
    bags,
    inSteps(bags.length, 1).filter((place) => isWanted(place, bags)),
  );
}

/** The bags at some places, in the order of these. */
export function bagsAt(bags: BagColumns, places: Uint32Array): BagColumns {
  const chosen = newColumns(places.length);
  for (let to = 0; to < places.length; to++) {
    const place = places[to] ?? 0;
    chosen.ids[to] = bags.ids[place] ?? 0;
    chosen.jobs[to] = bags.jobs[place] ?? 0;
    chosen.scales[to] = bags.scales[place] ?? 0;
    chosen.times[to] = bags.times[place] ?? 0;
    chosen.pounds[to] = bags.pounds[place] ?? 0;
    chosen.printed[to] = bags.printed[place] ?? 0;
    chosen.kinds[to] = bags.kinds[place] ?? 0;
  }
  return chosen;
}

/** Weights of bags in pounds. */
export function weightsAt({ pounds }: BagColumns, places: Uint32Array): Float64Array {
  const weights = new Float64Array(places.length);
  for (let at = 0; at < weights.length; at++) weights[at] = (pounds[places[at] ?? 0] ?? 0) / perPound;
  return weights;
}

/** Counted by weight, lb. */
export function tallyPounds({ pounds }: BagColumns): Tally {
  const { values, counts, n } = tallyOf(pounds);
  return { values: values.map((value) => value / perPound), counts, n };
}

/** 0, and so many numbers with this step. */
export function inSteps(length: number, step: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let index = 0; index < length; index++) numbers[index] = index * step;
  return numbers;
}

/** Bags whose columns are in order lane by lane, in the order of weighing. @param ends of the lanes, 0 first. */
export function inOrder(columns: BagColumns, ends: readonly number[]): Bags {
  return { ...columns, order: mergedOrder(columns, ends) };
}

/** Bags with a few more. @param more each in the order of weighing. */
export function withMore(bags: Bags, more: readonly BagColumns[]): Bags {
  const added = more.filter(({ length }) => length > 0);
  if (added.length === 0) return bags;
  const all = newColumns(added.reduce((sum, { length }) => sum + length, bags.length));
  copyInto(all, bags, 0);
  const ends = [0, bags.length];
  for (const part of added) {
    const at = ends.at(-1) ?? 0;
    copyInto(all, part, at);
    ends.push(at + part.length);
  }
  const order = inSteps(all.length, 1);
  order.set(bags.order);
  return { ...all, order: mergedOrder(all, ends, order) };
}

/** Whether a bag was weighed before another one. */
export function isBefore({ times, ids }: BagColumns, place: number, other: number): boolean {
  return ((times[place] ?? 0) - (times[other] ?? 0) || (ids[place] ?? 0) - (ids[other] ?? 0)) < 0;
}

/**
 * Neighbouring lanes are merged, and merged again, until one is left.
 *
 * @param ends of the lanes, 0 first.
 * @param order in which each lane is in order; changed.
 */
function mergedOrder(
  columns: BagColumns,
  ends: readonly number[],
  order = inSteps(columns.length, 1),
): Uint32Array {
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(order.length);
  let left = ends;
  while (left.length > 2) {
    const merged = [0];
    for (let lane = 0; lane < left.length - 1; lane += 2) {
      const [start = 0, middle = order.length, end = middle] = left.slice(lane, lane + 3);
      mergeTwo(columns, from, to, start, middle, end);
      merged.push(end);
    }
    [from, to] = [to, from];
    left = merged;
  }
  return from;
}

function mergeTwo(
  { times, ids }: BagColumns,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let [at, a, b] = [start, start, middle];
  while (a < middle && b < end) {
    const first = from[a] ?? 0;
    const second = from[b] ?? 0;
    const apart = (times[first] ?? 0) - (times[second] ?? 0) || (ids[first] ?? 0) - (ids[second] ?? 0);
    to[at++] = apart < 0 ? first : second;
    if (apart < 0) a++;
    else b++;
  }
  to.set(from.subarray(a, middle), at);
  to.set(from.subarray(b, end), at + middle - a);
}

/** Copies bags to a place on in columns that have room for them. */
export function copyInto(all: BagColumns, part: BagColumns, at: number): void {
  all.ids.set(part.ids, at);
  all.jobs.set(part.jobs, at);
  all.scales.set(part.scales, at);
  all.times.set(part.times, at);
  all.pounds.set(part.pounds, at);
  all.printed.set(part.printed, at);
  all.kinds.set(part.kinds, at);
}

/** The first bags of columns. */
export function firstOf(columns: BagColumns, length: number): BagColumns {
  return {
    length,
    ids: columns.ids.subarray(0, length),
    jobs: columns.jobs.subarray(0, length),
    scales: columns.scales.subarray(0, length),
    times: columns.times.subarray(0, length),
    pounds: columns.pounds.subarray(0, length),
    printed: columns.printed.subarray(0, length),
    kinds: columns.kinds.subarray(0, length),
  };
}
