import type { PrintUnit } from "../print.ts";
import {
  compared,
  isLeaving,
  isReplaced,
  type Load,
  moveOn,
  newLoad,
  type Rest,
  stirred,
  tolerance,
} from "./load.ts";
import type { LoadRejection, StreamOutcome } from "./outcome.ts";
import type { StreamSample } from "./sample.ts";
import type { StreamSettings } from "./settings.ts";
import { type Stand, StillWatch, type Weighed } from "./still-watch.ts";
import { Trace } from "./trace.ts";

/** The least weight of a load where it is not set: a label, a gust or a finger is less, a sample of beads is more. */
const leastDivisions = 20;
/** Zero drifts slower than this (divisions a second), a bag is filled faster. */
const driftPerSecond = 2;
/** as long as it is looked at. */
const driftMsMax = 1000;

/**
 * What is on one scale: empty → loading → settled → taken off. Weights in millionths of one unit, times in milliseconds
 * that do not fall.
 */
export class Platform {
  readonly #settings: StreamSettings;
  readonly #found: (outcome: StreamOutcome) => void;
  readonly #watch: StillWatch;
  readonly #trace = new Trace();
  #unit: PrintUnit | null = null;
  #least: number | null = null;
  /** What it shows without a load: what is left on it, and how far zero has drifted. Never below 0. */
  #base = 0;
  #restedAtMs = Number.NEGATIVE_INFINITY;
  /** A bag left, and it did not come to rest since: what stays below `threshold` is no load. */
  #clearing: { readonly threshold: number; emptySinceMs: number | null } | null = null;
  #load: Load | null = null;
  /** A load that left before it settled: if one comes within the settle time, it is the same. */
  #bounced: { readonly load: Load; readonly atMs: number } | null = null;

  constructor(settings: StreamSettings, found: (outcome: StreamOutcome) => void) {
    this.#settings = settings;
    this.#watch = new StillWatch(settings);
    this.#found = found;
  }

  get load(): Readonly<Load> | null {
    return this.#load;
  }

  get division(): number {
    return this.#watch.division;
  }

  /** From now on weights are in this unit. A load that is on has to settle in it. @param division null: to be learned */
  weighIn(unit: PrintUnit | null, division: number | null, least: number | null): void {
    this.#unit = unit;
    this.#least = least;
    const load = this.#load;
    this.#forgetLevel();
    this.#watch.reset(division);
    if (load === null) return;
    const { loadedAtMs, samples, isCommitted } = load;
    this.#load = { ...newLoad(loadedAtMs, 0), samples, isCommitted, failsAs: "unit_changed" };
  }

