import type { Bag } from "../../../records/bags/bag-view.ts";

/** A scale's rate is that of its bags within this time. */
export const rateWindowMs = 60 * 60_000;
const timesMax = 500;

/** When each scale weighed, newest first, for as long as the rates look back. */
export type WeighTimes = ReadonlyMap<number, readonly number[]>;

/** @param bags in any order; a bag that was taken before must not be given again. */
export function addBags(
  times: WeighTimes,
  bags: readonly Pick<Bag, "scale" | "weighed_at">[],
  now: number,
): WeighTimes {
  const added = new Map(times);
  for (const [scale, mine] of Map.groupBy(bags, (bag) => bag.scale)) {
    const all = [...(times.get(scale) ?? []), ...mine.map((bag) => Date.parse(bag.weighed_at))];
    const recent = all.filter((at) => now - at < rateWindowMs).sort((a, b) => b - a);
    added.set(scale, recent.slice(0, timesMax));
  }
  return added;
}

/**
 * Bags an hour of one scale.
 *
 * @param since the moment from which on the times are complete.
 */
export function bagsPerHour(times: WeighTimes, scale: number, since: number, now: number): number {
  const all = times.get(scale) ?? [];
  const from = Math.max(since, now - rateWindowMs, all.length === timesMax ? (all.at(-1) ?? 0) : 0);
  const count = all.filter((at) => at >= from).length;
  return now > from ? (count * 3_600_000) / (now - from) : 0;
}

/** The share of a scale's frames that were rejected, 0…1; null where it sent none. */
export function rejectedShare({
  readings,
  rejected,
}: {
  readonly readings: number;
  readonly rejected: number;
}): number | null {
  const frames = readings + rejected;
  return frames === 0 ? null : rejected / frames;
}
