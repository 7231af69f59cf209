// When points of a chart say that something has changed.
import type { Limits, Points } from "./charts.ts";
import { createFound, type Found } from "./found.ts";

/** Western Electric's rules (1956) and Nelson's (1984). */
export const ruleNames = [
  "we1",
  "we2",
  "we3",
  "we4",
  "nelson1",
  "nelson2",
  "nelson3",
  "nelson4",
  "nelson5",
  "nelson6",
  "nelson7",
  "nelson8",
] as const;
export type RuleName = (typeof ruleNames)[number];

/** Those that are on where nobody chose: one point beyond its limits, and nine on one side. */
export const defaultRules: readonly RuleName[] = ["nelson1", "nelson2"];

/** Those that look only at sides and steps, so that they hold without a known spread. */
export const rulesWithoutSpread: readonly RuleName[] = ["we4", "nelson2", "nelson3", "nelson4"];

/** No rule looks at more points than these. */
export const longestWindow = 15;

/** Which way the points lie from the centre, or move; null: it is not one way. */
export type Side = "above" | "below" | null;

export interface Signal {
  readonly rule: RuleName;
  readonly side: Side;
  /** The points that make it, as indexes, in order. One that goes on is one signal, with all its points. */
  readonly points: readonly number[];
}

/** What a rule looks for in the points up to one, as z: how many standard deviations each is away from the centre. */
interface Pattern {
  /** How many points it looks at. */
  readonly of: number;
  /** To which side a signal there is; undefined: there is none. */
  readonly sideAt: (z: ArrayLike<number>, last: number) => Side | undefined;
  /** Whether a point among those that are looked at makes the signal. */
  readonly isIn: (z: ArrayLike<number>, point: number, side: Side) => boolean;
}

interface Rule extends Pattern {
  /** What it says, for people. */
  readonly says: string;
  /**
   * Signals a point of a process in control, normal and independent, as counted here over 2,000,000 points: how many false
   * alarms to expect. A signal that goes on counts once.
   */
  readonly falseAlarms: number;
  /** The points up to `last` that make a signal there; null: none does. */
  readonly find: (z: ArrayLike<number>, last: number) => Omit<Signal, "rule"> | null;
}

function rule(says: string, falseAlarms: number, pattern: Pattern): Rule {
  const find: Rule["find"] = (z, last) => {
    const side = pattern.sideAt(z, last);
    return side === undefined ? null : { side, points: pointsUpTo(pattern, z, last, side) };
  };
  return { says, falseAlarms, ...pattern, find };
}

// Western Electric and Nelson have these three alike.
const oneBeyond3 = rule("1 point beyond 3 σ", 0.0027, beyond(1, 1, 3));
const twoBeyond2 = rule("2 of 3 points beyond 2 σ on one side", 0.002, beyond(2, 3, 2));
const fourBeyond1 = rule("4 of 5 points beyond 1 σ on one side", 0.0034, beyond(4, 5, 1));

/** Each rule, with the false alarms that it gives per point of a process in control. */
export const rules: Readonly<Record<RuleName, Rule>> = {
  we1: oneBeyond3,
  we2: twoBeyond2,
  we3: fourBeyond1,
  we4: rule("8 points in a row on one side", 0.0039, beyond(8, 8, 0)),
  nelson1: oneBeyond3,
  nelson2: rule("9 points in a row on one side", 0.002, beyond(9, 9, 0)),
  nelson3: rule("6 points in a row rising, or falling", 0.0024, trend(6)),
  nelson4: rule("14 points in a row up and down by turns", 0.0016, turns(14)),
  nelson5: twoBeyond2,
  nelson6: fourBeyond1,
  nelson7: rule(
    "15 points in a row within 1 σ",
    0.001,
    each(15, (z) => Math.abs(z) < 1),
  ),
  nelson8: rule(
    "8 points in a row beyond 1 σ, on both sides",
    0.0001,
    each(8, (z) => Math.abs(z) > 1),
  ),
};

/**
 * The signals of a chart of means or single values, those that begin first first.
 *
 * Zones are parts of each point's own limits, so that the chart's unit and the sizes of subgroups do not matter.
 *
 * @param keep of each rule no more than its last so many are made.
 */
export function signalsOf(
  { values, limits }: Points,
  chosen: readonly RuleName[],
  keep = Number.POSITIVE_INFINITY,
): Found<Signal> {
  if (chosen.length === 0) return { total: 0, last: [] };
  const z = new Float64Array(values.length);
  for (let index = 0; index < z.length; index++) {
    z[index] = standardised(values[index] ?? 0, limits(index));
  }
  const found = chosen.map((name) => joined(name, z, keep));
  return {
    total: found.reduce((sum, { total }) => sum + total, 0),
    last: found
      .flatMap(({ last }) => last)
      .sort((a, b) => (a.points[0] ?? 0) - (b.points[0] ?? 0) || a.rule.localeCompare(b.rule)),
  };
}

