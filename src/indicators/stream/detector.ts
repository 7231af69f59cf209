import type { PrintMode, PrintUnit } from "../print.ts";
import type { StreamOutcome } from "./outcome.ts";
import { Platform } from "./platform.ts";
import type { StreamSample } from "./sample.ts";
import { scaled } from "./scaled.ts";
import type { StreamSettings } from "./settings.ts";
import type { Weighed } from "./still-watch.ts";

/** One sample far off between two that agree, both so near: a fault of the line, for nothing is lifted so fast. */
const loneMs = 250;
const loneDivisions = 50;
const agreeingDivisions = 2;
/** A load is given up where no sample came for so long. */
const silenceMs = 60_000;
const none: readonly StreamOutcome[] = [];

/** What the board shows. */
export interface StreamView {
  readonly state: "empty" | "loading" | "settled";
  /** The last weight as sent; null: the last sample had none. */
  readonly weight: string | null;
  readonly unit: PrintUnit | null;
  readonly stable: boolean | null;
  /** When the load came; null: there is none. */
  readonly loadedAtMs: number | null;
}

/**
 * Finds the bags in the stream of weights of one scale. Pure: the time is passed in, in milliseconds of a clock
 * that does not go back (where it does, it is taken to stand still until then). Each method returns what was found by then, in the order of time.
 *
 * A connection that is lost and comes back is a silence in the stream: go on with `tick` and `push`. A load that was on
 * before and after it is one load.
 */
export class StreamDetector {
  readonly #settings: StreamSettings;
  readonly #platform: Platform;
  #unit: PrintUnit | null;
  #mode: PrintMode | null = null;
  #nowMs = Number.NEGATIVE_INFINITY;
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #shown: Pick<StreamSample, "weight" | "stable"> = { weight: null, stable: null };
  #last: Weighed | null = null;
  /** Far off from the last: it waits for the next. */
  #held: Weighed | null = null;
  #found: StreamOutcome[] = [];

  /** @throws RangeError where a weight of the settings is none. */
  constructor(settings: StreamSettings) {
    this.#settings = settings;
    this.#platform = new Platform(settings, (outcome) => this.#found.push(outcome));
    this.#unit = settings.unit;
    this.#weighIn(settings.unit);
  }

  /** @throws RangeError where a sample of kind `weight` has none that can be read. */
  push(sample: StreamSample, atMs: number): readonly StreamOutcome[] {
    this.#pass(atMs);
    this.#sampledAtMs = this.#nowMs;
    this.#shown = sample;
    this.#follow(sample);
    if (sample.kind === "weight") {
      const text = sample.weight ?? "";
      const weight = weightOf(text);
      this.#sift({ atMs: this.#nowMs, weight, text, stable: sample.stable });
    } else {
      this.#release();
      this.#last = null;
      this.#platform.miss(sample.kind, this.#nowMs, sample.stable);
    }
    return this.#drain();
  }

  /** Time passes without a sample; once a second is enough. */
  tick(atMs: number): readonly StreamOutcome[] {
    this.#pass(atMs);
    return this.#drain();
  }

  /**
   * No sample will follow: the source is removed, the appliance stops, the capture is at its end. A load that is on has not
   * been seen to leave: it is rejected, with the weight that it had, because it may be weighed again.
   */
  end(atMs: number): readonly StreamOutcome[] {
    this.#pass(atMs);
    this.#release();
    this.#platform.end(this.#nowMs);
    return this.#drain();
  }

  view(): StreamView {
    const { load } = this.#platform;
    return {
      state: load === null ? "empty" : load.isStill ? "settled" : "loading",
      weight: this.#shown.weight,
      unit: this.#unit,
      stable: this.#shown.stable,
      loadedAtMs: load?.loadedAtMs ?? null,
    };
  }

  #drain(): readonly StreamOutcome[] {
    if (this.#found.length === 0) return none;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #pass(atMs: number): void {
    const now = Math.max(this.#nowMs, atMs);
    this.#nowMs = now;
    if (this.#held !== null && now - this.#held.atMs >= loneMs) this.#release();
    if (this.#held === null) this.#platform.pass(now);
    if (now - this.#sampledAtMs >= silenceMs) this.#platform.end(now);
  }

  /** Unit and tare: what the numbers mean. */
  #follow(sample: StreamSample): void {
    const unit = sample.unit ?? this.#settings.unit;
    if (unit !== null && unit !== this.#unit) {
      this.#release();
      this.#last = null;
      this.#unit = unit;
      this.#weighIn(unit);
    }
    if (sample.mode === null || sample.mode === this.#mode) return;
    const isFirst = this.#mode === null;
    this.#mode = sample.mode;
    if (isFirst) return;
    this.#release();
    this.#last = null;
    this.#platform.weighFrom(this.#nowMs);
  }

  /** Division and least weight are set for one unit; in another they are learned. */
  #weighIn(unit: PrintUnit | null): void {
    const { division, leastWeight } = this.#settings;
    const isSet = this.#settings.unit === null || unit === this.#settings.unit;
    this.#platform.weighIn(
      unit,
      isSet && division !== null ? weightOf(division) : null,
      isSet && leastWeight !== null ? weightOf(leastWeight) : null,
    );
  }

  /** Takes a lone sample out. */
  #sift(sample: Weighed): void {
    const last = this.#last;
    const { division } = this.#platform;
    if (this.#held !== null) {
      const isLone = last !== null && Math.abs(sample.weight - last.weight) <= agreeingDivisions * division;
      if (isLone) this.#held = null;
      else this.#release();
    } else if (
      last !== null &&
      division > 0 &&
      sample.atMs - last.atMs < loneMs &&
      Math.abs(sample.weight - last.weight) > loneDivisions * division
    ) {
      this.#held = sample;
      return;
    }
    this.#take(sample);
  }

  #take(sample: Weighed): void {
    this.#last = sample;
    this.#platform.weigh(sample);
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#take(held);
  }
}

function weightOf(text: string): number {
  const weight = scaled(text);
  if (weight === null) throw new RangeError(`${JSON.stringify(text)} is no weight: a decimal such as 50.20`);
  return weight;
}
