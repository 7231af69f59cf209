/** A value and its place on an axis, 0…1. */
export interface Mark {
  readonly at: number;
  readonly value: number;
}

const ticksMax = 9;

/** At most nine round values (1, 2 or 5 times a power of ten apart) from `min` to `max`. */
export function roundValues(min: number, max: number): number[] {
  const least = (max - min) / ticksMax;
  if (!(least > 0)) return [];
  const step = roundStep(least);
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  // Whole numbers times the step: added up, a step of 0.1 would drift.
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The first of 1, 2 and 5 times a power of ten that is not below `least`, which is above 0. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((each) => each >= least) ?? 10 * power;
}
