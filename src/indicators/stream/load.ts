import type { Stand } from "./still-watch.ts";

/** A weight at which a load stood still. */
export interface Rest {
  level: number;
  /** Since when it stands at this level, and since when at about this one (`tolerance`). */
  readonly sinceMs: number;
  readonly aboutSinceMs: number;
  untilMs: number;
  /** Number of the last sample that belongs to it. */
  until: number;
  /** The indicator marked it as stable. */
  isMarked: boolean;
  /** What it was, as sent; null as long as it goes on. */
  text: string | null;
}

/** What is on the platform. Weights in millionths. */
export interface Load {
  readonly loadedAtMs: number;
  /** What the platform showed before it. */
  readonly base: number;
  peak: number;
  peakText: string | null;
  samples: number;
  /** The last one; null: it did not settle yet. */
  rest: Rest | null;
  /** It is at rest now. */
  isStill: boolean;
  /** Rests before the last one, at clearly other weights. */
  readonly earlier: Rest[];
  /** The lowest weight since the last rest. */
  low: number;
  lowAtMs: number;
  /** Since the last rest: when it was above half of it for the last time before it fell below; null: it is above. */
  halfSinceMs: number | null;
  aboveHalfAtMs: number;
  /** For how long at most it was below. */
  halfMs: number;
  /** Since the last rest there was much more on it: what is taken off again makes the weight swing below what stays. */
  wasHeavier: boolean;
  /** It counts already. */
  isCommitted: boolean;
  wasOver: boolean;
  /** What it is if it leaves before it settles. */
  failsAs: "not_settled" | "unit_changed";
}

export function newLoad(loadedAtMs: number, base: number): Load {
  return {
    loadedAtMs,
    base,
    peak: Number.NEGATIVE_INFINITY,
    peakText: null,
    samples: 0,
    rest: null,
    isStill: false,
    earlier: [],
    low: Number.POSITIVE_INFINITY,
    lowAtMs: loadedAtMs,
    halfSinceMs: null,
    aboveHalfAtMs: loadedAtMs,
    halfMs: 0,
    wasHeavier: false,
    isCommitted: false,
    wasOver: false,
    failsAs: "not_settled",
  };
}

/** Nobody takes more than a fifth out of a bag by hand. */
const keptShare = 0.8;
/** A load that is touched or pushed up does not lose half its weight. */
const liftedShare = 0.5;
/** What was only touched weighs the same again, or so many divisions more or less. */
const backDivisions = 3;
/** How far above the lowest weight, as a share of the load, it is another load that comes. */
const risenShare = 0.25;
/** A load of half as much again is not a bag that was topped up, if what was added leaves by itself. */
const secondLoadShare = 1.5;
const earlierMax = 8;

/** Two weights of one load differ by less: what noise, creeping and handling do. */
export function tolerance(level: number, division: number): number {
  return Math.max(5 * division, 0.01 * Math.abs(level));
}

/**
 * What a load is that stood still, moved, and stands still again without having left.
 *
 * - `same`: it kept 80 % of its weight all the time (topped up, something taken out, touched), or it lost less than half, or
 *   more for an instant, and came back to the same weight (touched, lifted at an edge, stepped on).
 * - `uncovered`: it weighs what it weighed before something else was put on top, which is gone again.
 * - an earlier rest: what left is the load that stood there first; a second one had been put beside it.
 * - `left`: it is another load.
 */
export function compared(
  load: Load,
  rest: Rest,
  { level, range }: Pick<Stand, "level" | "range">,
  division: number,
  instantMs: number,
): "same" | "uncovered" | "left" | Rest {
  const full = rest.level - load.base;
  const kept = (Math.min(load.low, level) - load.base) / full;
  const near = tolerance(full, division);
  const isBack = Math.abs(level - rest.level) <= Math.max(backDivisions * division, range);
  if (kept >= keptShare || (isBack && (kept >= liftedShare || load.halfMs < instantMs))) return "same";
  const covered = load.earlier.filter((one) => full >= secondLoadShare * (one.level - load.base));
  const gone = covered.findLast((one) => Math.abs(rest.level - level - (one.level - load.base)) <= near);
  if (gone !== undefined) return gone;
  return covered.some((one) => Math.abs(one.level - level) <= near) ? "uncovered" : "left";
}

/** Notes that a load moves on from a rest to one at another weight. */
export function moveOn(load: Load, division: number, level: number): void {
  const { rest } = load;
  if (rest === null || Math.abs(rest.level - level) <= tolerance(rest.level - load.base, division)) return;
  load.earlier.push(rest);
  if (load.earlier.length > earlierMax) load.earlier.shift();
}

/** Notes a weight of a load that had settled and moves. */
export function stirred(load: Load, rest: Rest, atMs: number, weight: number): void {
  if (weight - load.base >= secondLoadShare * (rest.level - load.base)) load.wasHeavier = true;
  if (weight < load.low) {
    load.low = weight;
    load.lowAtMs = atMs;
  }
  if (weight - load.base < liftedShare * (rest.level - load.base)) {
    load.halfSinceMs ??= load.aboveHalfAtMs;
    return;
  }
  if (load.halfSinceMs !== null) load.halfMs = Math.max(load.halfMs, atMs - load.halfSinceMs);
  load.halfSinceMs = null;
  load.aboveHalfAtMs = atMs;
}

/** Whether it comes up again from below half of what it was: it is another load, although the platform was never empty. */
export function isReplaced(load: Load, rest: Rest, weight: number, instantMs: number): boolean {
  const risen = weight - load.low >= risenShare * (rest.level - load.base);
  return load.halfMs >= instantMs && load.halfSinceMs === null && risen;
}

/** Whether a load that had settled was about to leave when the samples ended. */
export function isLeaving(load: Load): boolean {
  return !load.isStill && load.halfSinceMs !== null;
}
