/**
 * Random numbers that are looked up, not drawn: each is a pure function of (key, index, lane), so that with the seed
 * any one of them can be recomputed without replaying those before it.
 */

/** What a number is used for; two uses of one index must not share a lane. */
export const lanes = {
  radius: 0,
  angle: 1,
  cut: 2,
  cutAt: 3,
  cutPause: 4,
  glue: 5,
  disconnect: 6,
  garbage: 7,
  garbageKind: 8,
  garbageLength: 9,
  garbageBytes: 10,
  reject: 11,
  rejectKind: 12,
  phase: 13,
  backoff: 14,
} as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

/** The finalizer of MurmurHash3 (Appleby, public domain): every bit of the input reaches every bit of the output. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The key of one scale's numbers. `seed` and `scale` are integers, of which the low 32 bits count. */
export function keyOf(seed: number, scale: number): number {
  return mix(mix(seed + 0x7f4a7c15) ^ Math.imul(scale, 0x9e3779b1));
}

/** An evenly spread integer 0 … 2³²−1. Repeats after 2³² indices. */
export function integerAt(key: number, index: number, lane: Lane): number {
  return mix(mix(key + Math.imul(index, 0x9e3779b1)) ^ Math.imul(lane + 1, 0x27d4eb2f)) >>> 0;
}

/** An evenly spread number, 0 ≤ x < 1. */
export function uniformAt(key: number, index: number, lane: Lane): number {
  return integerAt(key, index, lane) / 0x1_0000_0000;
}

/** A standard normal number (mean 0, deviation 1), by Box and Muller; never beyond ±6.7. */
export function normalAt(key: number, index: number): number {
  // 1 − u is above 0, so the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(key, index, lanes.radius)));
  return radius * Math.cos(2 * Math.PI * uniformAt(key, index, lanes.angle));
}
