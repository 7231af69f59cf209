import type { PrintUnit } from "../print.ts";

/** How bags are found in a stream. Weights are decimals in `unit`. */
export interface StreamSettings {
  /** What samples without a unit are weighed in; division and least weight count in this unit alone. */
  readonly unit: PrintUnit | null;
  /** The indicator's division; null: learned from the samples. */
  readonly division: string | null;
  /** Less than this above the empty platform is no load; null: `leastDivisions`. */
  readonly leastWeight: string | null;
  /** A weight that stays within so many divisions is still. */
  readonly bandDivisions: number;
  /** For how long it has to (ms). */
  readonly settleMs: number;
  /** Below this share of the bag (percent) the load has left. */
  readonly rearmPercent: number;
  /** When a bag counts: as it leaves, with its last still weight, or as it first settles. */
  readonly commit: "taken-off" | "settled";
}

export const defaultStreamSettings: StreamSettings = {
  unit: null,
  division: null,
  leastWeight: null,
  bandDivisions: 2,
  settleMs: 600,
  rearmPercent: 20,
  commit: "taken-off",
};

export const streamLimits = {
  bandDivisions: { min: 1, max: 1000 },
  settleMs: { min: 100, max: 10_000 },
  rearmPercent: { min: 1, max: 50 },
} as const;