/** How many standard deviations a point is away from its centre; below it: negative. */
export function standardised(value: number, { center, upper }: Pick<Limits, "center" | "upper">): number {
  return (3 * (value - center)) / (upper - center);
}

/**
 * The points of a chart that are beyond their own limits: the one rule for ranges, EWMA and the like.
 *
 * @param keep no more than the last so many are made.
 */
export function beyondLimits(
  { values, limits }: Points,
  keep = Number.POSITIVE_INFINITY,
): Found<{ readonly point: number; readonly side: Side }> {
  const found = createFound<{ readonly point: number; readonly side: Side }>(keep);
  for (let point = 0; point < values.length; point++) {
    const value = values[point] ?? 0;
    const { lower, upper } = limits(point);
    if (value > upper) found.add({ point, side: "above" });
    else if (value < lower) found.add({ point, side: "below" });
  }
  return found.all();
}

/** A signal while it is looked for: its points are made of the last ones only. */
interface Run {
  readonly side: Side;
  /** At which point it was found. */
  readonly begin: number;
  /** The last of its points. */
  end: number;
}

/** What overlaps is one signal that goes on. */
function joined(name: RuleName, z: ArrayLike<number>, keep: number): Found<Signal> {
  const { of, sideAt, isIn } = rules[name];
  const found = createFound<Run>(keep);
  let newest: Run | null = null;
  for (let last = 0; last < z.length; last++) {
    const side = sideAt(z, last);
    if (side === undefined) continue;
    // The last point of a signal is one of those that make it, so both have that one.
    if (newest !== null && newest.side === side && newest.end > last - of) {
      newest.end = last;
    } else {
      newest = { side, begin: last, end: last };
      found.add(newest);
    }
  }
  const { total, last: runs } = found.all();
  return { total, last: runs.map((run) => ({ rule: name, side: run.side, points: pointsOf(run) })) };

  function pointsOf({ side, begin, end }: Run): number[] {
    const points: number[] = [];
    for (let last = begin; last <= end; last++) {
      if (sideAt(z, last) !== side) continue;
      const first = Math.max((points.at(-1) ?? -1) + 1, last - of + 1);
      for (let point = first; point <= last; point++) if (isIn(z, point, side)) points.push(point);
    }
    return points;
  }
}

function pointsUpTo({ of, isIn }: Pattern, z: ArrayLike<number>, last: number, side: Side): number[] {
  const points: number[] = [];
  for (let point = Math.max(0, last - of + 1); point <= last; point++)
    if (isIn(z, point, side)) points.push(point);
  return points;
}

/** At least `wanted` of the last `of` points more than `away` σ from the centre on one side, the last one among them. */
function beyond(wanted: number, of: number, away: number): Pattern {
  return {
    of,
    sideAt(z, last) {
      const newest = z[last] ?? 0;
      if (!(Math.abs(newest) > away)) return undefined;
      const sign = newest > 0 ? 1 : -1;
      // Those that are not out are counted, newest first: nearly always there are soon too many.
      let misses = Math.max(0, of - last - 1);
      for (let point = last; point > last - of && point >= 0; point--) {
        if (!((z[point] ?? 0) * sign > away) && ++misses > of - wanted) return undefined;
      }
      return misses > of - wanted ? undefined : sign > 0 ? "above" : "below";
    },
    isIn: (z, point, side) => (z[point] ?? 0) * (side === "above" ? 1 : -1) > away,
  };
}

/** So many points in a row, each of which is so. */
function each(of: number, holds: (z: number) => boolean): Pattern {
  return {
    of,
    sideAt(z, last) {
      if (last < of - 1) return undefined;
      let isAbove = true;
      let isBelow = true;
      for (let point = last; point > last - of; point--) {
        const value = z[point] ?? 0;
        if (!holds(value)) return undefined;
        if (!(value > 0)) isAbove = false;
        if (!(value < 0)) isBelow = false;
      }
      return isAbove ? "above" : isBelow ? "below" : null;
    },
    isIn: () => true,
  };
}

/** So many points in a row, each above the one before, or each below. */
function trend(of: number): Pattern {
  return {
    of,
    sideAt(z, last) {
      const way = Math.sign(stepTo(z, last));
      if (way === 0 || last < of - 1) return undefined;
      for (let point = last; point > last - of + 1; point--)
        if (!(stepTo(z, point) * way > 0)) return undefined;
      return way > 0 ? "above" : "below";
    },
    isIn: () => true,
  };
}

/** So many points in a row, up and down by turns. */
function turns(of: number): Pattern {
  return {
    of,
    sideAt(z, last) {
      if (last < of - 1) return undefined;
      for (let point = last; point > last - of + 2; point--) {
        if (!(stepTo(z, point) * stepTo(z, point - 1) < 0)) return undefined;
      }
      return null;
    },
    isIn: () => true,
  };
}

function stepTo(z: ArrayLike<number>, point: number): number {
  return (z[point] ?? 0) - (z[point - 1] ?? 0);
}
