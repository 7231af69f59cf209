import { withTimeLimit } from "../runtime/time-limit.ts";
import type { Connection } from "./connection.ts";
import { DatabaseAway, DatabaseBusy } from "./errors.ts";
import type { Sql } from "./types.ts";

/** One that was not needed for so long is closed; each is, after an hour, so that none grows old plans. */
const idleMs = 5 * 60_000;
const sweepEveryMs = 60_000;
const ageMaxMs = 60 * 60_000;
/** How long no further one is opened after the server refused one, if another is open. */
const refusedMs = 10_000;

/** Some connections to one server, opened as they are needed; each is given to one work at a time. */
export interface Pool {
  /**
   * Waits for a connection and gives it to `work`.
   *
   * @param limitMs for waiting and working together. A connection whose work is over it is closed.
   * @param leave connections that have to stay free for others.
   * @throws DatabaseBusy where none became free in time, or too many wait already.
   * @throws DatabaseAway where the work took longer than was left.
   */
  run<T>(work: (sql: Sql) => Promise<T>, limitMs: number, leave?: number): Promise<T>;
  /** Opens the first one. */
  open(): Promise<void>;
  /** At once: what is in flight fails. */
  close(): void;
}

export interface PoolParts {
  readonly connect: (onLost: () => void) => Promise<Connection>;
  readonly max: number;
  /** Works that may wait for a connection. */
  readonly waitingMax: number;
  /** Connections that stay open while unused. */
  readonly kept: number;
}

interface Waiter {
  readonly leave: number;
  /** Called with a connection, or with null where there may be a place for another one. */
  readonly take: (connection: Connection | null) => void;
}

/** Makes it; it opens nothing yet. */
export function createPool({ connect, max, waitingMax, kept }: PoolParts): Pool {
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const usedAt = new WeakMap<Connection, number>();
  const waiting: Waiter[] = [];
  let opening = 0;
  let refusedUntil = 0;
  let isClosed = false;

  /** Connections that could be given out now, or opened. */
  function free(): number {
    const places =
      performance.now() < refusedUntil && open.size + opening > 0
        ? 0
        : Math.max(0, max - open.size - opening);
    return idle.length + places;
  }

  /** Gives the connection, or the place for one, to the longest waiter that may have it. */
  function next(connection: Connection | null): void {
    if (connection !== null) idle.push(connection);
    const nth = waiting.findIndex(({ leave }) => free() > leave);
    const [waiter] = nth < 0 ? [] : waiting.splice(nth, 1);
    if (waiter !== undefined) waiter.take(idle.pop() ?? null);
  }

  function drop(connection: Connection): void {
    if (!open.delete(connection)) return;
    const nth = idle.indexOf(connection);
    if (nth >= 0) idle.splice(nth, 1);
    connection.close();
    if (!isClosed) next(null);
  }

  async function openOne(): Promise<Connection> {
    opening++;
    try {
      const connection = await connect(() => drop(connection));
      if (isClosed) connection.close();
      else open.add(connection);
      return connection;
    } catch (error) {
      refusedUntil = performance.now() + refusedMs;
      throw error;
    } finally {
      opening--;
    }
  }

  async function lease(limitMs: number, leave: number): Promise<Connection> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      if (isClosed) throw new DatabaseAway("the connection was given up");
      if (free() > leave) {
        const ready = idle.pop();
        if (ready !== undefined) return ready;
        try {
          return await openOne();
        } catch (error) {
          // If the server accepts no further connection, those that are open or being opened have to be enough.
          if (open.size + opening === 0) {
            next(null);
            throw error;
          }
        }
      }
      const given = await turn(deadline, leave);
      if (given !== null) return given;
    }
  }

  function turn(deadline: number, leave: number): Promise<Connection | null> {
    if (waiting.length >= waitingMax) {
      throw new DatabaseBusy(`${waitingMax} questions wait for the database already`);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        leave,
        take(connection) {
          clearTimeout(timer);
          resolve(connection);
        },
      };
      waiting.push(waiter);
      const leftMs = Math.max(0, deadline - performance.now());
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(new DatabaseBusy("all connections for questions were in use"));
      }, leftMs);
    });
  }

  function release(connection: Connection): void {
    if (connection.isLost || isClosed) return;
    usedAt.set(connection, performance.now());
    if (performance.now() - connection.openedAt > ageMaxMs) drop(connection);
    else next(connection);
  }

  const sweeper = setInterval(() => {
    const before = performance.now() - idleMs;
    for (const connection of [...idle]) {
      if (open.size > kept && (usedAt.get(connection) ?? 0) < before) drop(connection);
    }
  }, sweepEveryMs);
  sweeper.unref();

  return {
    async open() {
      if (open.size === 0) next(await openOne());
    },
    async run(work, limitMs, leave = 0) {
      const began = performance.now();
      const connection = await lease(limitMs, leave);
      const leftMs = Math.max(1, limitMs - (performance.now() - began));
      try {
        return await inTime(work(connection.sql), leftMs, limitMs, () => drop(connection));
      } finally {
        release(connection);
      }
    },
    close() {
      isClosed = true;
      clearInterval(sweeper);
      for (const connection of [...open]) drop(connection);
      for (const { take } of waiting.splice(0)) take(null);
    },
  };
}

/**
 * Waits for an answer within a limit.
 *
 * @param onLate called before it throws.
 * @throws DatabaseAway where it is over.
 */
export async function inTime<T>(
  answer: Promise<T>,
  leftMs: number,
  limitMs: number,
  onLate: () => void = () => undefined,
): Promise<T> {
  let isLate = false;
  try {
    return await withTimeLimit(answer, leftMs, () => {
      isLate = true;
      throw new DatabaseAway(`no answer within ${limitMs} ms`);
    });
  } finally {
    if (isLate) onLate();
  }
}
