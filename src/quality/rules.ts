// When points of a chart say that something has changed.
import type { Limits, Points } from "./charts.ts";

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

interface Rule {
  /** What it says, for people. */
  readonly says: string;
  /**
   * Signals a point of a process in control, normal and independent, as counted here over 2,000,000 points: how many false
   * alarms to expect. A signal that goes on counts once.
   */
  readonly falseAlarms: number;
  /**
   * The points up to `last` that make a signal there; null: none does.
   *
   * @param z how many standard deviations of a point each is away from the centre.
   */
  readonly find: (z: ArrayLike<number>, last: number) => Omit<Signal, "rule"> | null;
}

// Western Electric and Nelson have these three alike.
const oneBeyond3: Rule = { says: "1 point beyond 3 σ", falseAlarms: 0.0027, find: beyond(1, 1, 3) };
const twoBeyond2: Rule = {
  says: "2 of 3 points beyond 2 σ on one side",
  falseAlarms: 0.002,
  find: beyond(2, 3, 2),
};
const fourBeyond1: Rule = {
  says: "4 of 5 points beyond 1 σ on one side",
  falseAlarms: 0.0034,
  find: beyond(4, 5, 1),
};

/** Each rule, with the false alarms that it gives per point of a process in control. */
export const rules: Readonly<Record<RuleName, Rule>> = {
  we1: oneBeyond3,
  we2: twoBeyond2,
  we3: fourBeyond1,
  we4: { says: "8 points in a row on one side", falseAlarms: 0.0039, find: beyond(8, 8, 0) },
  nelson1: oneBeyond3,
  nelson2: { says: "9 points in a row on one side", falseAlarms: 0.002, find: beyond(9, 9, 0) },
  nelson3: { says: "6 points in a row rising, or falling", falseAlarms: 0.0024, find: trend(6) },
  nelson4: { says: "14 points in a row up and down by turns", falseAlarms: 0.0016, find: turns(14) },
  nelson5: twoBeyond2,
  nelson6: fourBeyond1,
  nelson7: {
    says: "15 points in a row within 1 σ",
    falseAlarms: 0.001,
    find: each(15, (z) => Math.abs(z) < 1),
  },
  nelson8: {
    says: "8 points in a row beyond 1 σ, on both sides",
    falseAlarms: 0.0001,
    find: each(8, (z) => Math.abs(z) > 1),
  },
};

/**
 * The signals of a chart of means or single values, those that begin first first.
 *
 * Zones are parts of each point's own limits, so that the chart's unit and the sizes of subgroups do not matter.
 */
export function signalsOf({ values, limits }: Points, chosen: readonly RuleName[]): Signal[] {
  if (chosen.length === 0) return [];
  const z = new Float64Array(values.length);
  for (let index = 0; index < z.length; index++) {
    z[index] = standardised(values[index] ?? 0, limits(index));
  }
  return chosen
    .flatMap((rule) => joined(rule, z))
    .sort((a, b) => (a.points[0] ?? 0) - (b.points[0] ?? 0) || a.rule.localeCompare(b.rule));
}

/** How many standard deviations a point is away from its centre; below it: negative. */
export function standardised(value: number, { center, upper }: Pick<Limits, "center" | "upper">): number {
  return (3 * (value - center)) / (upper - center);
}

/** The points of a chart that are beyond their own limits: the one rule for ranges, EWMA and the like. */
export function beyondLimits({ values, limits }: Points): { readonly point: number; readonly side: Side }[] {
  const found: { point: number; side: Side }[] = [];
  for (let point = 0; point < values.length; point++) {
    const value = values[point] ?? 0;
    const { lower, upper } = limits(point);
    if (value > upper) found.push({ point, side: "above" });
    else if (value < lower) found.push({ point, side: "below" });
  }
  return found;
}

/** What overlaps is one signal that goes on. */
function joined(rule: RuleName, z: ArrayLike<number>): Signal[] {
  const found: { rule: RuleName; side: Side; points: number[] }[] = [];
  for (let last = 0; last < z.length; last++) {
    const now = rules[rule].find(z, last);
    if (now === null) continue;
    const before = found.at(-1);
    const end = before?.points.at(-1) ?? -1;
    const goesOn = before !== undefined && before.side === now.side && (now.points[0] ?? 0) <= end;
    if (goesOn) before.points.push(...now.points.filter((point) => point > end));
    else found.push({ rule, side: now.side, points: [...now.points] });
  }
  return found;
}

/** At least `wanted` of the last `of` points more than `away` σ from the centre on one side, the last one among them. */
function beyond(wanted: number, of: number, away: number): Rule["find"] {
  return (z, last) => {
    const newest = z[last] ?? 0;
    if (Math.abs(newest) <= away) return null;
    const side = newest > 0 ? 1 : -1;
    // Those that are not out are counted, newest first: nearly always there are soon too many.
    let misses = of - Math.min(of, last + 1);
    for (let point = last; point > last - of && point >= 0; point--) {
      if (!((z[point] ?? 0) * side > away) && ++misses > of - wanted) return null;
    }
    if (misses > of - wanted) return null;
    const isOut = (point: number) => (z[point] ?? 0) * side > away;
    return { side: side > 0 ? "above" : "below", points: windowOf(last, of).filter(isOut) };
  };
}

function each(count: number, holds: (z: number) => boolean): Rule["find"] {
  return (z, last) => {
    if (!isEvery(last, count, (point) => holds(z[point] ?? 0))) return null;
    const points = windowOf(last, count);
    return { side: sideOf(points.map((point) => z[point] ?? 0)), points };
  };
}

function trend(count: number): Rule["find"] {
  return (z, last) => {
    const step = (point: number) => (z[point] ?? 0) - (z[point - 1] ?? 0);
    const way = Math.sign(step(last));
    if (way === 0 || last < count - 1) return null;
    if (!isEvery(last, count - 1, (point) => step(point) * way > 0)) return null;
    return { side: way > 0 ? "above" : "below", points: windowOf(last, count) };
  };
}

function turns(count: number): Rule["find"] {
  return (z, last) => {
    const step = (point: number) => (z[point] ?? 0) - (z[point - 1] ?? 0);
    if (last < count - 1 || !isEvery(last, count - 2, (point) => step(point) * step(point - 1) < 0))
      return null;
    return { side: null, points: windowOf(last, count) };
  };
}

/** Whether there are `count` points up to `last`, and all of them are so; looks at the newest first. */
function isEvery(last: number, count: number, holds: (point: number) => boolean): boolean {
  if (last < count - 1) return false;
  for (let point = last; point > last - count; point--) if (!holds(point)) return false;
  return true;
}

/** The last `count` points up to `last`; fewer where there are not so many. */
function windowOf(last: number, count: number): number[] {
  const first = Math.max(0, last - count + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function sideOf(values: readonly number[]): Side {
  if (values.every((value) => value > 0)) return "above";
  return values.every((value) => value < 0) ? "below" : null;
}
