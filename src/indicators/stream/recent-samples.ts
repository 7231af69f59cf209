/** 50 s of 20 samples a second. A power of 2, so that a place is a mask away. */
const capacity = 1024;
const mask = capacity - 1;
/** A silence longer than this says nothing about the weight. */
const gapMsMax = 3000;
/** The weight of the last part counts, where it wanders less than a division. */
const lastPartMs = 300;
const leastSamples = 3;
/** How often indicators send one conversion, and how soon after each other at most (ms). */
const conversionRepeats = 4;
const repeatMsMax = 300;
/** The standard error of a mean that is good enough, in divisions. */
const wantedError = 0.15;
const spanMsMax = 30_000;
/** Two means that are further apart, in standard errors, are of different weights. */
const sameErrors = 6;

/** How still the weight was up to the newest sample. */
export interface Stillness {
  /** For how long all samples are within the band of each other; no further back than was asked for. */
  spanMs: number;
  low: number;
  high: number;
  /** For how long, of this, all are marked as stable. */
  markedMs: number;
  /** They are all equal, and so few that they may be one conversion that is sent again and again. */
  isOneConversion: boolean;
}

/** What `steadyLevel` asks for; weights in millionths. */
export interface Steadiness {
  readonly range: number;
  readonly parts: number;
  readonly apart: number;
  /** null: half of what the others wander by. */
  readonly margin: number | null;
}

