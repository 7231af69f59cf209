import { type Database, isConnectionLoss, type Sql } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import type { Odd, Outcome } from "./answer.ts";
import type { BacklogThrottle } from "./backlog-throttle.ts";
import type { CircuitBreaker, Permit } from "./circuit-breaker.ts";
import type { DeliveredNotes } from "./delivered-notes.ts";
import type { Destination, DestinationClient } from "./destination.ts";
import type { UnclearCount } from "./held-back.ts";
import { createPace } from "./lane-pace.ts";
import { bringForward, readWaiting, type WaitingBag } from "./outbox.ts";
import type { OutcomeWriter } from "./outcome-writer.ts";

/** Pending bags of one read. */
const batchLimit = 256;
/**
 * How many answers of a lane may be unwritten. After a crash as many bags are sent twice, and an upstream that ignores
 * Idempotency-Key counts them twice: small, but enough never to wait for PostgreSQL.
 */
const unwrittenLimit = 32;
/**
 * Bags that go at least after a read that an urgent wake cut short. Else a station whose bags are changed more often
 * than they can be read would send none.
 */
const leastAfterUrgent = 16;
/** A lane that waits for its bag's time reads it again this often: a person may have decided otherwise. */
const pollMs = 5_000;

/** Delivers the bags of one station to one destination in their order, until none waits. */
export interface Lane {
  /** Read again: there may be more. With `urgent`, before the rest of what was read already is sent. */
  wake(urgent: boolean): void;
  readonly done: Promise<void>;
}

export interface LaneParts {
  readonly destination: Destination;
  readonly station: string;
  readonly database: Database;
  readonly client: DestinationClient;
  readonly breaker: CircuitBreaker;
  readonly writer: OutcomeWriter;
  readonly unclear: UnclearCount;
  readonly throttle: Pick<BacklogThrottle, "delay">;
  /** Runs the readings of all lanes one after the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Requests at once; above 1 the order within the station is no longer kept. */
  readonly inFlight: number;
  readonly notes: DeliveredNotes | null;
  /** Aborts when no further request is to be made. */
  readonly ended: AbortSignal;
  /** Aborts when requests in flight are to be given up. */
  readonly givenUp: AbortSignal;
  /** A bag was taken, and the answer said so in another way than agreed. */
  readonly onOdd: (odd: Odd) => void;
  /** Called when the lane has ended, before `done` resolves. */
  readonly onEnd: () => void;
}

