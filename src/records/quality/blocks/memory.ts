import type { Bags } from "../bags.ts";

/** What was read of blocks: the same blocks are the same bags, so that it is never out of date. */
export interface BlockMemory {
  /**
   * What is known under a key, or is being read for somebody else, or is read now.
   *
   * @param key of the question and its blocks.
   */
  recall(key: string, load: () => Promise<Bags>): Promise<Bags>;
}

/** Reads each time. */
export const forgetful: BlockMemory = { recall: (_, load) => load() };

/** A person looks at charts of the same bags one after the other; 1,000,000 bags are 45 MB. */
const keptMs = 120_000;

/**
 * Remembers what the last question was about, for two minutes: the parts of a page, and its charts one after the other, are
 * answered of one reading.
 */
export function createBlockMemory(): BlockMemory {
  let last: { readonly key: string; readonly bags: Promise<Bags> } | null = null;
  let forgetting: NodeJS.Timeout | undefined;

  function forgetLater(): void {
    clearTimeout(forgetting);
    forgetting = setTimeout(() => {
      last = null;
    }, keptMs);
    forgetting.unref();
  }

  return {
    async recall(key, load) {
      forgetLater();
      const known = last?.key === key ? last.bags : null;
      if (known !== null) {
        // Whoever read it may have run out of time; that is no reason for this one to fail.
        const bags = await known.catch(() => null);
        if (bags !== null) return bags;
      }
      const mine = { key, bags: load() };
      last = mine;
      try {
        return await mine.bags;
      } catch (error) {
        if (last === mine) last = null;
        throw error;
      }
    },
  };
}
