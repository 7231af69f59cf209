const blocks = 15;
/** Fewer say nothing. */
const blocksMin = 2;
/** Of normal noise the range of a dozen values is seldom above this share of its median; of a vibration never. */
const rangeMargin = 1.6;
/** Of a normal value and the middle of its neighbours: the median of their distance by the standard deviation. */
const medianDistance = 0.826;

interface Block {
  readonly range: number;
  readonly mean: number;
}

/**
 * How far the weight of the empty platform wanders within a block of one settle time, and from one to the next: medians of
 * the last blocks, so that a few in which somebody touched it do not count.
 */
export class Noise {
  readonly #ranges: number[] = [];
  readonly #distances: number[] = [];
  readonly #steps: number[] = [];
  /** The last three. A block counts when the next one is there: a load that comes is felt before it is known. */
  #last: Block[] = [];
  #range = 0;
  #ofMeans = 0;
  #drift = 0;

  get isKnown(): boolean {
    return this.#ranges.length >= blocksMin;
  }

  /** What weights within a settle time stay within; 0: not known yet. */
  get range(): number {
    return this.#range;
  }

  /** How far the mean moves from one block to the next in the same direction. */
  get drift(): number {
    return this.#drift;
  }

  /**
   * Standard deviation of the means over a settle time; of a drift it knows nothing. 0 where the weight does no more than
   * change between two divisions: that is rounding.
   */
  ofMeans(division: number): number {
    return this.#range > rangeMargin * division ? this.#ofMeans : 0;
  }

  /** A block right after the one before. */
  see(range: number, mean: number): void {
    const [before, first, second] = [this.#last.at(-3), this.#last.at(-2), this.#last.at(-1)];
    this.#last = [...this.#last.slice(-2), { range, mean }];
    if (second !== undefined) {
      keep(this.#ranges, second.range);
      this.#range = median(this.#ranges) * rangeMargin;
    }
    if (before === undefined || first === undefined || second === undefined) return;
    keep(this.#distances, Math.abs(first.mean - (before.mean + second.mean) / 2));
    keep(this.#steps, second.mean - first.mean);
    this.#ofMeans = median(this.#distances) / medianDistance;
    // A median of noise alone is seldom more than this.
    this.#drift = Math.max(0, Math.abs(median(this.#steps)) - this.#ofMeans);
  }

  /** Something is on: what was seen before is not to be compared with what comes. */
  skip(): void {
    this.#last = [];
  }
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > blocks) values.shift();
}

function median(values: readonly number[]): number {
  if (values.length < blocksMin) return 0;
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
