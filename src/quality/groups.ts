// Values in subgroups: columns, because a million of them as arrays of arrays would take seconds.
import { deviationOf, meanOf, rangeOf } from "./moments.ts";

/** Values in subgroups: those of one stand beside each other, subgroup behind subgroup. */
export interface Groups {
  readonly values: Float64Array;
  /** Where each subgroup begins in `values`, and at last their end: one number more than there are subgroups. */
  readonly starts: Uint32Array;
}

/** How many subgroups there are. */
export function countOf({ starts }: Groups): number {
  return starts.length - 1;
}

/** How many values a subgroup has. */
export function sizeOf({ starts }: Groups, group: number): number {
  return (starts[group + 1] ?? 0) - (starts[group] ?? 0);
}

/** The different sizes of the subgroups. */
export function sizesOf(groups: Groups): ReadonlySet<number> {
  const sizes = new Set<number>();
  for (let group = 0; group < countOf(groups); group++) sizes.add(sizeOf(groups, group));
  return sizes;
}

/** The mean of each subgroup. */
export function groupMeans(groups: Groups): Float64Array {
  return ofEach(groups, meanOf);
}

/** Largest less smallest of each subgroup. */
export function groupRanges(groups: Groups): Float64Array {
  return ofEach(groups, rangeOf);
}

/** The standard deviation (n - 1) of each subgroup; NaN of one value. */
export function groupDeviations(groups: Groups): Float64Array {
  return ofEach(groups, deviationOf);
}

/** A figure that depends on the size alone, worked out once for each size. */
export function bySize<T>(work: (size: number) => T): (size: number) => T {
  const known = new Map<number, T>();
  let [lastSize, last] = [Number.NaN, undefined as T | undefined];
  return (size) => {
    if (size === lastSize && last !== undefined) return last;
    const found = known.get(size) ?? work(size);
    known.set(size, found);
    [lastSize, last] = [size, found];
    return found;
  };
}

function ofEach(
  groups: Groups,
  work: (values: Float64Array, from: number, to: number) => number,
): Float64Array {
  const { values, starts } = groups;
  const found = new Float64Array(countOf(groups));
  for (let group = 0; group < found.length; group++) {
    found[group] = work(values, starts[group] ?? 0, starts[group + 1] ?? 0);
  }
  return found;
}
