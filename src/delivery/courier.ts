import type { Database } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import type { Odd } from "./answer.ts";
import { oddities } from "./answer-body.ts";
import type { BacklogThrottle } from "./backlog-throttle.ts";
import { type BreakerView, createCircuitBreaker } from "./circuit-breaker.ts";
import { takeCourierLock } from "./courier-lock.ts";
import type { DeliveredNotes } from "./delivered-notes.ts";
import type { Destination, DestinationClient } from "./destination.ts";
import { createUnclearCount } from "./held-back.ts";
import { type Lane, startLane } from "./lane.ts";
import { readStations } from "./outbox.ts";
import { createOutcomeWriter } from "./outcome-writer.ts";
import { createTurns } from "./turns.ts";

/** Finds bags that no `wake` announced: parked ones that are due, those of another appliance. */
const pollMs = 5_000;
const oddLogMs = 3_600_000;
/** At `stop`: for requests in flight, and on top for writing how they ended. */
const finishLimitMs = 5_000;
const writeLimitMs = 2_000;

/** Times in milliseconds since the epoch. */
export interface CourierStatus {
  /**
   * `delivering`: requests flow. `open`: the upstream is away, `unauthorized`: it refuses the token; both probe.
   * `paused`: nothing is sent because the destination's row says so. `standby`: Postgres is away, or another courier
   * delivers to this destination. `stopped`: not started, or stopped.
   */
  readonly state: "delivering" | "open" | "unauthorized" | "paused" | "standby" | "stopped";
  readonly since: number;
  readonly nextProbeAt: number | null;
  /** Why it does not deliver; null when it does. */
  readonly reason: string | null;
  /** Stations that have something to send. */
  readonly lanes: number;
  /** Answers that Postgres does not have yet. */
  readonly unwritten: number;
}

export interface Courier {
  readonly destination: Destination;
  /** Begins to deliver, in the background, as soon as Postgres is there. */
  start(): void;
  /** Rejects if it ended without being stopped, which is a defect. */
  readonly done: Promise<void>;
  /** Makes no further request, lets those in flight end within 5 s, writes how they ended. Calling it again waits for the first. */
  stop(): Promise<void>;
  /**
   * Reads the outbox now: bags were recorded, of one station or of any.
   *
   * @param options.urgent a person retried or discarded bags: also before the rest of what was read already is sent,
   * and a probe goes to an upstream that was away.
   */
  wake(station?: string, options?: { readonly urgent: boolean }): void;
  status(): CourierStatus;
}

/** What a courier serves, and by which means. */
export interface Route {
  readonly destination: Destination;
  readonly client: DestinationClient;
  /** Requests of a station at once; above 1 its order is no longer kept. */
  readonly inFlight: number;
  /** Of what was delivered before, also where Postgres has forgotten it; null: none are kept. */
  readonly notes: DeliveredNotes | null;
}

/**
 * Brings bags from the outbox to one destination: every station in its order of weighing, no station waiting for
 * another, one courier for it at a time on one Postgres. Couriers of several destinations share nothing that one of
 * them could use up.
 *
 * @param parts.requestsMax how many requests it may make at once, over all stations.
 * @param parts.onWritten called with the ids of bags when what the destination answered is committed.
 * @param parts.random uniform in [0, 1), for the jitter.
 */
