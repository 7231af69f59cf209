/** Mean; NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard deviation of a sample (n - 1), around the mean, so that nothing cancels out; NaN below two values. */
export function deviationOf(values: readonly number[], mean: number = meanOf(values)): number {
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1));
}

/** Largest less smallest; NaN of nothing. */
export function rangeOf(values: readonly number[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? Number.NaN : high - low;
}

/** The differences of neighbours, without their sign: one fewer than values. */
export function movingRanges(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
}
