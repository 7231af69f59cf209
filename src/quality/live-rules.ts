// The rules of control charts on single bags, fed as they are weighed: what signalsOf says of a whole chart, bag by bag.
import { longestWindow, type RuleName, rules, rulesWithoutSpread, type Side, standardised } from "./rules.ts";

/** What bags are compared with. */
export interface LiveLevel {
  /** In the unit of the values. */
  readonly center: number;
  /** Standard deviation of single values; null: not known yet, so only rules that need none are looked for. */
  readonly sigma: number | null;
}

/** A signal that may go on. The evaluator changes it as bags come. */
export interface LiveSignal<Bag> {
  readonly rule: RuleName;
  readonly side: Side;
  readonly first: Bag;
  last: Bag;
  /** How many bags make it. */
  points: number;
  /** These bags, oldest first; of many the last `shownMax`. */
  shown: readonly Bag[];
  /** The bag weighed last is one of them. */
  goesOn: boolean;
}

/** Points of a signal that are kept to be shown. */
const shownMax = 25;

export interface LiveRules<Bag> {
  /**
   * Takes the next bag, in the order of weighing.
   *
   * @returns the signals that it changed: those that begin or go on with it, and those that no longer do.
   */
  next(bag: Bag): readonly LiveSignal<Bag>[];
}

interface Watched<Bag> {
  readonly rule: RuleName;
  newest: LiveSignal<Bag> | null;
  /** The place of its last point, from 0 at the first bag. */
  end: number;
}

/**
 * Looks for rules in bags as they come; what it keeps and does for a bag is bounded. A signal that goes on is one, and so is one that
 * goes on with the very next bag: two bags in a row beyond 3 σ are one signal of two points.
 *
 * @param chosen rules to look for.
 * @param weightOf in the unit of `level`.
 */
export function createLiveRules<Bag>(
  chosen: readonly RuleName[],
  level: LiveLevel,
  weightOf: (bag: Bag) => number,
): LiveRules<Bag> {
  const { center, sigma } = level;
  // Without a spread any width will do: these rules look at sides and steps alone.
  const limits = { center, upper: center + 3 * (sigma ?? 1) };
  const looked = sigma === null ? chosen.filter((rule) => rulesWithoutSpread.includes(rule)) : chosen;
  const watched: Watched<Bag>[] = looked.map((rule) => ({ rule, newest: null, end: -2 }));
  const bags: Bag[] = [];
  const z: number[] = [];
  let count = 0;

  /** What the newest bag changes in the signals of a rule. */
  function look(each: Watched<Bag>): LiveSignal<Bag>[] {
    const before = each.newest;
    const found = rules[each.rule].find(z, z.length - 1);
    const offset = count - z.length;
    const isSame =
      found !== null && before?.side === found.side && (found.points[0] ?? 0) + offset <= each.end + 1;
    const ended = before?.goesOn === true && !isSame ? [before] : [];
    for (const signal of ended) signal.goesOn = false;
    if (found === null) return ended;
    const end = isSame ? each.end - offset : -1;
    const added = found.points.filter((point) => point > end).flatMap((point) => bags[point] ?? []);
    each.end = count - 1;
    if (isSame && before !== null) {
      grow(before, added);
      return [before];
    }
    const [first] = added;
    if (first === undefined) throw new Error(`${each.rule} was found without points`);
    const begun = {
      rule: each.rule,
      side: found.side,
      first,
      last: first,
      points: 0,
      shown: [],
      goesOn: true,
    };
    grow(begun, added);
    each.newest = begun;
    return [...ended, begun];
  }

  return {
    next(bag) {
      bags.push(bag);
      z.push(standardised(weightOf(bag), limits));
      count++;
      if (z.length > longestWindow) {
        bags.shift();
        z.shift();
      }
      return watched.flatMap(look);
    },
  };
}

function grow<Bag>(signal: LiveSignal<Bag>, added: readonly Bag[]): void {
  signal.last = added.at(-1) ?? signal.last;
  signal.points += added.length;
  signal.shown = [...signal.shown, ...added].slice(-shownMax);
  signal.goesOn = true;
}
