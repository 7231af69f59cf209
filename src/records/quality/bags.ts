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
export function chosenOf(bags: BagColumns, isWanted: (place: number) => boolean): BagColumns {
  const places = inSteps(bags.length, 1).filter(isWanted);
  return {
    length: places.length,
    ids: Float64Array.from(places, (place) => bags.ids[place] ?? 0),
    jobs: Int32Array.from(places, (place) => bags.jobs[place] ?? 0),
    scales: Int32Array.from(places, (place) => bags.scales[place] ?? 0),
    times: Float64Array.from(places, (place) => bags.times[place] ?? 0),
    pounds: Float64Array.from(places, (place) => bags.pounds[place] ?? 0),
    printed: Float64Array.from(places, (place) => bags.printed[place] ?? 0),
    kinds: Uint8Array.from(places, (place) => bags.kinds[place] ?? 0),
  };
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

/** Several parts as one. @param parts each in the order of weighing. */
export function mergeBags(parts: readonly BagColumns[]): Bags {
  const lanes = lanesOf(parts);
  const all = newColumns(parts.reduce((sum, { length }) => sum + length, 0));
  const ends = [0];
  let at = 0;
  for (const lane of lanes) {
    for (const part of lane) {
      copyInto(all, part, at);
      at += part.length;
    }
    ends.push(at);
  }
  return { ...all, order: mergedOrder(all, ends) };
}

/** Parts that follow each other in time, as the jobs of a station do, need no merging: few lanes remain, one a station. */
function lanesOf(parts: readonly BagColumns[]): BagColumns[][] {
  const lanes: BagColumns[][] = [];
  const inOrder = parts.filter(({ length }) => length > 0).sort((a, b) => compare(a, 0, b, 0));
  for (const part of inOrder) {
    const lane = lanes.find((each) => {
      const last = each.at(-1);
      return last !== undefined && compare(last, last.length - 1, part, 0) < 0;
    });
    if (lane === undefined) lanes.push([part]);
    else lane.push(part);
  }
  return lanes;
}

function compare(a: BagColumns, placeInA: number, b: BagColumns, placeInB: number): number {
  return (
    (a.times[placeInA] ?? 0) - (b.times[placeInB] ?? 0) || (a.ids[placeInA] ?? 0) - (b.ids[placeInB] ?? 0)
  );
}

/** Neighbouring lanes are merged, and merged again, until one is left. @param ends of the lanes, 0 first. */
function mergedOrder({ length, times, ids }: BagColumns, ends: readonly number[]): Uint32Array {
  let from: Uint32Array = inSteps(length, 1);
  let to: Uint32Array = new Uint32Array(length);
  let left = ends;
  while (left.length > 2) {
    const merged = [0];
    for (let lane = 0; lane < left.length - 1; lane += 2) {
      const [start = 0, middle = length, end = middle] = left.slice(lane, lane + 3);
      let [at, a, b] = [start, start, middle];
      while (a < middle && b < end) {
        const [first, second] = [from[a] ?? 0, from[b] ?? 0];
        const apart = (times[first] ?? 0) - (times[second] ?? 0) || (ids[first] ?? 0) - (ids[second] ?? 0);
        to[at++] = apart < 0 ? first : second;
        if (apart < 0) a++;
        else b++;
      }
      to.set(from.subarray(a, middle), at);
      to.set(from.subarray(b, end), at + middle - a);
      merged.push(end);
    }
    [from, to] = [to, from];
    left = merged;
  }
  return from;
}

function copyInto(all: BagColumns, part: BagColumns, at: number): void {
  all.ids.set(part.ids, at);
  all.jobs.set(part.jobs, at);
  all.scales.set(part.scales, at);
  all.times.set(part.times, at);
  all.pounds.set(part.pounds, at);
  all.printed.set(part.printed, at);
  all.kinds.set(part.kinds, at);
}
