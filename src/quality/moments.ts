// Of the values from `from` on and before `to`; of all where neither is said.

/** Mean; NaN of nothing. */
export function meanOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  return sumOf(values, from, to) / (to - from);
}

/** Added up one after the other. */
export function sumOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at] ?? 0;
  return sum;
}

/** Standard deviation of a sample (n - 1), around the mean, so that nothing cancels out; NaN below two values. */
export function deviationOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  const mean = meanOf(values, from, to);
  let squares = 0;
  for (let at = from; at < to; at++) squares += ((values[at] ?? 0) - mean) ** 2;
  return to - from < 2 ? Number.NaN : Math.sqrt(squares / (to - from - 1));
}

/** The differences of neighbours, without their sign: one fewer than values. */
export function movingRanges(values: ArrayLike<number>): Float64Array {
  const ranges = new Float64Array(Math.max(0, values.length - 1));
  for (let at = 0; at < ranges.length; at++) ranges[at] = Math.abs((values[at + 1] ?? 0) - (values[at] ?? 0));
  return ranges;
}
