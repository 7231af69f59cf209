import type { Rubbish } from "./plant.ts";

export interface RejectedComparison {
  /** Of the stored frames, those that are the first piece of a bag whose line was cut. */
  readonly piecesOfBags: number;
  /** Rubbish that the kernel still had when its line was cut. */
  readonly neverRead: number;
  readonly destroyed: number;
  /** Rubbish that was read, as the other side said, and is not stored. */
  readonly lost: number;
  readonly duplicated: number;
  readonly faults: readonly string[];
}

/**
 * Holds the rejected frames that were stored against what was sent to be rejected.
 *
 * @param stored one character a byte.
 * @param sent.cutFrames bags whose line was cut: of each a piece may be stored.
 * @param sent.destroyed what the disk has lost.
 * @param sent.counted frames that were counted, and not kept with their bytes.
 */
export function compareRejected(
  stored: readonly string[],
  sent: {
    readonly rubbish: readonly Rubbish[];
    readonly cutFrames: readonly string[];
    readonly destroyed: readonly string[];
    readonly counted: number;
  },
): RejectedComparison {
  const faults: string[] = [];
  const confirmed = countsOf(sent.rubbish.filter(({ isConfirmed }) => isConfirmed).map(({ raw }) => raw));
  const unconfirmed = countsOf(sent.rubbish.filter(({ isConfirmed }) => !isConfirmed).map(({ raw }) => raw));
  // A confirmed one must be there: it is the first to be found.
  const leftOver = stored.filter((raw) => !take(confirmed, raw) && !take(unconfirmed, raw));

  let destroyed = 0;
  for (const raw of sent.destroyed) if (take(confirmed, raw) || take(unconfirmed, raw)) destroyed++;
  const lost = Math.max(0, total(confirmed) - sent.counted);
  const countedUnconfirmed = Math.max(0, sent.counted - total(confirmed));
  if (lost > 0) {
    for (const raw of confirmed.keys()) faults.push(`rejected frame ${JSON.stringify(raw)} is lost`);
  }

  const cutBags = [...sent.cutFrames];
  let piecesOfBags = 0;
  let duplicated = 0;
  for (const raw of leftOver) {
    const bag = cutBags.findIndex((frame) => frame.startsWith(raw));
    const rubbish = [...unconfirmed.keys()].find((each) => each.startsWith(raw));
    if (bag >= 0) {
      cutBags.splice(bag, 1);
      piecesOfBags++;
    } else if (rubbish !== undefined) {
      take(unconfirmed, rubbish);
    } else {
      duplicated++;
      faults.push(`rejected frame ${JSON.stringify(raw)} was not sent, or not so often`);
    }
  }
  return {
    piecesOfBags,
    neverRead: total(unconfirmed) - countedUnconfirmed,
    destroyed,
    lost,
    duplicated,
    faults,
  };
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Takes one of them. @returns whether there was one. */
function take(counts: Map<string, number>, text: string): boolean {
  const count = counts.get(text) ?? 0;
  if (count > 1) counts.set(text, count - 1);
  else counts.delete(text);
  return count > 0;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, each) => all + each, 0);
}
