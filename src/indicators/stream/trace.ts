import type { TraceSample } from "./outcome.ts";

const traceMax = 200;
/** How many samples before a load belong to its trace. */
const before = 20;
/** Kept while a load is on, before it is thinned. */
const keptMax = 2000;

interface Kept extends TraceSample {
  readonly scaled: number;
}

/**
 * Samples as evidence. Of samples that say the same the first and the last are kept. Where there are too many, each span
 * of time keeps its lowest and its highest, so that peaks and dips stay.
 */
export class Trace {
  #kept: Kept[] = [];
  /** The last one says the same as the one before it. */
  #isRepeat = false;

  add(atMs: number, scaled: number, weight: string | null, stable: boolean | null): void {
    const kept = this.#kept;
    const last = kept.at(-1);
    const isSame = last !== undefined && last.weight === weight && last.stable === stable;
    const sample = { atMs, weight, stable, scaled };
    if (isSame && this.#isRepeat) kept[kept.length - 1] = sample;
    else kept.push(sample);
    this.#isRepeat = isSame;
    if (kept.length > keptMax) this.#kept = thinned(kept, keptMax / 2);
  }

  /** While no load is on, only the last samples are needed. */
  forget(): void {
    if (this.#kept.length > 2 * before) this.#kept = this.#kept.slice(-before);
  }

  /** What came up to now, at most `traceMax`; the last samples stay for the next load. */
  take(): TraceSample[] {
    const taken = thinned(this.#kept, traceMax);
    this.#kept = this.#kept.slice(-before);
    return taken.map(({ atMs, weight, stable }) => ({ atMs, weight, stable }));
  }
}

/** At most `max` of the samples: the first, the last, and of each part the lowest and the highest. */
function thinned(samples: readonly Kept[], max: number): Kept[] {
  if (samples.length <= max) return [...samples];
  const parts = Math.floor((max - 2) / 2);
  const chosen: Kept[] = [];
  for (let part = 0; part < parts; part++) {
    const from = 1 + Math.floor((part * (samples.length - 2)) / parts);
    const to = 1 + Math.floor(((part + 1) * (samples.length - 2)) / parts);
    let [low, high] = [from, from];
    for (let at = from + 1; at < to; at++) {
      if ((samples[at]?.scaled ?? 0) < (samples[low]?.scaled ?? 0)) low = at;
      if ((samples[at]?.scaled ?? 0) > (samples[high]?.scaled ?? 0)) high = at;
    }
    for (const at of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      const sample = samples[at];
      if (sample !== undefined) chosen.push(sample);
    }
  }
  const [first, last] = [samples[0], samples.at(-1)];
  return [...(first === undefined ? [] : [first]), ...chosen, ...(last === undefined ? [] : [last])];
}
