// Values in subgroups: columns, because a million of them as arrays of arrays would take seconds.

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

// Over a million values it matters that each has a loop of its own, and that none makes an array for each round.

/** The mean of each subgroup. */
export function groupMeans(groups: Groups): Float64Array {
  const { values, starts } = groups;
  const means = new Float64Array(countOf(groups));
  for (let group = 0; group < means.length; group++) {
    const from = starts[group] ?? 0;
    const to = starts[group + 1] ?? 0;
    let sum = 0;
    for (let at = from; at < to; at++) sum += values[at] ?? 0;
    means[group] = sum / (to - from);
  }
  return means;
}

/** Largest less smallest of each subgroup. */
export function groupRanges(groups: Groups): Float64Array {
  const { values, starts } = groups;
  const ranges = new Float64Array(countOf(groups));
  for (let group = 0; group < ranges.length; group++) {
    const from = starts[group] ?? 0;
    const to = starts[group + 1] ?? 0;
    let low = values[from] ?? 0;
    let high = low;
    for (let at = from + 1; at < to; at++) {
      const value = values[at] ?? 0;
      if (value < low) low = value;
      else if (value > high) high = value;
    }
    ranges[group] = high - low;
  }
  return ranges;
}

/** The standard deviation (n - 1) of each subgroup; NaN of one value. */
export function groupDeviations(groups: Groups): Float64Array {
  const { values, starts } = groups;
  const deviations = groupMeans(groups);
  for (let group = 0; group < deviations.length; group++) {
    const from = starts[group] ?? 0;
    const to = starts[group + 1] ?? 0;
    const mean = deviations[group] ?? 0;
    let squares = 0;
    for (let at = from; at < to; at++) squares += ((values[at] ?? 0) - mean) ** 2;
    deviations[group] = Math.sqrt(squares / (to - from - 1));
  }
  return deviations;
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
