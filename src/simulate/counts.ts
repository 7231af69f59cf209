import { type Item, type RejectKind, rejectKinds } from "./frames.ts";

/** What one scale did. A line counts as sent once the kernel has its whole text. */
export interface ScaleCounts {
  readonly scale: number;
  /** Good frames sent: the bags 0 … bags − 1, each exactly once. */
  bags: number;
  readonly rejects: Record<RejectKind, number>;
  garbage: number;
  /** Of a stream: what it showed, each time; `bags` are those put on and taken off. */
  samples: number;
  /** Commands that were answered. */
  answers: number;
  bytes: number;
  /** Orderly closes between frames, as the play has them, each followed by a new connection. */
  disconnects: number;
  /**
   * How many bags were sent when a connection ended by the other side's doing, or when an orderly close
   * was not confirmed. TCP does not tell how much of such a connection was read: what the other side
   * misses, if anything, is a run of bags that ends right before one of these numbers.
   */
  readonly breaks: number[];
  /** Attempts that failed, and connections that the other side ended before anything was sent. */
  failedConnects: number;
  /** Why the last of them failed, for people; null: none did. */
  lastFailure: string | null;
  isConnected: boolean;
}

/** The sum over all scales. */
export interface PlantCounts {
  readonly scales: number;
  /** Scales with an open connection. */
  readonly connected: number;
  /** Scales that sent all their bags. */
  readonly complete: number;
  /** Everything sent: bags, rejects and garbage. */
  readonly frames: number;
  readonly bags: number;
  readonly rejects: Readonly<Record<RejectKind, number>>;
  readonly garbage: number;
  readonly samples: number;
  readonly answers: number;
  readonly bytes: number;
  readonly disconnects: number;
  /** Connections that did not end by an orderly, confirmed close. */
  readonly breaks: number;
  readonly failedConnects: number;
  readonly lastFailure: string | null;
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly perScale: readonly Readonly<ScaleCounts>[];
}

export function newScaleCounts(scale: number): ScaleCounts {
  return {
    scale,
    bags: 0,
    rejects: { motion: 0, overload: 0, zero: 0 },
    garbage: 0,
    samples: 0,
    answers: 0,
    bytes: 0,
    disconnects: 0,
    breaks: [],
    failedConnects: 0,
    lastFailure: null,
    isConnected: false,
  };
}

export function countSent(counts: ScaleCounts, kind: Item["kind"]): void {
  switch (kind) {
    case "bag":
      counts.bags++;
      break;
    case "garbage":
      counts.garbage++;
      break;
    default:
      counts.rejects[kind]++;
  }
}

/** Sums up. `bagsWanted`: of each scale, 0 for a play without end. `elapsedMs`: since the start. */
export function sumCounts(
  perScale: readonly ScaleCounts[],
  bagsWanted: number,
  elapsedMs: number,
): PlantCounts {
  const sum = (pick: (counts: ScaleCounts) => number) => perScale.reduce((all, one) => all + pick(one), 0);
  const rejects = { motion: 0, overload: 0, zero: 0 };
  for (const kind of rejectKinds) rejects[kind] = sum((one) => one.rejects[kind]);
  const bags = sum((one) => one.bags);
  const garbage = sum((one) => one.garbage);
  const frames = bags + garbage + rejects.motion + rejects.overload + rejects.zero;
  const seconds = elapsedMs / 1000;
  return {
    scales: perScale.length,
    connected: sum((one) => (one.isConnected ? 1 : 0)),
    complete: sum((one) => (bagsWanted > 0 && one.bags === bagsWanted ? 1 : 0)),
    frames,
    bags,
    rejects,
    garbage,
    samples: sum((one) => one.samples),
    answers: sum((one) => one.answers),
    bytes: sum((one) => one.bytes),
    disconnects: sum((one) => one.disconnects),
    breaks: sum((one) => one.breaks.length),
    failedConnects: sum((one) => one.failedConnects),
    lastFailure: perScale.find((one) => one.lastFailure !== null)?.lastFailure ?? null,
    seconds,
    framesPerSecond: seconds > 0 ? frames / seconds : 0,
    perScale,
  };
}
