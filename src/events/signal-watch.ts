import type { DatabaseAccess } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Sql, Transaction } from "../database/types.ts";
import type { Logger } from "../logging/logger.ts";
import { standingAdvice } from "../records/signals/advice-view.ts";
import { jobsOfBags, readNewBags } from "../records/signals/job-bags.ts";
import { runningJobs } from "../records/signals/job-terms.ts";
import type { Raised } from "../records/signals/kept-signals.ts";
import { signalsById } from "../records/signals/signal-view.ts";
import { createWatchedJobs, type Outcome } from "../records/signals/watched-jobs.ts";
import type { Clock } from "../runtime/clock.ts";
import { repeat } from "../runtime/repeat.ts";
import type { EventHub } from "./hub.ts";

/** PostgreSQL is read at most so often, however fast bags come. */
const readEveryMs = 250;
/** After a failure; while the database is away nothing is tried. */
const retryMs = 2_000;
/** Where nothing is weighed there is nothing to look at: this is for what no one told. */
const idleMs = 60_000;
/** Of one statement, far below the time after which a connection is given up. */
const answerLimitMs = 5_000;
/** Ids of one look: of some 5,000 bags recording takes 0.1 s, and this must take less. */
const idsAtOnce = 5_000;
/** Changed bags whose jobs are looked up; where more wait all running jobs are read again. */
const changedMax = 10_000;
/** So with new bags: where their ids lie farther apart, a sequence was moved, and most between them are no bags. */
const spanMax = 1_000_000;

export interface SignalWatch {
  /** To be called after a commit that made bags. */
  bagsRecorded(ids: readonly number[]): void;
  /** To be called after a commit that voided or assigned bags. */
  bagsChanged(ids: readonly number[]): void;
  start(): void;
  stop(): Promise<void>;
}

/** Ids, both ends among them. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Looks for the rules of control charts in the bags of running jobs, and for means that are off their target, after the bags
 * were committed: nothing in the way of a bag waits for it. At the start, after an outage and after a failure it reads the running
 * jobs' last bags again.
 *
 * @param parts.database the connections of requests, so that the appliance's own work never waits for one.
 */
export function createSignalWatch(parts: {
  readonly database: Pick<DatabaseAccess, "up" | "run" | "onChange">;
  readonly plant: Pick<Plant, "id">;
  readonly hub: Pick<EventHub, "publish">;
  readonly clock: Clock;
  readonly logger: Logger;
}): SignalWatch {
  const { database, plant, hub, clock, logger } = parts;
  const stopping = new AbortController();
  const watched = createWatchedJobs();
  /** Bags to be looked at; a span, because ids of a moment lie side by side. */
  let span: Span | null = null;
  let changed: readonly number[] = [];
  let isAllUnread = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;

  const turns = repeat({
    work: look,
    everyMs: () => (hasFailed ? retryMs : idleMs),
    clock,
    onError(error) {
      hasFailed = true;
      logger.warn({ error: String(error) }, "signals could not be looked for; tried again");
    },
  });
  const forget = database.onChange("signals", (up) => {
    isAllUnread = true;
    if (up) turns.wake();
  });

  async function look(): Promise<void> {
    const restMs = lookedAt + readEveryMs - performance.now();
    if (restMs > 0) await clock.sleep(restMs, stopping.signal);
    lookedAt = performance.now();
    while (database.up && !stopping.signal.aborted && (isAllUnread || changed.length > 0 || span !== null)) {
      await lookOnce();
      hasFailed = false;
    }
  }

  async function lookOnce(): Promise<void> {
    const [wasAll, ids, piece] = [isAllUnread, changed, firstPiece(span)];
    // Taken before it is read: what is told meanwhile is looked at once more.
    isAllUnread = false;
    changed = [];
    if (piece !== null) span = behind(span, piece);
    try {
      await lookAt(wasAll, ids, piece);
    } catch (error) {
      // What is in memory may say what was not committed.
      isAllUnread = true;
      changed = [...ids, ...changed];
      if (piece !== null) span = joined(span, piece);
      throw error;
    }
  }

  async function lookAt(isAll: boolean, ids: readonly number[], piece: Span | null): Promise<void> {
    if (isAll) watched.forget();
    const jobs = await inTransaction(async (tx) => [
      ...(isAll ? await runningJobs(tx, plant.id) : []),
      ...(await jobsOfBags(tx, plant.id, ids)),
    ]);
    for (const job of new Set(jobs)) {
      if (stopping.signal.aborted) return;
      await publish(await inTransaction((tx) => watched.readAgain(tx, job, raised())));
    }
    if (piece === null) return;
    const take = async (tx: Transaction) =>
      watched.take(tx, await readNewBags(tx, plant.id, piece), raised());
    await publish(await inTransaction(take));
  }

  function inTransaction<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
    const asked = async (sql: Sql) => {
      // In an object: the driver's types would unwrap an array.
      const done = await sql.begin(async (tx) => {
        await tx`select set_config('statement_timeout', ${String(answerLimitMs)}, true)`;
        return { answer: await work(tx) };
      });
      return done.answer;
    };
    return database.run(asked, undefined, "slow");
  }

  function raised(): Raised {
    return { plant: plant.id, at: clock.now() };
  }

  /** Tells the pages what a transaction changed, after its commit. */
  async function publish({ signals, isAdvised }: Outcome): Promise<void> {
    if (signals.size === 0 && !isAdvised) return;
    const read = async (sql: Sql) => ({
      signals: await signalsById(sql, plant.id, [...signals]),
      advice: isAdvised ? await standingAdvice(sql, plant.id) : [],
    });
    const found = await database.run(read, undefined, "slow");
    for (const signal of found.signals) hub.publish({ type: "signal", signal });
    for (const advice of found.advice) hub.publish({ type: "advice", advice });
  }

  return {
    bagsRecorded(ids) {
      for (const id of ids) span = joined(span, { from: id, to: id });
      if (span !== null && span.to - span.from > spanMax) {
        span = null;
        isAllUnread = true;
      }
      if (ids.length > 0) turns.wake();
    },
    bagsChanged(ids) {
      if (changed.length + ids.length > changedMax) {
        changed = [];
        isAllUnread = true;
      } else changed = [...changed, ...ids];
      turns.wake();
    },
    start: turns.start,
    async stop() {
      forget();
      stopping.abort();
      await turns.stop();
    },
  };
}

/** The ids of one look. */
function firstPiece(span: Span | null): Span | null {
  return span && { from: span.from, to: Math.min(span.to, span.from + idsAtOnce - 1) };
}

/** What is left of a span behind its first piece; null: nothing. */
function behind(span: Span | null, { to }: Span): Span | null {
  return span === null || span.to <= to ? null : { from: to + 1, to: span.to };
}

/** The span that has both. */
function joined(span: Span | null, { from, to }: Span): Span {
  return span === null ? { from, to } : { from: Math.min(span.from, from), to: Math.max(span.to, to) };
}