/** The samples of the last seconds. Weights are whole numbers (millionths), times milliseconds that do not fall. */
export class RecentSamples {
  readonly #atMs = new Float64Array(capacity);
  readonly #weights = new Float64Array(capacity);
  readonly #isMarked = new Uint8Array(capacity);
  readonly #texts: string[] = new Array(capacity).fill("");
  #first = 0;
  #next = 0;
  readonly #stillness: Stillness = {
    spanMs: 0,
    low: 0,
    high: 0,
    markedMs: 0,
    isOneConversion: false,
  };

  add(atMs: number, weight: number, text: string, isMarked: boolean): void {
    const slot = this.#next & mask;
    this.#atMs[slot] = atMs;
    this.#weights[slot] = weight;
    this.#isMarked[slot] = isMarked ? 1 : 0;
    this.#texts[slot] = text;
    this.#next++;
    if (this.#next - this.#first > capacity) this.#first = this.#next - capacity;
  }

  /** What came before has nothing to do with what comes. */
  clear(): void {
    this.#first = this.#next;
  }

  get isEmpty(): boolean {
    return this.#first === this.#next;
  }

  /** Number of the newest sample; numbers go up by 1. */
  get newest(): number {
    return this.#next - 1;
  }

  atMs(sample: number): number {
    return this.#atMs[sample & mask] ?? Number.NaN;
  }

  weight(sample: number): number {
    return this.#weights[sample & mask] ?? Number.NaN;
  }

  isMarked(sample: number): boolean {
    return this.#isMarked[sample & mask] === 1;
  }

  /** Looks back from the newest sample, `spanMs` and two conversions at most. The answer is overwritten by the next one. */
  stillness(band: number, spanMs: number): Readonly<Stillness> {
    const answer = this.#stillness;
    const last = this.#next - 1;
    const end = this.atMs(last);
    answer.low = answer.high = this.weight(last);
    answer.spanMs = answer.markedMs = 0;
    answer.isOneConversion = true;
    let isMarked = true;
    for (let at = last; at >= this.#first; at--) {
      if (answer.spanMs >= spanMs && !answer.isOneConversion) break;
      const sinceMs = at < last ? this.atMs(at + 1) - this.atMs(at) : 0;
      if (sinceMs > gapMsMax) break;
      const weight = this.weight(at);
      const low = Math.min(weight, answer.low);
      const high = Math.max(weight, answer.high);
      if (high - low > band) break;
      answer.low = low;
      answer.high = high;
      answer.spanMs = end - this.atMs(at);
      isMarked &&= this.#isMarked[at & mask] === 1;
      if (isMarked) answer.markedMs = answer.spanMs;
      answer.isOneConversion &&= last - at < conversionRepeats && low === high && sinceMs <= repeatMsMax;
    }
    return answer;
  }

  /**
   * The level around which the weight wanders: over `spanMs` within `range`, so many parts of it with means no further
   * apart than `apart`, and the last samples no further out than the others by `margin`. null: there is none.
   */
  steadyLevel(spanMs: number, { range, parts, apart, margin }: Steadiness): number | null {
    const end = this.atMs(this.#next - 1);
    let at = this.#next - 1;
    let [low, high] = [this.weight(at), this.weight(at)];
    let [lateLow, lateHigh, earlyLow, earlyHigh] = [
      low,
      high,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    let [lowest, highest, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    for (let part = 1; part <= parts; part++) {
      const sinceMs = end - (spanMs * part) / parts;
      let [partSum, partCount] = [0, 0];
      for (; at >= this.#first && this.atMs(at) > sinceMs; at--) {
        const weight = this.weight(at);
        low = Math.min(weight, low);
        high = Math.max(weight, high);
        if (high - low > range) return null;
        if (end - this.atMs(at) <= lastPartMs) [lateLow, lateHigh] = [low, high];
        else {
          earlyLow = Math.min(weight, earlyLow);
          earlyHigh = Math.max(weight, earlyHigh);
        }
        partSum += weight;
        partCount++;
      }
      if (partCount === 0 || at < this.#first || this.atMs(at + 1) - this.atMs(at) > gapMsMax) return null;
      lowest = Math.min(lowest, partSum / partCount);
      highest = Math.max(highest, partSum / partCount);
      if (highest - lowest > apart) return null;
      sum += partSum;
      count += partCount;
    }
    const most = margin ?? (earlyHigh - earlyLow) / 2;
    return lateLow >= earlyLow - most && lateHigh <= earlyHigh + most ? sum / count : null;
  }

  /** How far the weights of the last `spanMs` up to number `last` are from each other. */
  range(last: number, spanMs: number): number {
    let low = this.weight(last);
    let high = low;
    for (let at = last - 1; at >= this.#first && this.atMs(last) - this.atMs(at) <= spanMs; at--) {
      const weight = this.weight(at);
      low = Math.min(weight, low);
      high = Math.max(weight, high);
    }
    return high - low;
  }

  /** The mean of the last `spanMs` up to number `last`. */
  mean(last: number, spanMs: number): number {
    return this.#part(last, spanMs, this.atMs(last) - spanMs).mean;
  }

  /**
   * The weight that the samples up to number `until` stand for: the one nearest to their mean. The last settle time
   * says it where it can, because the weight may still creep; the more it wanders, the more samples it takes, as far back as the
   * level is the same.
   *
   * @param sinceMs no sample before it counts.
   * @param wander how far means over a settle time are from each other (standard deviation).
   */
  levelText(until: number, sinceMs: number, wander: Wander): string {
    const { division, drift, overMs } = wander;
    const mostMs = drift === 0 ? spanMsMax : Math.min(spanMsMax, (overMs * division) / drift);
    let level = this.#part(until, wander.overMs, sinceMs);
    while (errorOf(level, wander) > wantedError * division) {
      const part = this.#part(level.from - 1, Math.max(lastPartMs, level.spanMs), sinceMs);
      if (part.count < leastSamples || this.atMs(until) - this.atMs(part.from) > mostMs) break;
      const error = Math.hypot(errorOf(part, wander), errorOf(level, wander));
      if (Math.abs(part.mean - level.mean) > Math.max(division / 2, sameErrors * error)) break;
      const count = level.count + part.count;
      level = {
        from: part.from,
        count,
        spanMs: level.spanMs + part.spanMs,
        mean: (level.mean * level.count + part.mean * part.count) / count,
      };
    }
    let best = until;
    for (let at = until - 1; at >= level.from; at--) {
      if (Math.abs(this.weight(at) - level.mean) < Math.abs(this.weight(best) - level.mean)) best = at;
    }
    return this.#texts[best & mask] ?? "";
  }

  /** The samples of the last `partMs` that end with `end`; at least three, if there are. */
  #part(end: number, partMs: number, sinceMs: number): Part {
    let from = end + 1;
    let sum = 0;
    while (
      from > this.#first &&
      this.atMs(from - 1) >= sinceMs &&
      (end - from < leastSamples - 1 || this.atMs(end) - this.atMs(from - 1) <= partMs)
    ) {
      from--;
      sum += this.weight(from);
    }
    const count = end - from + 1;
    const spanMs = Math.max(partMs, this.atMs(end) - this.atMs(from));
    return { from, count, spanMs, mean: sum / Math.max(1, count) };
  }
}

interface Part {
  readonly from: number;
  readonly count: number;
  readonly spanMs: number;
  readonly mean: number;
}

/** How far a weight wanders that does not change. */
export interface Wander {
  readonly division: number;
  /** Standard deviation of means, and over what time they are (ms). */
  readonly ofMeans: number;
  readonly overMs: number;
  /** How far it moves over that time by itself. */
  readonly drift: number;
}

function errorOf({ spanMs }: Part, { ofMeans, overMs }: Wander): number {
  return ofMeans * Math.sqrt(overMs / spanMs);
}
