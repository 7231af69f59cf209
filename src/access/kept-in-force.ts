import type { Database, Sql } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { once } from "../runtime/once.ts";
import { repeat } from "../runtime/repeat.ts";

/** What another process changed is known here after this time at the latest, while PostgreSQL answers. */
const refreshMs = 3_000;
export const refreshLimitMs = 5_000;

/** Keeps in memory what PostgreSQL says is in force; while it is not reachable, what was last known. */
export interface KeptInForce {
  /** Reads it now, as after a change made by this process. Never throws. */
  refresh(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * @param parts.of what it is, in the plural, for the log.
 * @param parts.take called with each answer that is not older than the one before.
 * @param parts.andThen called every 3 s after the refresh.
 */
export function keepInForce<T>(parts: {
  readonly of: string;
  readonly load: (sql: Sql) => Promise<T>;
  readonly take: (found: T) => void;
  readonly andThen?: () => Promise<void>;
  readonly database: Pick<Database, "up" | "run" | "onChange">;
  readonly clock: Pick<Clock, "sleep">;
  readonly logger: Logger;
}): KeptInForce {
  const { of, load, take, andThen, database, clock, logger } = parts;
  let asked = 0;
  let taken = 0;
  let forget: () => void = () => undefined;

  async function refresh(): Promise<void> {
    if (!database.up) return;
    // Two queries may be answered in the wrong order: an older answer must not bring back what was revoked.
    const question = ++asked;
    try {
      const found = await database.run(load, refreshLimitMs);
      if (question < taken) return;
      taken = question;
      take(found);
    } catch (error) {
      logger.debug({ error: String(error) }, `${of} could not be read: those last known stay in force`);
    }
  }

  const watching = repeat({
    work: async () => {
      await refresh();
      await andThen?.();
    },
    everyMs: refreshMs,
    clock,
    onError: (error) => logger.warn({ error: String(error) }, `${of} could not be kept up to date`),
  });

  return {
    refresh,
    start() {
      forget();
      forget = database.onChange(of, (up) => {
        if (up) watching.wake();
      });
      watching.start();
    },
    stop: once(async () => {
      forget();
      await watching.stop();
    }),
  };
}
