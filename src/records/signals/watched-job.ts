import { adviceBags, type FillAdvice, fillAdvice } from "../../quality/fill-advice.ts";
import { createLiveRules, type LiveSignal } from "../../quality/live-rules.ts";
import { spreadByMovingRange } from "../../quality/spread.ts";
import { isBehind, type JobBag, type NewJobBag } from "./job-bags.ts";
import type { JobTerms } from "./job-terms.ts";

/**
 * Where no limits were frozen: how many bags at the beginning of a job say its spread, as soon as there are so many; the last one
 * for the rest of the job. From 20 bags alone it is so uncertain that false alarms double.
 */
const firstBagsSteps = [20, 50, 100];
export const firstBagsMax = Math.max(...firstBagsSteps);

export type JobSignal = LiveSignal<JobBag>;

/** Advice on bags of a job, by their numbers. */
export interface JobAdvice extends FillAdvice {
  readonly firstNum: number;
  readonly lastNum: number;
}

/** A job whose bags are looked at as they are recorded. What it keeps is bounded. */
export interface WatchedJob {
  readonly terms: JobTerms;
  /** lb; `sigma` null: not known yet. */
  readonly level: { readonly center: number; readonly sigma: number | null };
  /**
   * Takes the bag that was recorded behind the last one.
   *
   * @returns false where the job has to be read again: a bag is missing, comes late in the order of weighing, or completes
   * those that say the spread.
   */
  take(bag: NewJobBag): boolean;
  /** Signals that changed since it was asked last. */
  changed(): readonly JobSignal[];
  /** Advice that was found since it was asked last: the newest. */
  advice(): JobAdvice | null;
  /** The scale of all bags of a signal, where the job's bags are of several scales. */
  scaleOf(signal: JobSignal): number | null;
}

/**
 * @param read.first the first bags of the job that count, `firstBagsMax` at most, by their numbers.
 * @param read.last the last ones in the order of weighing, as far back as signals are looked for.
 * @param read.adviceAfter the number of the last bag that earlier advice was about; null: none was given.
 */
export function watchJob(
  terms: JobTerms,
  read: {
    readonly first: readonly JobBag[];
    readonly last: readonly JobBag[];
    readonly adviceAfter: number | null;
  },
): WatchedJob {
  const level = levelOf(terms, read.first);
  const rules = createLiveRules<JobBag>(terms.rules, level, ({ weight }) => weight);
  const changed = new Set<JobSignal>();
  const scales = new Set<number>();
  /** Signals with bags of several scales. */
  const mixed = new WeakSet<JobSignal>();
  let newest: JobBag | null = null;
  let lastNum = terms.lastNum;
  let firstBags = read.first.length;
  const advice = createAdvice(terms, read);

  function look(bag: JobBag): void {
    newest = bag;
    scales.add(bag.scale);
    for (const signal of rules.next(bag)) {
      if (signal.shown.some(({ scale }) => scale !== signal.first.scale)) mixed.add(signal);
      changed.add(signal);
    }
  }

  for (const bag of read.last) look(bag);
  advice.catchUp(read.last, lastNum);

  return {
    terms,
    level,
    take(bag) {
      if (bag.num <= lastNum) return true;
      if (bag.num > lastNum + 1) return false;
      if (bag.counts && newest !== null && !isBehind(bag, newest)) return false;
      lastNum = bag.num;
      advice.take(bag);
      if (!bag.counts) return true;
      look(bag);
      firstBags++;
      return terms.reference !== null || !firstBagsSteps.includes(firstBags);
    },
    changed() {
      const all = [...changed];
      changed.clear();
      return all;
    },
    advice: advice.newest,
    scaleOf: (signal) => (scales.size < 2 || mixed.has(signal) ? null : signal.first.scale),
  };
}

/** Frozen limits, or else the target and what the job's first bags differ by from one to the next. */
function levelOf({ reference, target }: JobTerms, first: readonly JobBag[]): WatchedJob["level"] {
  if (reference !== null) return reference;
  const count = firstBagsSteps.findLast((step) => step <= first.length);
  if (count === undefined) return { center: target, sigma: null };
  const inOrder = first.slice(0, count).sort((a, b) => (isBehind(a, b) ? 1 : -1));
  const { sigma } = spreadByMovingRange(inOrder.map(({ weight }) => weight));
  // Where all weigh the same there is none.
  return { center: target, sigma: sigma > 0 ? sigma : null };
}

/** Looks at blocks of bags by their numbers, so that a void moves none; after advice the next block is left out. */
function createAdvice(
  { target, lowestFor }: JobTerms,
  {
    first,
    adviceAfter,
  }: { readonly first: readonly { readonly num: number }[]; readonly adviceAfter: number | null },
) {
  const began = first[0]?.num ?? null;
  // Advice of before the terms changed keeps nothing silent.
  const isAnew = began === null || adviceAfter === null || adviceAfter < began;
  let from = isAnew ? began : adviceAfter + 1 + adviceBags;
  let block: number[] = [];
  let found: JobAdvice | null = null;

  function take(bag: { readonly num: number; readonly weight: number; readonly counts: boolean }): void {
    from ??= bag.counts ? bag.num : null;
    if (from === null || bag.num < from) return;
    if (bag.counts) block.push(bag.weight);
    if (bag.num < from + adviceBags - 1) return;
    // Of a block with voids what is left; of few bags a mean says little.
    const given = block.length * 2 < adviceBags ? null : fillAdvice(block, target, lowestFor);
    if (given !== null) found = { ...given, firstNum: from, lastNum: bag.num };
    from = bag.num + 1 + (given === null ? 0 : adviceBags);
    block = [];
  }

  return {
    take,
    /** Bags that were recorded before; what they would have advised earlier is over. */
    catchUp(bags: readonly JobBag[], lastNum: number): void {
      const [oldest] = [...bags].sort((a, b) => a.num - b.num);
      if (from === null || oldest === undefined) return;
      from += Math.max(0, Math.ceil((oldest.num - from) / adviceBags)) * adviceBags;
      const byNum = new Map(bags.map((bag) => [bag.num, bag]));
      for (let num = from; num <= lastNum; num++) {
        take({ num, weight: byNum.get(num)?.weight ?? 0, counts: byNum.has(num) });
      }
      if (found !== null && found.lastNum + adviceBags <= lastNum) found = null;
    },
    newest(): JobAdvice | null {
      const now = found;
      found = null;
      return now;
    },
  };
}
