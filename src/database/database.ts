import postgres from "postgres";
import { type DatabaseTarget, readDatabaseUrl } from "../config/database-url.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { once } from "../runtime/once.ts";
import { repeat } from "../runtime/repeat.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import { whenAborted } from "../runtime/when-aborted.ts";
import { DatabaseAway, isConnectionLoss, isDiskFull } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { inTime } from "./pool.ts";
import { createServerWait } from "./server-wait.ts";
import type { Sql } from "./types.ts";
import { openWay, type Way } from "./way.ts";
import { findWritable, type Lookup, lookupAddresses } from "./writable.ts";

export { DatabaseAway, isConnectionLoss } from "./errors.ts";
export type { Sql } from "./types.ts";

const probeEveryMs = 2_000;
/** Connections to a server that hangs are given up after 6 s at most. */
const probeLimitMs = 4_000;
const retryAfterMs = 1_000;
/** Between the loss of the connections and the next attempt. */
const pauseMs = 100;
const answerLimitMs = 15_000;
const stopLimitMs = 5_000;

/** What every part may do with PostgreSQL. */
export interface DatabaseAccess {
  /** True from when a server that takes writes was found and migrated until it is lost. */
  readonly up: boolean;
  /** Why it is not up: the error of each host of `DATABASE_URL`; null while it is. */
  readonly lastError: string | null;
  /** Why it stores nothing though it is up: a full disk, a lock of others, a standby; null while it does. */
  readonly trouble: string | null;
  /**
   * Runs queries, on one connection, with a time limit.
   *
   * @param kind `slow`: never on the last connection for requests, so that a change need not wait for it.
   * @throws DatabaseAway at once while Postgres is away, or when the limit is over.
   * @throws DatabaseBusy where others used all connections for that long.
   */
  run<T>(work: (sql: Sql) => Promise<T>, limitMs?: number, kind?: "quick" | "slow"): Promise<T>;
  /** Called after every change of `up`. */
  readonly onChange: Emitter<[up: boolean]>["on"];
}

export interface Database extends DatabaseAccess {
  /**
   * For the appliance's own work. If a connection does not answer (a paused server, a dead network), all are given up
   * and a server that takes writes is searched, so that one hung query never blocks the next.
   */
  run<T>(work: (sql: Sql) => Promise<T>, limitMs?: number): Promise<T>;
  /**
   * Like `run`, on one connection of its own: statements are pipelined, so the server begins the next
   * one without a round trip. Statements are planned once and not each time: what recording
   * one bag takes there is halved by that (0.9 ms of CPU in place of 2.0).
   */
  runInOrder<T>(work: (sql: Sql) => Promise<T>, limitMs?: number): Promise<T>;
  /**
   * The same PostgreSQL for requests of people, on separate connections, so that no request delays the appliance's own
   * work.
   */
  readonly people: DatabaseAccess;
  /**
   * Opens one connection outside the pools, never recycled, for what is bound to a session, like an advisory lock. The
   * caller sets limits of its own, and ends it.
   *
   * @param onClose called when the connection is gone, whoever ended it.
   * @throws DatabaseAway while Postgres is away.
   */
  session(onClose: () => void): Promise<Sql>;
  /** Starts to connect, migrate and probe, in the background, until `stop`. */
  start(): void;
  /** Waits up to 5 s for queries in flight; then closes every connection. Calling it again waits for the first. */
  stop(): Promise<void>;
}

/**
 * The appliance's connections to PostgreSQL, which may be unreachable at the start or at any time.
 *
 * @param parts.locate gives the URL; it may start an embedded server first. It is asked again at each attempt to
 * connect, and may give another URL then.
 * @param parts.prepare is run after the migrations, each time before the database is up.
 */
