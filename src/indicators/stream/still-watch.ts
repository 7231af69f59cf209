import { Division } from "./division.ts";
import { Noise } from "./noise.ts";
import { RecentSamples, type Steadiness } from "./recent-samples.ts";
import type { StreamSettings } from "./settings.ts";
import { StillMarks } from "./still-marks.ts";

/** With the indicator's own mark the weight has to stand still for this part of the settle time only. */
const markedPart = 1 / 3;
/** A load that never stays within a band has to be steady for so many settle times, */
const steadyTimes = 3;
/** and to wander by no more than this share of its weight, or so many divisions. */
const steadyShare = 0.02;
const steadyDivisions = 3;
/** A load of some times the platform's own mass is shaken by as many times more. */
const shakenTimes = 6;
/** How far the means of the settle times may be from each other then, as a part of the range. */
const steadyPart = 1 / 6;
/** The means of two halves of a settle time differ by less, in standard deviations of its own mean (3 × 2). */
const halvesApart = 6;
/** The range of a settle time by the deviation of its mean, where the weight is shaken: 3 for slow noise, 11 for fast. */
const shakenMeans = 6;
/** A longer time between two samples is a gap (ms), */
const gapMs = 250;
/** over which a weight is taken to stay what it was, for so many settle times. */
const heldTimes = 5;

/** A weight of the stream. */
export interface Weighed {
  readonly atMs: number;
  /** Millionths of the unit. */
  readonly weight: number;
  readonly text: string;
  readonly stable: boolean | null;
}

/** What the weight stands still at, since when at least, and how far it wanders around it. */
export interface Stand {
  readonly level: number;
  readonly sinceMs: number;
  readonly range: number;
}

/** Says whether the weight of one scale stands still, by its samples of the last seconds. */
export class StillWatch {
  readonly #settings: StreamSettings;
  readonly #recent = new RecentSamples();
  readonly #marks = new StillMarks();
  #division = new Division(null);
  #noise = new Noise();
  #learnedAtMs: number | null = null;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
  }

  /** Begins anew, with weights in another unit. @param division null: to be learned */
  reset(division: number | null): void {
    this.#division = new Division(division);
    this.#noise = new Noise();
    this.clear();
  }

  /** What came before has nothing to do with what comes. */
  clear(): void {
    this.#recent.clear();
    this.#noise.skip();
    this.#learnedAtMs = null;
  }

  see({ atMs, weight, text, stable }: Weighed): void {
    this.#division.see(weight, text);
    this.#marks.see(atMs, weight, stable, this.#division.value);
    this.#recent.add(atMs, weight, text, stable === true);
  }

  get division(): number {
    return this.#division.value;
  }

  /** What the empty platform's weight stays within; 0: not known yet. */
  get noise(): number {
    return this.#noise.range;
  }

  /** Number of the newest sample, and whether it is marked as stable. */
  get newest(): number {
    return this.#recent.newest;
  }

  get isMarked(): boolean {
    return this.#recent.isMarked(this.newest);
  }

  /** A load of so much: what it stands still at; null: it does not. */
  stand(load: number): Stand | null {
    const { settleMs } = this.#settings;
    const atMs = this.#recent.atMs(this.newest);
    const { spanMs, markedMs, low, high, isOneConversion } = this.#recent.stillness(this.#set, settleMs);
    const isMarked = this.#marks.areTrusted && markedMs >= settleMs * markedPart;
    if (spanMs < settleMs && !isMarked) return this.#noisyStand() ?? this.#steadyStand(load);
    return isOneConversion ? null : { level: (low + high) / 2, sinceMs: atMs - spanMs, range: this.#set };
  }

  /** The same, where no sample has come since the newest: a weight stays what it was. */
  heldStand(atMs: number): Stand | null {
    const { settleMs } = this.#settings;
    if (this.#recent.isEmpty) return null;
    const silenceMs = atMs - this.#recent.atMs(this.newest);
    if (silenceMs < gapMs || silenceMs > settleMs * heldTimes) return null;
    const { spanMs, low, high } = this.#recent.stillness(this.#set, settleMs);
    if (spanMs < settleMs * markedPart || spanMs + silenceMs < settleMs) return null;
    return { level: (low + high) / 2, sinceMs: atMs - silenceMs - spanMs, range: this.#set };
  }

  /** The empty platform: what it stands still at; null: it does not. */
  emptyStand(): Stand | null {
    const { settleMs } = this.#settings;
    const { spanMs, low, high } = this.#recent.stillness(this.#set, settleMs);
    if (spanMs < settleMs) return this.#noisyStand();
    return { level: (low + high) / 2, sinceMs: this.#recent.atMs(this.newest) - spanMs, range: this.#set };
  }

  /** The platform is empty: once in a settle time it is learned how far its weight wanders. */
  learn(): void {
    const { settleMs } = this.#settings;
    const { newest } = this;
    const atMs = this.#recent.atMs(newest);
    // The first settle time is not over yet.
    this.#learnedAtMs ??= atMs;
    if (atMs - this.#learnedAtMs < settleMs) return;
    this.#learnedAtMs = atMs;
    this.#noise.see(this.#recent.range(newest, settleMs), this.#recent.mean(newest, settleMs));
  }

  /** Something is on the platform, or was until now. */
  disturb(): void {
    this.#noise.skip();
    if (!this.#recent.isEmpty) this.#learnedAtMs = this.#recent.atMs(this.newest);
  }

  /** The weight, as sent, of a load that stood still from `sinceMs` to sample number `until`. */
  textOf(until: number, sinceMs: number): string {
    const { settleMs } = this.#settings;
    const range = this.#recent.range(until, settleMs);
    return this.#recent.levelText(until, sinceMs, {
      division: this.division,
      ofMeans: Math.max(this.#noise.ofMeans(this.division), range > this.#set ? range / shakenMeans : 0),
      overMs: settleMs,
      drift: this.#noise.drift,
    });
  }

  get #set(): number {
    return this.#settings.bandDivisions * this.division;
  }

  /** Within what the empty platform wanders by, both halves alike. */
  #noisyStand(): Stand | null {
    const { range } = this.#noise;
    if (range <= this.#set) return null;
    const apart = Math.max(this.division, halvesApart * this.#noise.ofMeans(this.division));
    return this.#stand(this.#settings.settleMs, { range, parts: 2, apart, margin: range / 3 });
  }

  /** On a floor that shakes a load more than the empty platform. */
  #steadyStand(load: number): Stand | null {
    const { settleMs } = this.#settings;
    const shaken = this.#noise.isKnown ? shakenTimes * this.#noise.range : steadyShare * load;
    const most = Math.max(steadyDivisions * this.division, Math.min(steadyShare * load, shaken));
    const range = this.#recent.range(this.newest, settleMs);
    if (range > most) return null;
    const apart = Math.max(this.division, range * steadyPart);
    return this.#stand(settleMs * steadyTimes, { range: most, parts: steadyTimes, apart, margin: null });
  }

  #stand(spanMs: number, steadiness: Steadiness): Stand | null {
    const level = this.#recent.steadyLevel(spanMs, steadiness);
    if (level === null) return null;
    return { level, sinceMs: this.#recent.atMs(this.newest) - spanMs, range: steadiness.range };
  }
}
