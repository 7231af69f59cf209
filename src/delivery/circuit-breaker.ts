import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type Emitter, type FailureLog } from "../runtime/emitter.ts";
import type { Outcome } from "./answer.ts";
import { retryDelayMs } from "./retry-policy.ts";

/**
 * Failures in a row, over all stations, after which the upstream counts as away. One can be chance and two a
 * restart of the API; with eight stations in flight three of them fail within the same second.
 */
export const failuresToOpen = 3;

/**
 * With a refused token a growing backoff is of no use: a person has to act, and should see the effect within a minute.
 */
const unauthorizedProbeMs = 60_000;

/** `closed`: requests flow. `open`: the upstream is away. `unauthorized`: it refuses the token. */
export type BreakerState = "closed" | "open" | "unauthorized";

/** Times in milliseconds since the epoch; `nextProbeAt` and `reason` are null while closed. */
export interface BreakerView {
  readonly state: BreakerState;
  readonly since: number;
  readonly nextProbeAt: number | null;
  readonly reason: string | null;
}

/** The right to make one request. */
export interface Permit {
  /** Reports how the request ended, once; null: it was not made, or given up. */
  done(outcome: Outcome | null): void;
}

/** Whether requests may be made now, for all stations. */
export interface CircuitBreaker {
  readonly view: BreakerView;
  /** A permit where requests flow, else null. */
  tryAcquire(): Permit | null;
  /**
   * Waits for a permit: at once where requests flow, else as the next probe. First come, first served, so that
   * a station whose bag fails again and again cannot be the only one that probes.
   *
   * @returns null when `signal` aborts first.
   */
  acquire(signal: AbortSignal): Promise<Permit | null>;
  /** Makes the next probe at once: a person has asked for an attempt. */
  probeNow(): void;
  /** Called after every change of `view.state`. */
  readonly onChange: Emitter<[view: BreakerView]>["on"];
}

/** Circuit breaker and authorization pause in one: both let a single probe through at a time. */
export function createCircuitBreaker(parts: {
  clock: Clock;
  random: () => number;
  log: FailureLog;
}): CircuitBreaker {
  const { clock, random, log } = parts;
  const changes = createEmitter<[view: BreakerView]>("circuit breaker changed", log);
  const waiting = new Set<(permit: Permit | null) => void>();
  let view: BreakerView = { state: "closed", since: clock.now(), nextProbeAt: null, reason: null };
  let failuresInARow = 0;
  let probesFailed = 0;
  /** When `nextProbeAt` was decided, by the clock of that moment. */
  let decidedAt = clock.now();
  let isProbing = false;
  let timer = new AbortController();

  function become(state: BreakerState, reason: string | null, probeInMs: number | null): void {
    const now = clock.now();
    const isChange = view.state !== state;
    const nextProbeAt = probeInMs === null ? null : now + probeInMs;
    decidedAt = now;
    view = { state, since: isChange ? now : view.since, nextProbeAt, reason };
    if (isChange) changes.emit(view);
  }

  function makePermit(isProbe: boolean): Permit {
    if (isProbe) isProbing = true;
    let isDone = false;
    return {
      done(outcome) {
        if (isDone) return;
        isDone = true;
        if (isProbe) isProbing = false;
        if (outcome !== null) learn(outcome, isProbe);
        admit();
      },
    };
  }

  function learn(outcome: Outcome, isProbe: boolean): void {
    switch (outcome.kind) {
      case "delivered":
      case "parked":
        // The API answered about the bag, so it is reachable and accepts the token.
        failuresInARow = 0;
        if (view.state !== "closed") become("closed", null, null);
        return;
      case "unauthorized":
        // Requests in flight at the first refusal do not postpone the probe.
        if (isProbe || view.state !== "unauthorized") {
          become("unauthorized", outcome.reason, unauthorizedProbeMs);
        }
        return;
      case "retry":
        failuresInARow++;
        if (view.state === "closed" ? failuresInARow < failuresToOpen : !isProbe) return;
        probesFailed = view.state === "open" ? probesFailed + 1 : 0;
        become("open", outcome.reason, retryDelayMs(probesFailed + 1, random, outcome.retryAfterMs));
    }
  }

  /** Gives permits: to all while closed, else to one when the probe is due. */
  function admit(): void {
    timer.abort();
    for (const settle of waiting) {
      if (view.state === "closed") settle(makePermit(false));
      else if (!isProbing && isProbeDue()) settle(makePermit(true));
      else break;
    }
    if (waiting.size > 0 && !isProbing) admitLater();
  }

  function isProbeDue(): boolean {
    const now = clock.now();
    // Earlier than the decision: the clock was set back, and the wait would become longer by as much.
    return (view.nextProbeAt ?? 0) <= now || now < decidedAt;
  }

  function admitLater(): void {
    const mine = new AbortController();
    timer = mine;
    void clock.sleep((view.nextProbeAt ?? 0) - clock.now(), mine.signal).then(() => {
      if (!mine.signal.aborted) admit();
    });
  }

  return {
    get view() {
      return view;
    },
    tryAcquire: () => (view.state === "closed" ? makePermit(false) : null),
    acquire: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        const leave = () => settle(null);
        const settle = (permit: Permit | null) => {
          waiting.delete(settle);
          signal.removeEventListener("abort", leave);
          resolve(permit);
        };
        signal.addEventListener("abort", leave);
        waiting.add(settle);
        admit();
      }),
    probeNow() {
      if (view.nextProbeAt !== null) view = { ...view, nextProbeAt: clock.now() };
      admit();
    },
    onChange: changes.on,
  };
}