export function createDatabase(parts: {
  readonly locate: () => Promise<string>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly prepare?: (sql: Sql) => Promise<void>;
  readonly lookup?: Lookup;
}): Database {
  const { locate, logger, clock, prepare, lookup = lookupAddresses } = parts;
  const changes = createEmitter<[up: boolean]>("database up or away", logger);
  const stopping = new AbortController();
  let way: Way | null = null;
  /** Aborted when the open connections are given up, or must be probed at once. */
  let left = new AbortController();
  let doubted = new AbortController();
  let up = false;
  let lastError: string | null = null;
  /** Its disk is full. */
  let trouble: string | null = null;
  const recordingWait = createServerWait(({ on, why }) =>
    logger.warn({ why }, `recording waits for a ${on}`),
  );
  /** While it comes up. */
  const startWait = createServerWait(({ why }) => refused(why));
  /** How an attempt to connect ended: it was up, and is no longer. */
  let wasUp = false;
  const watching = repeat({
    work: watch,
    everyMs: () => (wasUp ? pauseMs : retryAfterMs),
    clock,
    onError: (error) => logger.warn({ error: errorMessage(error) }, "the database could not be watched"),
  });
  const asked = new Set<Promise<unknown>>();

  function setUp(now: boolean): void {
    if (up === now) return;
    up = now;
    changes.emit(now);
  }

  function refused(why: string): void {
    if (up || lastError !== why) logger.warn({ error: why }, "database away: weighing goes on");
    lastError = why;
  }

  /** Gives up all connections with their pending queries, and searches a server that takes writes. */
  function leave(lost: Way, error: unknown): void {
    if (lost !== way) return;
    refused(errorMessage(error));
    way = null;
    lost.close();
    left.abort();
    setUp(false);
  }

  async function comeUp(): Promise<void> {
    const target = targetOf(await locate());
    const { signal } = stopping;
    const found = await findWritable({
      target,
      options: { logger },
      lookup,
      clock,
      signal,
      onRefused: refused,
    });
    if (found === null) return;
    const mine = await openWay(found, logger);
    if (signal.aborted) return mine.close();
    left = new AbortController();
    way = mine;
    void mine.lost.then((error) => leave(mine, error));
    const probing = probe(mine, left.signal);
    // No limit of its own on migrations: a large index takes the time it takes, as long as the probe is answered.
    const ready = async (sql: Sql) => {
      const applied = await migrate(sql);
      await prepare?.(sql);
      return applied;
    };
    const over = AbortSignal.any([left.signal, signal]);
    const prepared = startWait.follow(mine.own.run(ready, 24 * 3_600_000), () =>
      mine.standbyHold(probeLimitMs),
    );
    const applied = await Promise.race([prepared, whenAborted(over)]);
    if (applied === undefined || mine !== way) return await probing;
    const { host, port } = mine.server;
    logger.info({ applied, server: `${host}:${port}` }, "database up");
    lastError = null;
    setUp(true);
    await probing;
  }

  /** Returns when the connections were given up. */
  async function probe(mine: Way, ended: AbortSignal): Promise<void> {
    while (!ended.aborted && !stopping.signal.aborted) {
      doubted = new AbortController();
      await clock.sleep(probeEveryMs, AbortSignal.any([ended, doubted.signal, stopping.signal]));
      if (ended.aborted || stopping.signal.aborted) return;
      try {
        await mine.probe(probeLimitMs);
        if (trouble !== null && up) await seeWhetherThereIsRoom(mine);
      } catch (error) {
        leave(mine, error);
      }
    }
  }

  async function seeWhetherThereIsRoom(mine: Way): Promise<void> {
    try {
      await mine.own.run(takeRoom, probeLimitMs);
      trouble = null;
    } catch (error) {
      // Anything else, as a missing right, says nothing about the disk: the next write will show it.
      if (!isDiskFull(error)) trouble = null;
    }
  }

  function note(error: unknown): void {
    if (!isDiskFull(error)) return;
    if (trouble === null)
      logger.warn({ error: errorMessage(error) }, "the database's disk is full: weighing goes on");
    trouble = `its disk is full, bags wait (${errorMessage(error)})`;
  }

  async function watch(): Promise<void> {
    wasUp = false;
    try {
      await comeUp();
      wasUp = way === null;
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (way === null) refused(errorMessage(error));
      else leave(way, error);
    }
  }

  /** @throws DatabaseAway while there is none. */
  function wayUp(): Way {
    if (stopping.signal.aborted) throw new DatabaseAway("stopped");
    if (!up || way === null) throw new DatabaseAway(lastError ?? "not connected yet");
    return way;
  }

  async function noted<T>(answer: Promise<T>): Promise<T> {
    asked.add(answer);
    try {
      return await answer;
    } finally {
      asked.delete(answer);
    }
  }

  /** The error of a query on connections that were given up meanwhile says nothing about those that are open now. */
  async function ofOwn<T>(work: (mine: Way) => Promise<T>): Promise<T> {
    const mine = wayUp();
    try {
      return await noted(work(mine));
    } catch (error) {
      note(error);
      if (isConnectionLoss(error) && !stopping.signal.aborted) leave(mine, error);
      throw error;
    }
  }

  /** One lost connection of these is no outage; the probe decides that. */
  async function ofPeople<T>(work: (mine: Way) => Promise<T>): Promise<T> {
    const mine = wayUp();
    try {
      return await noted(work(mine));
    } catch (error) {
      note(error);
      if (isConnectionLoss(error) && mine === way) doubted.abort();
      throw error;
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const ended = watching.stop();
    // Queries in flight first.
    await withTimeLimit(Promise.allSettled(asked), stopLimitMs, () => null, clock);
    way?.close();
    way = null;
    await ended;
    setUp(false);
  }

  const people: DatabaseAccess = {
    get up() {
      return up;
    },
    get lastError() {
      return lastError;
    },
    get trouble() {
      return trouble ?? recordingWait.trouble;
    },
    run: (work, limitMs = answerLimitMs, kind = "quick") =>
      ofPeople((mine) => mine.people.run(work, limitMs, kind === "slow" ? 1 : 0)),
    onChange: changes.on,
  };

  return {
    get up() {
      return up;
    },
    get lastError() {
      return lastError;
    },
    get trouble() {
      return trouble ?? recordingWait.trouble;
    },
    people,
    onChange: changes.on,
    run: (work, limitMs = answerLimitMs) => ofOwn(({ own }) => own.run(work, limitMs)),
    runInOrder: (work, limitMs = answerLimitMs) =>
      ofOwn(({ recording, recordingHold }) => {
        const answer = inTime(work(recording.sql), limitMs, limitMs);
        return recordingWait.follow(answer, () => recordingHold(probeLimitMs));
      }),
    async session(onClose) {
      return (await wayUp().session(onClose)).sql;
    },
    start: watching.start,
    stop: once(stop),
  };
}

/** Fails if the disk has no megabyte left; leaves nothing behind. */
async function takeRoom(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`create temporary table room (filler text storage plain) on commit drop`;
    await tx`insert into room select repeat('x', 7000) from generate_series(1, 150)`;
  });
}

function targetOf(url: string): DatabaseTarget {
  const read = readDatabaseUrl(url);
  if ("faults" in read) throw new Error(`DATABASE_URL: ${read.faults.join("; ")}`);
  return read.target;
}

/** Opens a pool of the driver's own, to one server, which connects on first use and again by itself. */
export function connect(
  url: string,
  logger: Logger,
  max = 10,
  changes: Pick<
    postgres.Options<{ bigint: postgres.PostgresType<number> }>,
    "idle_timeout" | "max_lifetime" | "onclose"
  > = {},
  settings: Readonly<Record<string, string>> = {},
): Sql {
  return postgres(url, {
    max,
    connect_timeout: 5,
    idle_timeout: 300,
    max_lifetime: 60 * 60,
    onnotice: (notice) => logger.debug({ notice: notice.message }, "postgres notice"),
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: {
      application_name: "prepuff",
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 5_000,
      ...settings,
    },
    ...changes,
  });
}
