import type { Clock } from "../runtime/clock.ts";
import type { Outcome } from "./answer.ts";
import { retryDelayMs } from "./retry-policy.ts";

/**
 * Failures in a row, over all stations, after which the upstream counts as away. One can be chance and two a
 * restart of the API; with eight stations in flight three of them fail within the same second.
 */
export const failuresToOpen = 3;

/** With a refused token there is nothing to back off from: a person has to act, and is served within a minute. */
const unauthorizedProbeMs = 60_000;

/** `closed`: requests flow. `open`: the upstream is away. `unauthorized`: it refuses the token. */
export type GateState = "closed" | "open" | "unauthorized";

/** Times in milliseconds since the epoch; `nextProbeAt` and `reason` are null while closed. */
export interface GateView {
  readonly state: GateState;
  readonly since: number;
  readonly nextProbeAt: number | null;
  readonly reason: string | null;
}

/** The right to make one request. */
export interface Pass {
  /** Says how the request ended, once; null: it was not made, or given up. */
  done(outcome: Outcome | null): void;
}

/** What all stations share: whether the upstream is worth a request now. */
export interface Gate {
  readonly view: GateView;
  /** A pass where requests flow, else null. */
  tryEnter(): Pass | null;
  /**
   * Waits for a pass: at once where requests flow, else as the next probe. First come, first served, so that
   * a station whose bag fails again and again cannot be the only one that probes.
   *
   * @returns null when `signal` aborts first.
   */
  enter(signal: AbortSignal): Promise<Pass | null>;
  /** A person wants to see an attempt: the next probe need not wait. */
  hurry(): void;
  /** Called after every change of `view.state`. */
  onChange(listener: (view: GateView) => void): void;
}

/** Circuit breaker and authorization pause in one: both let a single probe through at a time. */
export function createGate(parts: { clock: Clock; random: () => number }): Gate {
  const { clock, random } = parts;
  const listeners: ((view: GateView) => void)[] = [];
  const waiting = new Set<(pass: Pass | null) => void>();
  let view: GateView = { state: "closed", since: clock.now(), nextProbeAt: null, reason: null };
  let failuresInARow = 0;
  let probesFailed = 0;
  /** When `nextProbeAt` was decided, by the clock of that moment. */
  let decidedAt = clock.now();
  let isProbing = false;
  let timer = new AbortController();

  function become(state: GateState, reason: string | null, probeInMs: number | null): void {
    const now = clock.now();
    const isChange = view.state !== state;
    const nextProbeAt = probeInMs === null ? null : now + probeInMs;
    decidedAt = now;
    view = { state, since: isChange ? now : view.since, nextProbeAt, reason };
    if (isChange) for (const listener of listeners) listener(view);
  }

  function makePass(isProbe: boolean): Pass {
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
        // The API spoke about the bag, so it is there and knows us.
        failuresInARow = 0;
        if (view.state !== "closed") become("closed", null, null);
        return;
      case "unauthorized":
        // What was in flight beside the first refusal does not move the probe.
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

  /** Lets in who may go: all while closed, else one when the probe is due. */
  function admit(): void {
    timer.abort();
    for (const enter of waiting) {
      if (view.state === "closed") enter(makePass(false));
      else if (!isProbing && isProbeDue()) enter(makePass(true));
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
    tryEnter: () => (view.state === "closed" ? makePass(false) : null),
    enter: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        const leave = () => enter(null);
        const enter = (pass: Pass | null) => {
          waiting.delete(enter);
          signal.removeEventListener("abort", leave);
          resolve(pass);
        };
        signal.addEventListener("abort", leave);
        waiting.add(enter);
        admit();
      }),
    hurry() {
      if (view.nextProbeAt !== null) view = { ...view, nextProbeAt: clock.now() };
      admit();
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}
