import type { Clock } from "../clock.ts";
import type { Database, Sql } from "../database/database.ts";

/** Any number, but the same in every version. With a second key, a station's, lanes could be shared out. */
const courierLock = 405_10002;

const heartbeatMs = 5_000;
const heartbeatLimitMs = 5_000;
const tryAgainMs = 1_000;

/** The right to deliver, held by at most one courier of all that use one Postgres. */
export interface CourierLock {
  /** Aborts when Postgres, or the way to it, is gone, and with it the lock. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Waits until this process holds the lock: as long as Postgres is away, or another courier holds it.
 *
 * @param onWait told why it waits, before every wait.
 * @returns null when `signal` aborts first.
 */
export async function takeCourierLock(parts: {
  database: Database;
  clock: Clock;
  signal: AbortSignal;
  onWait: (reason: string) => void;
}): Promise<CourierLock | null> {
  const { database, clock, signal, onWait } = parts;
  while (!signal.aborted) {
    let session: Sql | null = null;
    try {
      const lost = new AbortController();
      session = database.session(() => lost.abort());
      const backend = await untilHeld(session, clock, signal, onWait);
      if (backend !== null) return holdLock(session, backend, lost, clock);
    } catch (error) {
      onWait(error instanceof Error ? error.message : String(error));
    }
    await endSession(session);
    await clock.sleep(tryAgainMs, signal);
  }
  return null;
}

/** @returns the backend that holds the lock; null when `signal` aborted first. */
async function untilHeld(
  session: Sql,
  clock: Clock,
  signal: AbortSignal,
  onWait: (reason: string) => void,
): Promise<number | null> {
  while (!signal.aborted) {
    const [row] = await inTime(session<{ held: boolean; backend: number }[]>`
      select pg_try_advisory_lock(${courierLock}) as held, pg_backend_pid() as backend`);
    if (row?.held) return row.backend;
    onWait("another courier delivers from this database");
    await clock.sleep(tryAgainMs, signal);
  }
  return null;
}

async function holdLock(
  session: Sql,
  backend: number,
  lost: AbortController,
  clock: Clock,
): Promise<CourierLock> {
  // A holder that is frozen, unplugged or cut off sends no heartbeat: then Postgres ends its session, and the
  // lock is free. TCP alone would need two hours for that.
  await inTime(session`set idle_session_timeout = '20s'`);
  const released = new AbortController();
  void beat(session, backend, clock, released.signal).then(() => lost.abort());
  return {
    lost: lost.signal,
    async release() {
      released.abort();
      await endSession(session);
    },
  };
}

/** Returns as soon as the session is not the one that holds the lock: the driver reconnects by itself. */
async function beat(session: Sql, backend: number, clock: Clock, released: AbortSignal): Promise<void> {
  while (!released.aborted) {
    await clock.sleep(heartbeatMs, released);
    if (released.aborted) return;
    try {
      const [row] = await inTime(session<{ backend: number }[]>`select pg_backend_pid() as backend`);
      if (row?.backend !== backend) return;
    } catch {
      return;
    }
  }
}

async function inTime<T>(query: Promise<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the lock's session does not answer")), heartbeatLimitMs);
  });
  try {
    return await Promise.race([query, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function endSession(session: Sql | null): Promise<void> {
  // Zero: a connection that hangs is cut, not waited for.
  await session?.end({ timeout: 0 }).catch(() => undefined);
}
