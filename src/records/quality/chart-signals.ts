import { z } from "zod";
import type { Points } from "../../quality/charts.ts";
import type { Cusum } from "../../quality/cusum.ts";
import { createFound, type Found } from "../../quality/found.ts";
import { beyondLimits, type RuleName, ruleNames, rules, type Side, signalsOf } from "../../quality/rules.ts";
import type { Bags } from "./bags.ts";
import type { Subgroups } from "./subgroups.ts";

/** Points that an answer shows; limits and signals are of all of them. */
export const pointsMax = 1_000;
export const signalsMax = 500;
/** Each point at which a sum is over its limit is a signal: all that grow from one point on would have all of these. */
const pointsOfSumMax = 100;

/** A signal as an answer shows it. */
export const signalSchema = z.object({
  rule: z.enum([...ruleNames, "limits"]),
  says: z.string(),
  of: z.enum(["location", "dispersion"]),
  side: z.enum(["above", "below"]).nullable(),
  points: z
    .array(z.int())
    .describe(
      `Indexes of the points that make it; of one that goes on the last ${pointsMax}, of a sum (cusum) the last ${pointsOfSumMax}.`,
    ),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

/** A signal of a chart before it is shown: there may be many thousands, of which the last are. */
export interface FoundSignal {
  readonly rule: RuleName | "limits";
  readonly says: string;
  readonly of: "location" | "dispersion";
  readonly side: Side;
  readonly first: number;
  readonly last: number;
  /** null: all from the first to the last. */
  readonly points: readonly number[] | null;
}

/** The signals of a chart of means or single values and of its spread, those that begin first first. */
export function shewhartSignals(
  location: Points,
  chosen: readonly RuleName[],
  dispersion: Points,
  dispersionFrom: number,
): Found<FoundSignal> {
  const ofRules = signalsOf(location, chosen, signalsMax);
  const ofLimits = limitSignals(dispersion, "dispersion", dispersionFrom);
  const shown = ofRules.last.map(
    ({ rule, side, points }): FoundSignal => ({
      rule,
      says: rules[rule].says,
      of: "location",
      side,
      first: points[0] ?? 0,
      last: points.at(-1) ?? 0,
      points,
    }),
  );
  return {
    total: ofRules.total + ofLimits.total,
    last: [...shown, ...ofLimits.last].sort((a, b) => a.first - b.first).slice(-signalsMax),
  };
}

/** Points beyond their own limits. @param from the place of the first one among the chart's points. */
export function limitSignals(points: Points, of: FoundSignal["of"], from: number): Found<FoundSignal> {
  const { total, last } = beyondLimits(points, signalsMax);
  const shown = last.map(
    ({ point, side }): FoundSignal => ({
      rule: "limits",
      says: "1 point beyond its limits",
      of,
      side,
      first: point + from,
      last: point + from,
      points: null,
    }),
  );
  return { total, last: shown };
}

/** Sums over their limit, each with the points since it grows. */
export function sumSignals({ above, below, limit, risingFor, fallingFor }: Cusum): Found<FoundSignal> {
  const found = createFound<FoundSignal>(signalsMax);
  const add = (side: "above" | "below", last: number, since: number) =>
    found.add({
      rule: "limits",
      says: "the sum of what lies beyond the slack is over its limit; it grows since the first of these points",
      of: "location",
      side,
      first: last - since + 1,
      last,
      points: null,
    });
  for (let point = 0; point < above.length; point++) {
    if ((above[point] ?? 0) > limit) add("above", point, risingFor[point] ?? 0);
    if ((below[point] ?? 0) > limit) add("below", point, fallingFor[point] ?? 0);
  }
  return found.all();
}

/** As an answer shows them. */
export function showSignals(
  found: readonly FoundSignal[],
  bags: Bags,
  groups: Subgroups,
): z.output<typeof signalSchema>[] {
  const begin = firstTimes(bags, groups);
  return found.map(({ rule, says, of, side, first, last, points }) => ({
    rule,
    says,
    of,
    side,
    points: points?.slice(-pointsMax) ?? upTo(last, Math.min(last - first + 1, pointsOfSumMax)),
    from: new Date(begin(first, last)).toISOString(),
    to: new Date(lastTime(bags, groups, last)).toISOString(),
  }));
}

/** When the last bag of a subgroup was weighed, in milliseconds. They are in the order of these. */
export function lastTime({ times }: Bags, { members, starts }: Subgroups, group: number): number {
  return times[members[(starts[group + 1] ?? 0) - 1] ?? 0] ?? 0;
}

/** When the first bag of a subgroup was weighed, in milliseconds. */
export function firstTime({ times }: Bags, { members, starts }: Subgroups, group: number): number {
  return times[members[starts[group] ?? 0] ?? 0] ?? 0;
}

/**
 * When the first bag of some points was weighed; of several scales it need not be in the first of them. Signals that began together
 * are looked through once: those of a sum that grows over 100,000 points have 100,000 each.
 */
function firstTimes(bags: Bags, groups: Subgroups): (first: number, last: number) => number {
  let [from, through, earliest] = [-1, -1, Number.POSITIVE_INFINITY];
  return (first, last) => {
    if (first !== from || last < through) {
      [from, through, earliest] = [first, first - 1, Number.POSITIVE_INFINITY];
    }
    while (through < last) earliest = Math.min(earliest, firstTime(bags, groups, ++through));
    return earliest;
  };
}

function upTo(last: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => last - count + 1 + index);
}
