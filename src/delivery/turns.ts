/**
 * Runs tasks one after the other. When the upstream comes back, all lanes want to read at once, each on a connection of
 * its own that has to be opened first: both cores of a small server were busy with that for 0.2 s.
 */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
