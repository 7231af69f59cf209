import type { PrintUnit } from "../print.ts";

/** Why a load is no bag. */
export const loadRejections = [
  /** It was on the platform for less than the settle time: a bump, a step, a hand. */
  "bumped",
  /** Taken off before its weight stood still. */
  "not_settled",
  /** The samples ended, or none came for long, and it was on. */
  "connection_lost",
  /** Beyond what the scale can weigh, and taken off. */
  "overload",
  /** The tare was pressed or cleared while it was on. */
  "tared",
  /** Taken off before it settled in the unit that was changed to. */
  "unit_changed",
  /** Put on top of another load and taken off again. */
  "set_on_top",
] as const;
export type LoadRejection = (typeof loadRejections)[number];

/** A sample as evidence. */
export interface TraceSample {
  readonly atMs: number;
  /** As sent; null: the sample had none. */
  readonly weight: string | null;
  readonly stable: boolean | null;
}

interface Load {
  /** When it was known. */
  readonly atMs: number;
  readonly loadedAtMs: number;
  readonly unit: PrintUnit | null;
  /** How many samples came while it was on. */
  readonly samples: number;
  /** What came shortly before, during and after, changes first; at most 200. */
  readonly trace: readonly TraceSample[];
}

export interface StreamBag extends Load {
  readonly kind: "bag";
  /** One of the weights that the indicator sent. */
  readonly weight: string;
  /** When the weight began to stand still at what it last was. */
  readonly settledAtMs: number;
  /** Whether the indicator marked this weight as stable. */
  readonly stillMark: boolean;
}

export interface RejectedLoad extends Load {
  readonly kind: "rejected";
  readonly reason: LoadRejection;
  /** The last still weight, where there was one. */
  readonly weight: string | null;
  /** The highest; null: no sample had a weight. */
  readonly peak: string | null;
}

export type StreamOutcome = StreamBag | RejectedLoad;
