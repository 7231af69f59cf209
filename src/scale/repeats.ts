import type { Reading } from "../weighing/reading.ts";

/** A bag cannot be exchanged in less time: prints within it are of the same run. */
const paceMs = 1_500;
/** A weight that moves in its last digits shows so many values at most. */
const valuesMax = 5;
/** After so long it is no burst that a link held back: whatever comes at this pace is the stream's. */
const establishedMs = 3_000;
/** How long a scale is still said to repeat after the last print that did. */
const shownMs = 5_000;
/** More scales than any other part remembers; beyond it those that are pausing are removed. */
const scalesMax = 10_000;

/**
 * Distinguishes a scale that prints like a stream (continuous output, a stuck print key) from one that weighs bags.
 *
 * The rule. Prints of one scale, on whatever connections, are of one *run* while each comes at most 1.5 s after the one
 * before. In a run a scale *repeats* when its last prints show few weights, and these on average more often than
 * `limit` times: the last 6 are one weight, the last 11 two, … the last 26 five (with a limit of 5). A weight that is
 * new among them does not. So a weight that moves in its last digit repeats as well, and so do two indicators that
 * share an id.
 *
 * - The first prints of a run count as bags. What repeats beyond the limit is in doubt.
 * - After 3 s of repeating without a pause, everything is in doubt until the scale has paused for 1.5 s: also what is
 *   printed while the platform is unloaded and filled. A rejected print (`0.00`, motion) is no pause.
 * - Equal bags at the pace of work, one every 2 s or slower, never repeat: each is a run of its own.
 * - A burst of prints that a link or a device server held back differs in its weights: bags of one filler show more
 *   than five in 26. Where it does hold a long row of one weight, that row is in doubt, and what follows it is not.
 */
export interface Repeats {
  /**
   * Takes a good print.
   *
   * @param says the weight with its unit.
   * @param at milliseconds since the epoch. A clock that jumps ends the run.
   * @returns whether it is in doubt.
   */
  printed(scale: number, says: string, at: number): boolean;
  /** Takes a print that was rejected. It puts no bag in doubt, but a run continues with it. */
  rejected(scale: number, says: string, at: number): void;
  /** Whether a scale repeats at this moment, good prints or rejected ones. */
  isRepeating(scale: number, now: number): boolean;
}

/** @param limit how often a weight may come on average; 0: always, nothing is ever in doubt. */
export function createRepeats(limit: number): Repeats {
  const good = createRuns(limit);
  const bad = createRuns(limit);
  return {
    printed: (scale, says, at) => limit > 0 && good.take(scale, says, at),
    rejected(scale, says, at) {
      if (limit === 0) return;
      good.prolong(scale, at);
      bad.take(scale, says, at);
    },
    isRepeating: (scale, now) => good.isRepeating(scale, now) || bad.isRepeating(scale, now),
  };
}

/**
 * Tells a print that says the same as the one before it, soon after it: the same load printed twice, or two bags of one
 * weight. Either way it is a bag, which people are told of.
 */
export interface RepeatWindow {
  /**
   * Takes a good print.
   *
   * @param scale after aliases. Another indicator that stands in for it does not repeat what it printed.
   * @param at milliseconds since the epoch.
   * @returns whether it is suspected to be a repeat.
   */
  printed(scale: number, reading: Reading, at: number): boolean;
}

/** @param windowMs how soon after the print before it. */
export function createRepeatWindow(windowMs: number): RepeatWindow {
  const last = new Map<number, { readonly reading: Reading; readonly at: number }>();

  function makeRoom(now: number): void {
    for (const [scale, { at }] of last) if (now - at > windowMs) last.delete(scale);
    if (last.size >= scalesMax) last.clear();
  }

  return {
    printed(scale, reading, at) {
      const before = last.get(scale);
      if (before === undefined && last.size >= scalesMax) makeRoom(at);
      last.set(scale, { reading, at });
      return (
        before !== undefined &&
        before.reading.weight === reading.weight &&
        before.reading.unit === reading.unit &&
        before.reading.printedScale === reading.printedScale &&
        at - before.at <= windowMs
      );
    },
  };
}

interface Run {
  lastAt: number;
  /** What was printed last, the newest at the end. */
  readonly said: string[];
  /** Since when every print has repeated; null: it does not. */
  since: number | null;
}

function createRuns(limit: number) {
  const runs = new Map<number, Run>();

  function runOf(scale: number, at: number): Run {
    const before = runs.get(scale);
    if (before !== undefined && isOfPace(before, at)) return before;
    if (runs.size >= scalesMax) {
      for (const [other, run] of runs) if (!isOfPace(run, at)) runs.delete(other);
    }
    if (runs.size >= scalesMax) runs.clear();
    const run: Run = { lastAt: at, said: [], since: null };
    runs.set(scale, run);
    return run;
  }

  return {
    take(scale: number, says: string, at: number): boolean {
      const run = runOf(scale, at);
      run.lastAt = at;
      run.said.push(says);
      if (run.said.length > valuesMax * limit + 1) run.said.shift();
      if (isRepetition(run.said, limit)) run.since ??= at;
      else if (!isEstablished(run, at)) run.since = null;
      return run.since !== null;
    },
    prolong(scale: number, at: number): void {
      const run = runs.get(scale);
      if (run !== undefined && isEstablished(run, at) && isOfPace(run, at)) run.lastAt = at;
    },
    isRepeating(scale: number, now: number): boolean {
      const run = runs.get(scale);
      return run !== undefined && run.since !== null && Math.abs(now - run.lastAt) <= shownMs;
    },
  };
}

function isOfPace(run: Run, at: number): boolean {
  return Math.abs(at - run.lastAt) <= paceMs;
}

function isEstablished(run: Run, at: number): boolean {
  return run.since !== null && at - run.since >= establishedMs;
}

/** Whether the newest ones are few values, on average more often than the limit, and the last of them is no new one. */
function isRepetition(said: readonly string[], limit: number): boolean {
  const newest = said.at(-1) ?? "";
  const values = new Set<string>();
  let cameBefore = false;
  for (let count = 1; count <= said.length; count++) {
    const value = said[said.length - count] ?? "";
    cameBefore ||= count > 1 && value === newest;
    values.add(value);
    if (values.size > valuesMax) return false;
    if (cameBefore && count > values.size * limit) return true;
  }
  return false;
}
