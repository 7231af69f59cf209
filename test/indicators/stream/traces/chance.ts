/** The only source of chance of a trace. */
export interface Chance {
  /** Uniform from `low` to `high`. */
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** Normal, mean 0, standard deviation 1. */
  normal(): number;
  is(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  function random(): number {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (low: number, high: number) => low + (high - low) * random();
  const whole = (low: number, high: number) => low + Math.floor((high - low + 1) * random());
  return {
    between,
    whole,
    normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    is: (probability) => random() < probability,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
  };
}
