import type { Clock } from "../runtime/clock.ts";
import type { Outcome } from "./answer.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { Attempted, WaitingBag } from "./outbox.ts";
import { backoffMs, parkedRetryMs, retryDelayMs } from "./retry-policy.ts";

/** When a lane may send which bag. */
export interface Pace {
  /**
   * Divides what was read into what may be sent now, in its order, and the wait for the bag that holds up the
   * rest (milliseconds since the epoch; null where nothing waits). To be asked with a permit of the circuit breaker in hand.
   */
  divide(waiting: readonly WaitingBag[]): { due: WaitingBag[]; waitUntil: number | null };
  /** Decides when the bag is tried again; to be told of every outcome, after the circuit breaker. */
  note(bag: WaitingBag, outcome: Outcome): Attempted;
}

export function createPace(parts: { breaker: CircuitBreaker; clock: Clock; random: () => number }): Pace {
  const { breaker, clock, random } = parts;
  let failuresInARow = 0;
  /**
   * A bag whose time was set by the circuit breaker's next probe: if a request is permitted earlier, the bag may be
   * sent too.
   */
  let boundToProbe: number | null = null;
  /** The bag that was tried last and has to wait, and when that was, by the clock of that moment. */
  let last: { readonly id: number; readonly at: number } | null = null;

  function isDue(bag: WaitingBag, now: number): boolean {
    const { nextAttemptAt } = bag;
    if (nextAttemptAt === null || nextAttemptAt <= now || bag.id === boundToProbe) return true;
    // Set back since, the clock would make the wait longer by as much.
    if (bag.id === last?.id) return now < last.at;
    // Set by another process, whose clock may differ. A longer pause that the upstream requested is not known any more,
    // and costs one request.
    return nextAttemptAt > now + backoffMs.most;
  }

  function retryAt(bag: WaitingBag, outcome: Outcome, now: number): number | null {
    if (bag.state === "parked") return null;
    boundToProbe = null;
    last = { id: bag.id, at: now };
    if (outcome.kind !== "retry" && outcome.kind !== "unauthorized") {
      failuresInARow = 0;
      return null;
    }
    failuresInARow++;
    const { nextProbeAt } = breaker.view;
    const asked = outcome.kind === "retry" ? outcome.retryAfterMs : undefined;
    if (nextProbeAt === null) return now + retryDelayMs(failuresInARow, random, asked);
    // A bag whose answer requested a pause waits even when another station is served.
    if (asked === undefined) boundToProbe = bag.id;
    return nextProbeAt;
  }

  return {
    divide(waiting) {
      const now = clock.now();
      const blocker = waiting.findIndex((bag) => bag.state === "pending" && !isDue(bag, now));
      if (blocker === -1) return { due: [...waiting], waitUntil: null };
      // It holds up the pending bags behind it, but not the parked ones.
      const due = waiting.filter((bag, place) => place < blocker || bag.state === "parked");
      return { due, waitUntil: waiting[blocker]?.nextAttemptAt ?? null };
    },
    note(bag, outcome) {
      const at = clock.now();
      const parkedRetryAt = outcome.kind === "parked" && !outcome.retryable ? null : at + parkedRetryMs;
      return { id: bag.id, uid: bag.uid, at, outcome, retryAt: retryAt(bag, outcome, at), parkedRetryAt };
    },
  };
}
