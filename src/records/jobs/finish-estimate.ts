/** Fewer intervals are no basis for an estimate. */
const intervalsMin = 5;
/** A pause as long as so many bags is no longer work. */
const breakFactor = 4;
const breakMinMs = 60_000;
/** How many of the last intervals an estimate is made of. */
export const intervalsMax = 20;

/**
 * When a job will be complete at its present pace; null if that cannot be estimated: too few bags, or none for a while.
 *
 * The pace is that of the last bags, breaks left out. Scales that print together make intervals of nothing between the
 * real ones, so it is a mean, not a median; and what is a break is measured by the longer ones of them.
 *
 * @param weighedAt of the job's last bags, in any order; milliseconds since the epoch, as `now` and the result.
 * @param remaining bags that are still wanted.
 */
export function estimateFinish(weighedAt: readonly number[], remaining: number, now: number): number | null {
  const times = [...weighedAt].sort((a, b) => a - b).slice(-(intervalsMax + 1));
  const last = times.at(-1);
  const intervals = times.slice(1).map((at, index) => at - (times[index] ?? at));
  if (last === undefined || remaining <= 0 || intervals.length < intervalsMin) return null;
  const upperQuartile = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length * 0.75)] ?? 0;
  const breakMs = Math.max(upperQuartile * breakFactor, breakMinMs);
  const atWork = intervals.filter((interval) => interval <= breakMs);
  const pace = atWork.reduce((sum, interval) => sum + interval, 0) / atWork.length;
  if (atWork.length < intervalsMin || pace === 0 || now - last > breakMs) return null;
  // The next bag is due a pace after the last one; where it is late, it is due now.
  return Math.round(Math.max(now, last + pace) + (remaining - 1) * pace);
}