  /** From now on weights count from another zero: the tare was pressed or cleared. */
  weighFrom(atMs: number): void {
    if (this.#load !== null) this.#reject(this.#load, "tared", atMs);
    this.#forgetLevel();
  }

  weigh(weighed: Weighed): void {
    const { atMs, weight, text, stable } = weighed;
    this.#watch.see(weighed);
    this.#trace.add(atMs, weight, text, stable);
    if (this.#load === null) this.#wait(atMs, weight);
    // A load's first sample is one of the load.
    if (this.#load !== null) this.#follow(this.#load, atMs, weight, text);
  }

  /** A sample without a weight. */
  miss(kind: Exclude<StreamSample["kind"], "weight">, atMs: number, stable: boolean | null): void {
    this.#trace.add(atMs, kind === "overload" ? Number.MAX_SAFE_INTEGER : 0, null, stable);
    if (kind === "overload" && this.#load === null) this.#begin(atMs);
    const load = this.#load;
    if (load !== null) {
      load.samples++;
      if (kind === "overload") load.wasOver = load.wasHeavier = true;
      this.#stir(load);
      if (kind === "underload") this.#leave(load, atMs);
    }
    this.#watch.clear();
  }

  /** Time passes. */
  pass(atMs: number): void {
    const { settleMs } = this.#settings;
    const load = this.#load;
    if (load !== null && !load.isStill) {
      const stand = this.#watch.heldStand(atMs);
      if (stand !== null) this.#settle(load, atMs, stand);
    }
    if (this.#bounced !== null && atMs - this.#bounced.atMs >= settleMs) this.#forgetBounced(atMs);
  }

  /** Nothing will be known of what is on. */
  end(atMs: number): void {
    if (this.#bounced !== null) this.#forgetBounced(atMs);
    const load = this.#load;
    if (load?.rest && isLeaving(load)) this.#commit(load, load.rest, atMs);
    else if (load !== null) this.#reject(load, "connection_lost", atMs);
    this.#load = null;
    this.#clearing = null;
    this.#watch.clear();
  }

  #forgetLevel(): void {
    this.#load = null;
    this.#watch.clear();
    this.#clearing = null;
    this.#base = 0;
  }

  /** No load is changed for another in less. */
  #instantMs(load: Load): number {
    return load.wasHeavier ? this.#settings.settleMs : this.#settings.settleMs / 2;
  }

  get #leastWeight(): number {
    return this.#least ?? Math.max(leastDivisions * this.#watch.division, 2 * this.#watch.noise);
  }

  /** No load is on: one comes, or the platform's own level is followed. */
  #wait(atMs: number, weight: number): void {
    this.#trace.forget();
    const clearing = this.#clearing;
    const isLoad = weight >= this.#leastWeight && weight - this.#base >= this.#leastWeight;
    if (clearing !== null) this.#clear(clearing, atMs, weight);
    else if (isLoad) this.#begin(atMs);
    else this.#rest(atMs);
  }

  #rest(atMs: number): void {
    this.#watch.learn();
    const stand = this.#watch.emptyStand();
    if (stand === null) return;
    const sinceMs = Math.min(atMs - this.#restedAtMs, driftMsMax);
    this.#restedAtMs = atMs;
    const drift = (driftPerSecond * this.#watch.division * sinceMs) / 1000;
    this.#base = Math.max(0, Math.min(stand.level, this.#base + drift));
  }

  /** After a bag: until the platform rests, or was as empty as before for half a settle time. What rests there stays. */
  #clear(
    clearing: { readonly threshold: number; emptySinceMs: number | null },
    atMs: number,
    weight: number,
  ): void {
    const { settleMs } = this.#settings;
    if (weight > clearing.threshold) {
      this.#begin(atMs);
      return;
    }
    const isEmpty = weight - this.#base < this.#leastWeight / 2;
    clearing.emptySinceMs = isEmpty ? (clearing.emptySinceMs ?? atMs) : null;
    const stand = this.#watch.emptyStand();
    if (stand !== null) this.#base = Math.max(0, stand.level);
    else if (clearing.emptySinceMs === null || atMs - clearing.emptySinceMs < settleMs / 2) return;
    this.#clearing = null;
    this.#restedAtMs = atMs;
    this.#watch.disturb();
  }

  #begin(atMs: number): void {
    this.#clearing = null;
    this.#watch.disturb();
    const bounced = this.#bounced;
    this.#bounced = null;
    this.#load = bounced?.load ?? newLoad(atMs, this.#base);
  }

  #follow(load: Load, atMs: number, weight: number, text: string): void {
    load.samples++;
    if (weight > load.peak) {
      load.peak = weight;
      load.peakText = text;
    }
    const { rest } = load;
    const share = rest === null ? 0 : ((rest.level - load.base) * this.#settings.rearmPercent) / 100;
    if (weight - load.base < Math.max(share, this.#leastWeight / 2)) {
      this.#leave(load, atMs);
      return;
    }
    const stand = this.#watch.stand(weight - load.base);
    if (stand === null) this.#move(load, atMs, weight);
    else this.#settle(load, atMs, stand);
  }

  #move(load: Load, atMs: number, weight: number): void {
    this.#stir(load);
    const { rest } = load;
    if (rest === null) return;
    stirred(load, rest, atMs, weight);
    if (!isReplaced(load, rest, weight, this.#instantMs(load))) return;
    this.#commit(load, rest, atMs);
    this.#load = newLoad(load.lowAtMs, load.base);
  }

  #settle(load: Load, atMs: number, stand: Stand): void {
    const { level, sinceMs, range } = stand;
    const { newest: until, isMarked } = this.#watch;
    const { rest } = load;
    if (rest !== null && load.isStill) {
      rest.level = level;
      rest.untilMs = atMs;
      rest.until = until;
      load.aboveHalfAtMs = atMs;
      rest.isMarked ||= isMarked;
      return;
    }
    const now = rest === null ? load : this.#moved(load, rest, atMs, stand);
    const before = now.rest;
    const isAbout =
      before !== null && Math.abs(before.level - level) <= tolerance(level - load.base, this.#watch.division);
    const isSameLevel = before !== null && Math.abs(before.level - level) <= range;
    now.rest = {
      level,
      sinceMs: isSameLevel ? before.sinceMs : sinceMs,
      aboutSinceMs: isAbout ? before.aboutSinceMs : sinceMs,
      untilMs: atMs,
      until,
      isMarked: isMarked || (isSameLevel && before.isMarked),
      text: null,
    };
    now.isStill = true;
    now.low = Number.POSITIVE_INFINITY;
    now.wasHeavier = false;
    now.halfSinceMs = null;
    now.halfMs = 0;
    now.aboveHalfAtMs = atMs;
    if (this.#settings.commit === "settled") this.#commit(now, now.rest, atMs);
  }

  /** A load that had settled stands still again. @returns what is on now: the same load, or another. */
  #moved(load: Load, rest: Rest, atMs: number, stand: Stand): Load {
    const change = compared(load, rest, stand, this.#watch.division, this.#instantMs(load));
    if (change === "same") {
      moveOn(load, this.#watch.division, stand.level);
      return load;
    }
    if (change === "uncovered") this.#reject(load, "set_on_top", atMs);
    else this.#commit(load, change === "left" ? rest : change, atMs);
    const isCommitted = change === "uncovered" && load.isCommitted;
    const next = {
      ...newLoad(change === "uncovered" ? load.loadedAtMs : load.lowAtMs, load.base),
      isCommitted,
    };
    this.#load = next;
    return next;
  }

  /** It is not at rest any more. */
  #stir(load: Load): void {
    if (load.isStill && load.rest !== null) load.rest.text ??= this.#textOf(load.rest);
    load.isStill = false;
  }

  #leave(load: Load, atMs: number): void {
    this.#stir(load);
    this.#load = null;
    this.#watch.disturb();
    const { rest } = load;
    if (rest === null) {
      this.#bounced = { load, atMs };
      return;
    }
    this.#commit(load, rest, atMs);
    const share = ((rest.level - load.base) * this.#settings.rearmPercent) / 100;
    this.#clearing = { threshold: load.base + Math.max(share, this.#leastWeight), emptySinceMs: null };
  }

  #forgetBounced(atMs: number): void {
    const bounced = this.#bounced;
    this.#bounced = null;
    if (bounced === null) return;
    const { load } = bounced;
    const isShort = bounced.atMs - load.loadedAtMs < this.#settings.settleMs;
    this.#reject(load, load.wasOver ? "overload" : isShort ? "bumped" : load.failsAs, atMs);
  }

  #textOf(rest: Rest): string {
    return rest.text ?? this.#watch.textOf(rest.until, rest.aboutSinceMs);
  }

  #commit(load: Load, rest: Rest, atMs: number): void {
    if (load.isCommitted) return;
    load.isCommitted = true;
    this.#found({
      kind: "bag",
      atMs,
      loadedAtMs: load.loadedAtMs,
      settledAtMs: rest.sinceMs,
      weight: this.#textOf(rest),
      unit: this.#unit,
      stillMark: rest.isMarked,
      samples: load.samples,
      trace: this.#trace.take(),
    });
  }

  #reject(load: Load, reason: LoadRejection, atMs: number): void {
    if (load.isCommitted && reason !== "set_on_top") return;
    this.#stir(load);
    this.#found({
      kind: "rejected",
      atMs,
      loadedAtMs: load.loadedAtMs,
      reason,
      weight: load.rest?.text ?? null,
      peak: load.peakText,
      unit: this.#unit,
      samples: load.samples,
      trace: this.#trace.take(),
    });
  }
}
