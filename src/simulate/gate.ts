/** Runs `work` as soon as a place is free. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** A gate with `places` places, given away in the order of asking. */
export function createGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes straight to the next one in the row; nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
