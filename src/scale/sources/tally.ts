import { LRUCache } from "lru-cache";

/** What came from a source since the start. */
export interface SourceCounts {
  /** After aliases; those that printed last, 256 at most. */
  readonly scales: number[];
  /** Milliseconds since the epoch; null: nothing yet. */
  readonly lastPrintAt: number | null;
  readonly bags: number;
  readonly rejected: number;
  /** Prints in stream mode. */
  readonly samples: number;
}

/** Counts prints by source; null is the default one. */
export interface SourceTally {
  sample(source: string | null, at: number): void;
  bag(source: string | null, scale: number, at: number): void;
  rejected(source: string | null, at: number): void;
  of(source: string | null): SourceCounts;
  /** Forgets all others but the default source. */
  keep(sources: readonly string[]): void;
}

/** As many as behind one connection. */
const scalesMax = 256;

interface Counts {
  readonly scales: LRUCache<number, true>;
  lastPrintAt: number | null;
  bags: number;
  rejected: number;
  samples: number;
}

export function createSourceTally(): SourceTally {
  const all = new Map<string | null, Counts>();

  function countsOf(source: string | null): Counts {
    const known = all.get(source);
    if (known !== undefined) return known;
    const counts: Counts = {
      scales: new LRUCache({ max: scalesMax }),
      lastPrintAt: null,
      bags: 0,
      rejected: 0,
      samples: 0,
    };
    all.set(source, counts);
    return counts;
  }

  return {
    sample(source, at) {
      const counts = countsOf(source);
      counts.samples++;
      counts.lastPrintAt = at;
    },
    bag(source, scale, at) {
      const counts = countsOf(source);
      counts.bags++;
      counts.lastPrintAt = at;
      counts.scales.set(scale, true);
    },
    rejected(source, at) {
      const counts = countsOf(source);
      counts.rejected++;
      counts.lastPrintAt = at;
    },
    of(source) {
      const { scales, lastPrintAt = null, bags = 0, rejected = 0, samples = 0 } = all.get(source) ?? {};
      return {
        scales: [...(scales?.keys() ?? [])].sort((a, b) => a - b),
        lastPrintAt,
        bags,
        rejected,
        samples,
      };
    },
    keep(sources) {
      for (const source of all.keys()) {
        if (source !== null && !sources.includes(source)) all.delete(source);
      }
    },
  };
}
