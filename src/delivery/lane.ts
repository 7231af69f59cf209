import { type Database, isConnectionLoss, type Sql } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Metrics } from "../runtime/metrics.ts";
import type { Odd, Outcome } from "./answer.ts";
import type { DeliveredNotes } from "./delivered-notes.ts";
import type { Gate, Pass } from "./gate.ts";
import type { UnclearCount } from "./held-back.ts";
import { createPace } from "./lane-pace.ts";
import { bringForward, readWaiting, type WaitingBag } from "./outbox.ts";
import type { OutcomeWriter } from "./outcome-writer.ts";
import type { RightOfWay } from "./right-of-way.ts";
import type { ScanBagClient } from "./scan-bag-client.ts";

/** Pending bags of one read. */
const batchLimit = 256;
/**
 * How far a lane runs ahead of the writer. After a crash as many bags are sent twice, which an upstream that
 * ignores Idempotency-Key would count twice: small, but enough never to wait for Postgres.
 */
const unwrittenLimit = 32;
/** A lane that waits for its bag's time looks at it this often: a person may have decided otherwise. */
const lookMs = 5_000;

/** Delivers the bags of one station in their order, until none waits. */
export interface Lane {
  /** Look again: there may be more. With `urgent`, before the rest of what was read already. */
  ring(urgent: boolean): void;
  readonly done: Promise<void>;
}

export interface LaneParts {
  readonly station: string;
  readonly database: Database;
  readonly client: ScanBagClient;
  readonly gate: Gate;
  readonly writer: OutcomeWriter;
  readonly unclear: UnclearCount;
  readonly rightOfWay: Pick<RightOfWay, "give">;
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
    station,
    database,
    client,
    gate,
    writer,
    unclear,
    rightOfWay,
    inTurn,
    clock,
    logger,
    metrics,
    ended,
    givenUp,
  } = parts;
  const pace = createPace(parts);
  const unwritten = new Set<Promise<void>>();
  let hasRung = false;
  let isUrgent = false;
  let pausing = new AbortController();
  /** Other parked bags may wait for the same job upstream; forwarded when one of them is taken. */
  let mayOthersBeParked = true;
  let shouldBringForward = false;

  function ring(urgent: boolean): void {
    hasRung = true;
    isUrgent ||= urgent;
    pausing.abort();
  }

  async function run(): Promise<void> {
    const wakeAtEnd = () => ring(true);
    ended.addEventListener("abort", wakeAtEnd);
    try {
      while (!ended.aborted) {
        if ((await sendWhatIsDue()) === "nothing waits" && !hasRung) break;
      }
    } catch (error) {
      // The courier's next look begins the lane anew.
      if (isConnectionLoss(error)) logger.debug({ station, error: String(error) }, "lane interrupted");
      else logger.error({ station, error: String(error) }, "lane failed, trying again");
    } finally {
      ended.removeEventListener("abort", wakeAtEnd);
      // Nothing may be read again before it is written. No wait without need: a ring would be lost in it.
      if (unwritten.size > 0) await allWritten();
      parts.onEnd();
    }
  }

  async function sendWhatIsDue(): Promise<"nothing waits" | "look again"> {
    hasRung = false;
    isUrgent = false;
    // The pass comes first: what is read after the wait for it is true when it is sent.
    const pass = gate.tryEnter() ?? (await gate.enter(ended));
    if (pass === null) return "look again";
    try {
      await allWritten();
      const waiting = await inTurn(() => database.run(read));
      const { due, waitUntil } = pace.divide(waiting);
      if (due.length > 0) {
        await sendAll(due, pass);
      } else {
        pass.done(null);
        if (waitUntil === null) return "nothing waits";
        await pause(Math.min(lookMs, waitUntil - clock.now()));
      }
      return "look again";
    } finally {
      pass.done(null);
    }
  }

  async function read(sql: Sql): Promise<WaitingBag[]> {
    if (shouldBringForward) await bringForward(sql, station, clock.now());
    shouldBringForward = false;
    return readWaiting(sql, station, clock.now(), batchLimit);
  }

  /** Sends bags in their order, at most `inFlight` at once, until one of them has to be sent again. */
  async function sendAll(bags: readonly WaitingBag[], first: Pass): Promise<void> {
    let next = 0;
    let isHalted = false;
    const sendOn = async (given: Pass | null) => {
      let pass = given;
      while (!isHalted && !isUrgent && !ended.aborted) {
        const bag = bags[next];
        if (bag === undefined) return;
        pass ??= gate.tryEnter();
        if (pass === null) return;
        next++;
        const outcome = await send(bag, pass);
        pass = null;
        isHalted ||= outcome === null || outcome.kind === "retry" || outcome.kind === "unauthorized";
        while (unwritten.size >= unwrittenLimit) await Promise.race(unwritten);
        await rightOfWay.give();
      }
    };
    const workers = Math.min(parts.inFlight, bags.length);
    await Promise.all(Array.from({ length: workers }, (_, worker) => sendOn(worker === 0 ? first : null)));
  }

  /** @returns null when the request was given up: nobody knows how it ended. */
  async function send(bag: WaitingBag, pass: Pass): Promise<Outcome | null> {
    const before = parts.notes?.find(bag.uid) ?? null;
    if (before !== null) {
      pass.done(null);
      logger.info({ station, bag: bag.id, uid: bag.uid }, "delivered before, as noted here: not sent again");
      write(bag, before);
      return before;
    }
    const started = performance.now();
    const answered = await client.post(bag, givenUp);
    if (answered.kind === "retry" && givenUp.aborted) {
      pass.done(null);
      return null;
    }
    metrics.upstreamDuration.observe((performance.now() - started) / 1_000);
    const outcome = unclear.settle(bag.id, answered);
    metrics.upstreamRequests.inc({ outcome: outcome.kind });
    log(bag, outcome);
    // What the API never said of a bag does not make it the API again.
    pass.done(answered);
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
    // The gate tells when the upstream goes away and comes back; here it would be a line a try.
    if (outcome.kind !== "parked" || bag.state === "parked") logger.debug(withReason, "bag not delivered");
    else if (outcome.retryable) logger.warn(withReason, "bag parked, tried again every 5 minutes");
    else logger.warn(withReason, "bag parked: a person has to retry or discard it");
  }

  async function allWritten(): Promise<void> {
    await Promise.all(unwritten);
  }

  async function pause(ms: number): Promise<void> {
    if (hasRung || ended.aborted) return;
    pausing = new AbortController();
    await clock.sleep(ms, pausing.signal);
  }

  return { ring, done: run() };
}