export function createCourier(
  parts: Route & {
    requestsMax: number;
    throttle: BacklogThrottle;
    database: Database;
    clock: Clock;
    logger: Logger;
    metrics: Metrics;
    onWritten: (ids: readonly number[]) => void;
    random?: () => number;
  },
): Courier {
  const { destination, inFlight, notes, requestsMax, throttle, database, clock, metrics } = parts;
  const { onWritten, random = Math.random } = parts;
  const label = { destination: destination.name };
  const logger = parts.logger.child(label);
  const breaker = createCircuitBreaker({ clock, random, log: logger });
  const writer = createOutcomeWriter({
    destination: destination.id,
    database,
    clock,
    logger,
    notes,
    onWritten,
  });
  const unclear = createUnclearCount();
  const inTurn = createTurns();
  const stopping = new AbortController();
  const givenUp = new AbortController();
  const lanes = new Map<string, Lane>();
  /** Stations served at once. If there are more, the others are served when a lane is free. */
  const lanesMax = Math.max(1, Math.floor(requestsMax / inFlight));
  const oddLoggedAt = new Map<string, number>();
  let pausing = new AbortController();
  let isWoken = false;
  let phase: Phase = { state: "stopped", since: clock.now(), reason: null };
  /** Set while lanes may run: this courier holds the lock, and the destination is not paused. */
  let sending: AbortController | null = null;
  const ended = Promise.withResolvers<void>();
  let running: Promise<void> | null = null;
  let stopped: Promise<void> | null = null;

  breaker.onChange("courier", (view) => {
    metrics.upstreamUp.set(label, view.state === "closed" ? 1 : 0);
    logBreaker(logger, view);
    for (const lane of lanes.values()) lane.wake(false);
  });

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const lock = await takeCourierLock({
        destination: destination.id,
        database,
        clock,
        signal: stopping.signal,
        onWait: standBy,
      });
      if (lock === null) return;
      enter("delivering", null);
      logger.info("courier delivers");
      await deliver(AbortSignal.any([stopping.signal, lock.lost]));
      await lock.release();
    }
  }

  function enter(state: Phase["state"], reason: string | null): void {
    phase = { state, since: state === phase.state ? phase.since : clock.now(), reason };
  }

  function standBy(reason: string): void {
    if (phase.reason !== reason) logger.info({ reason }, "courier waits");
    enter("standby", reason);
  }

  async function deliver(ended: AbortSignal): Promise<void> {
    ended.addEventListener("abort", endSending);
    while (!ended.aborted) {
      isWoken = false;
      await startLanes(ended);
      await pause();
    }
    if (!stopping.signal.aborted) standBy("the session in Postgres ended");
    // A lane ends when its answers are written, so that the next one continues behind them.
    await Promise.all([...lanes.values()].map((lane) => lane.done));
  }

  function endSending(): void {
    sending?.abort();
    sending = null;
    wakeLoop();
  }

  async function startLanes(ended: AbortSignal): Promise<void> {
    try {
      const stations = await database.run((sql) => readStations(sql, destination.id, clock.now()));
      if (ended.aborted) return;
      if (stations === null) return standStill();
      if (phase.state === "paused") logger.info("destination is active again");
      enter("delivering", null);
      if (sending === null) {
        sending = new AbortController();
        // Bags that were recorded during this read could not wake it.
        wakeLoop();
      }
      for (const station of stations) ensureLane(station, sending.signal);
    } catch (error) {
      logger.debug({ error: String(error) }, "outbox not read");
    }
  }

  /** Requests in flight end as they end; nothing further is sent. */
  function standStill(): void {
    if (phase.state !== "paused") logger.info("destination is paused: its bags wait");
    enter("paused", "paused: its bags wait until it is active again");
    sending?.abort();
    sending = null;
  }

  function ensureLane(station: string, ended: AbortSignal): void {
    if (lanes.has(station) || lanes.size >= lanesMax) return;
    const shared = {
      ...{
        destination,
        client: parts.client,
        inFlight,
        notes,
        breaker,
        writer,
        unclear,
        onOdd,
        throttle,
        inTurn,
      },
      ...{ database, clock, random, logger, metrics },
    };
    const onEnd = () => {
      // Another station may have found no free lane.
      if (lanes.size === lanesMax) wakeLoop();
      lanes.delete(station);
    };
    lanes.set(station, startLane({ ...shared, station, ended, givenUp: givenUp.signal, onEnd }));
  }

  /** Each kind is logged at most once an hour; the metric counts all. */
  function onOdd({ oddity, excerpt }: Odd): void {
    const now = clock.now();
    metrics.upstreamOddAnswers.inc({ ...label, oddity });
    metrics.upstreamLastOddAnswer.set({ ...label, oddity }, now / 1000);
    const last = oddLoggedAt.get(oddity);
    if (last !== undefined && Math.abs(now - last) < oddLogMs) return;
    oddLoggedAt.set(oddity, now);
    logger.warn({ oddity, answer: excerpt }, "upstream took a bag, but its answer is not as agreed");
  }

  /** Reads at once which stations have something to send. */
  function wakeLoop(): void {
    isWoken = true;
    pausing.abort();
  }

  async function pause(): Promise<void> {
    if (isWoken) return;
    pausing = new AbortController();
    await clock.sleep(pollMs, pausing.signal);
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const ended = running ?? Promise.resolve();
    await withTimeLimit(ended, finishLimitMs, () => givenUp.abort(), clock);
    // Lanes wait until their answers are written, without a limit while PostgreSQL is not reachable.
    await withTimeLimit(ended, writeLimitMs, () => undefined, clock);
    writer.stop();
    await running;
    enter("stopped", null);
  }

  return {
    destination,
    start() {
      metrics.upstreamUp.set(label, 1);
      for (const outcome of ["delivered", "retry", "parked", "unauthorized"]) {
        metrics.upstreamRequests.inc({ ...label, outcome }, 0);
      }
      for (const oddity of oddities) metrics.upstreamOddAnswers.inc({ ...label, oddity }, 0);
      enter("standby", null);
      running ??= run().then(ended.resolve, ended.reject);
    },
    done: ended.promise,
    stop: () => (stopped ??= stop()),
    wake(station, { urgent } = { urgent: false }) {
      if (urgent) breaker.probeNow();
      else throttle.recorded();
      for (const [name, lane] of lanes) if (station === undefined || name === station) lane.wake(urgent);
      if (station === undefined) wakeLoop();
      else if (sending !== null) ensureLane(station, sending.signal);
    },
    status() {
      const { view } = breaker;
      const counts = { lanes: lanes.size, unwritten: writer.unwritten };
      if (phase.state !== "delivering") return { ...phase, nextProbeAt: null, ...counts };
      if (view.state !== "closed") return { ...view, state: view.state, ...counts };
      return { ...phase, since: Math.max(phase.since, view.since), nextProbeAt: null, ...counts };
    },
  };
}

/** The courier's own state; whether the upstream accepts bags is the circuit breaker's. */
interface Phase {
  readonly state: "stopped" | "standby" | "paused" | "delivering";
  readonly since: number;
  readonly reason: string | null;
}

/** One log line when the upstream becomes unreachable, one when the reason changes, one when it is back. */
function logBreaker(logger: Logger, view: BreakerView): void {
  const { reason } = view;
  if (view.state === "closed") logger.info("upstream is back");
  else if (view.state === "open") logger.warn({ reason }, "upstream is away: bags wait, weighing goes on");
  else logger.error({ reason }, "upstream refuses the token: check PREPUFF_UPSTREAM_TOKEN; bags wait");
}
