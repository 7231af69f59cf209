import type { Outcome } from "./answer.ts";

/** Counts the answers that do not say whether a bag was taken. */
export interface UnclearCount {
  /** The outcome that counts for the bag: with the last permitted unclear answer it is held back for a person. */
  settle(bagId: number, outcome: Outcome): Outcome;
}

/** Counts of this process: after a start a bag may be sent as often again. Only waiting bags are in it. */
export function createUnclearCount(): UnclearCount {
  const counts = new Map<number, number>();
  return {
    settle(bagId, outcome) {
      if (outcome.kind === "delivered" || outcome.kind === "parked") counts.delete(bagId);
      if (outcome.kind !== "retry" || outcome.triesMax === undefined || outcome.status === null)
        return outcome;
      const count = (counts.get(bagId) ?? 0) + 1;
      counts.set(bagId, count);
      if (count < outcome.triesMax) return outcome;
      counts.delete(bagId);
      const { status, reason } = outcome;
      const held = `held back after ${count} answers that do not say whether it was taken: look there, then retry or discard it`;
      return { kind: "parked", status, reason: `${held}. Last: ${reason}`.slice(0, 480), retryable: false };
    },
  };
}