export function startLane(parts: LaneParts): Lane {
  const {
    destination,
    station,
    database,
    client,
    breaker,
    writer,
    unclear,
    throttle,
    inTurn,
    clock,
    logger,
    metrics,
    ended,
    givenUp,
  } = parts;
  const label = { destination: destination.name };
  const of = { destination: destination.id, station };
  const pace = createPace(parts);
  const unwritten = new Set<Promise<void>>();
  let isWoken = false;
  let isUrgent = false;
  let wasCutShort = false;
  let pausing = new AbortController();
  /** Other parked bags may wait for the same job upstream; forwarded when one of them is taken. */
  let mayOthersBeParked = true;
  let shouldBringForward = false;

  function wake(urgent: boolean): void {
    isWoken = true;
    isUrgent ||= urgent;
    pausing.abort();
  }

  async function run(): Promise<void> {
    const wakeAtEnd = () => wake(true);
    ended.addEventListener("abort", wakeAtEnd);
    try {
      while (!ended.aborted) {
        if ((await sendWhatIsDue()) === "nothing waits" && !isWoken) break;
      }
    } catch (error) {
      // The courier's next poll starts the lane again.
      if (isConnectionLoss(error)) logger.debug({ station, error: String(error) }, "lane interrupted");
      else logger.error({ station, error: String(error) }, "lane failed, trying again");
    } finally {
      ended.removeEventListener("abort", wakeAtEnd);
      // Nothing may be read again before it is written. No wait without need: being woken would be lost in it.
      if (unwritten.size > 0) await allWritten();
      parts.onEnd();
    }
  }

  async function sendWhatIsDue(): Promise<"nothing waits" | "read again"> {
    isWoken = false;
    isUrgent = false;
    // The permit comes first: what is read after the wait for it is true when it is sent.
    const permit = breaker.tryAcquire() ?? (await breaker.acquire(ended));
    if (permit === null) return "read again";
    try {
      await allWritten();
      const waiting = await inTurn(() => database.run(read));
      const { due, waitUntil } = pace.divide(waiting);
      if (due.length > 0) {
        await sendAll(due, permit);
      } else {
        permit.done(null);
        if (waitUntil === null) return "nothing waits";
        await pause(Math.min(pollMs, waitUntil - clock.now()));
      }
      return "read again";
    } finally {
      permit.done(null);
    }
  }

  async function read(sql: Sql): Promise<WaitingBag[]> {
    if (shouldBringForward) await bringForward(sql, of, clock.now());
    shouldBringForward = false;
    return readWaiting(sql, of, clock.now(), batchLimit);
  }

  /** Sends bags in their order, at most `inFlight` at once, until one of them has to be sent again. */
  async function sendAll(bags: readonly WaitingBag[], first: Permit): Promise<void> {
    let next = 0;
    let isHalted = false;
    const least = wasCutShort ? leastAfterUrgent : 0;
    const sendOn = async (given: Permit | null) => {
      let permit = given;
      while (!isHalted && (!isUrgent || next < least) && !ended.aborted) {
        const bag = bags[next];
        if (bag === undefined) return;
        permit ??= breaker.tryAcquire();
        if (permit === null) return;
        next++;
        const outcome = await send(bag, permit);
        permit = null;
        isHalted ||= outcome === null || outcome.kind === "retry" || outcome.kind === "unauthorized";
        while (unwritten.size >= unwrittenLimit) await Promise.race(unwritten);
        await throttle.delay();
      }
    };
    const workers = Math.min(parts.inFlight, bags.length);
    await Promise.all(Array.from({ length: workers }, (_, worker) => sendOn(worker === 0 ? first : null)));
    wasCutShort = isUrgent && next < leastAfterUrgent;
  }

  /** @returns null if the request was aborted: its outcome is not known. */
  async function send(bag: WaitingBag, permit: Permit): Promise<Outcome | null> {
    const before = parts.notes?.find(bag.uid) ?? null;
    if (before !== null) {
      permit.done(null);
      logger.info({ station, bag: bag.id, uid: bag.uid }, "delivered before, as noted here: not sent again");
      write(bag, before);
      return before;
    }
    const started = performance.now();
    const answered = await client.post(bag, givenUp);
    if (answered.kind === "retry" && givenUp.aborted) {
      permit.done(null);
      return null;
    }
    metrics.upstreamDuration.observe(label, (performance.now() - started) / 1_000);
    const outcome = unclear.settle(bag.id, answered);
    metrics.upstreamRequests.inc({ ...label, outcome: outcome.kind });
    log(bag, outcome);
    // The answer, not the outcome: a bag that is held back after unclear answers does not show that the API is back.
    permit.done(answered);
    write(bag, outcome);
    if (outcome.kind === "parked") {
      mayOthersBeParked ||= outcome.retryable;
    } else if (outcome.kind === "delivered" && bag.state === "parked") {
      shouldBringForward ||= mayOthersBeParked;
      mayOthersBeParked = false;
    }
    return outcome;
  }

  function write(bag: WaitingBag, outcome: Outcome): void {
    const written = writer.write(pace.note(bag, outcome));
    unwritten.add(written);
    void written.then(() => unwritten.delete(written));
  }

  function log(bag: WaitingBag, outcome: Outcome): void {
    const about = { station, bag: bag.id, uid: bag.uid, status: outcome.status };
    if (outcome.kind === "delivered") {
      logger.debug(about, "bag delivered");
      if (outcome.odd !== undefined) parts.onOdd(outcome.odd);
      return;
    }
    const withReason = { ...about, reason: outcome.reason };
    // The circuit breaker logs when the upstream becomes unreachable and is back; here it would be a log line for each
    // attempt.
    if (outcome.kind !== "parked" || bag.state === "parked") logger.debug(withReason, "bag not delivered");
    else if (outcome.retryable) logger.warn(withReason, "bag parked, tried again every 5 minutes");
    else logger.warn(withReason, "bag parked: a person has to retry or discard it");
  }

  async function allWritten(): Promise<void> {
    await Promise.all(unwritten);
  }

  async function pause(ms: number): Promise<void> {
    if (isWoken || ended.aborted) return;
    pausing = new AbortController();
    await clock.sleep(ms, pausing.signal);
  }

  return { wake, done: run() };
}
