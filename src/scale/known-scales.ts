/** More scales than a plant has that nobody has configured: a broken sender prints ever new ids. */
export const UNCONFIGURED_MAX = 1_000;

/** What is remembered of each scale, within a bound. */
export interface KnownScales<Scale> {
  get(id: number): Scale | undefined;
  /** Adds it as the one heard last. If there are too many, the unconfigured one that was heard longest ago is removed. */
  add(id: number, scale: Scale): void;
  /** It was heard again. */
  heard(id: number): void;
  forget(id: number): void;
  all(): IterableIterator<[number, Scale]>;
}

/**
 * @param isConfigured configured, or set by a person: such a scale is never forgotten for another.
 * @param forgotten called with each one that is forgotten.
 */
export function createKnownScales<Scale>(
  isConfigured: (id: number) => boolean,
  forgotten: (id: number, scale: Scale) => void,
): KnownScales<Scale> {
  const scales = new Map<number, Scale>();
  /** Those that were not configured when they were first heard; the one heard longest ago first. */
  const unconfigured = new Set<number>();

  function forget(id: number): void {
    const scale = scales.get(id);
    if (scale === undefined) return;
    scales.delete(id);
    unconfigured.delete(id);
    forgotten(id, scale);
  }

  return {
    get: (id) => scales.get(id),
    add(id, scale) {
      scales.set(id, scale);
      if (isConfigured(id)) return;
      unconfigured.add(id);
      while (unconfigured.size > UNCONFIGURED_MAX) {
        const [longestAgo] = unconfigured;
        if (longestAgo === undefined) return;
        // A person may have set it meanwhile.
        if (isConfigured(longestAgo)) unconfigured.delete(longestAgo);
        else forget(longestAgo);
      }
    },
    heard(id) {
      if (unconfigured.delete(id)) unconfigured.add(id);
    },
    forget,
    all: () => scales.entries(),
  };
}
