import { advisoryLocks } from "../database/advisory-locks.ts";
import type { Database, Sql } from "../database/database.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";

/**
 * That of the first destination is the one that versions took which knew no other: where such a one still delivers from the
 * same database, this one waits for it.
 */
function lockKey(destination: number): number {
  return (destination - 1) * 2 ** 32 + advisoryLocks.courier;
}

const tryAgainMs = 1_000;
/** How long Postgres may take to answer on the lock's session. */
const answerLimitMs = 5_000;
/** Heartbeats that have to be missing before Postgres ends the session. */
const heartbeatsMissed = 4;

/** The right to deliver to a destination, held by at most one courier of all that use one Postgres. */
export interface CourierLock {
  /** Aborts when Postgres, or the way to it, is gone, and with it the lock. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Waits until this process holds the lock: as long as Postgres is away, or another courier holds it.
 *
 * @param parts.onWait told why it waits, before every wait.
 * @param parts.heartbeatMs a holder that is frozen, unplugged or cut off loses the lock after four of them.
 * @returns null when `signal` aborts first.
 */
export async function takeCourierLock(parts: {
  destination: number;
  database: Database;
  clock: Clock;
  signal: AbortSignal;
  onWait: (reason: string) => void;
  heartbeatMs?: number;
}): Promise<CourierLock | null> {
  const { destination, database, clock, signal, onWait, heartbeatMs = 5_000 } = parts;
  while (!signal.aborted) {
    let session: Sql | null = null;
    try {
      const lost = new AbortController();
      session = await database.session(() => lost.abort());
      const backend = await untilHeld(session, lockKey(destination), { clock, signal, onWait });
      if (backend !== null) return await holdLock(session, { backend, lost, clock, heartbeatMs });
    } catch (error) {
      onWait(errorMessage(error));
    }
    await endSession(session);
    await clock.sleep(tryAgainMs, signal);
  }
  return null;
}

/** @returns the backend that holds the lock; null when `signal` aborted first. */
async function untilHeld(
  session: Sql,
  key: number,
  waiting: { clock: Clock; signal: AbortSignal; onWait: (reason: string) => void },
): Promise<number | null> {
  const { clock, signal, onWait } = waiting;
  while (!signal.aborted) {
    const [row] = await inTime(
      session<{ held: boolean; backend: number }[]>`
      select pg_try_advisory_lock(${key}) as held, pg_backend_pid() as backend`,
      clock,
    );
    if (row?.held) return row.backend;
    onWait("another courier delivers from this database");
    await clock.sleep(tryAgainMs, signal);
  }
  return null;
}

interface Holding {
  readonly backend: number;
  readonly lost: AbortController;
  readonly clock: Clock;
  readonly heartbeatMs: number;
}

async function holdLock(session: Sql, holding: Holding): Promise<CourierLock> {
  const { lost, clock, heartbeatMs } = holding;
  // A holder that sends no heartbeat is ended by Postgres, and the lock is free: TCP alone needs two hours.
  const timeout = `${heartbeatsMissed * heartbeatMs}ms`;
  await inTime(session`select set_config('idle_session_timeout', ${timeout}, false)`, clock);
  const released = new AbortController();
  void beat(session, holding, released.signal).then(() => lost.abort());
  return {
    lost: lost.signal,
    async release() {
      released.abort();
      await endSession(session);
    },
  };
}

/** Returns as soon as the session is not the one that holds the lock: the driver reconnects by itself. */
async function beat(session: Sql, holding: Holding, released: AbortSignal): Promise<void> {
  const { backend, clock, heartbeatMs } = holding;
  while (!released.aborted) {
    await clock.sleep(heartbeatMs, released);
    if (released.aborted) return;
    try {
      const limitMs = Math.min(answerLimitMs, heartbeatMs);
      const [row] = await inTime(session<{ now: number }[]>`select pg_backend_pid() as now`, clock, limitMs);
      if (row?.now !== backend) return;
    } catch {
      return;
    }
  }
}

function inTime<T>(query: Promise<T>, clock: Clock, limitMs = answerLimitMs): Promise<T> {
  const onLate = () => {
    throw new Error("the lock's session does not answer");
  };
  return withTimeLimit(query, limitMs, onLate, clock);
}

async function endSession(session: Sql | null): Promise<void> {
  // Zero: a connection that hangs is cut, not waited for.
  await session?.end({ timeout: 0 }).catch(() => undefined);
}
