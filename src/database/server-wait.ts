import { errorCode } from "../runtime/error-code.ts";
import { DatabaseAway } from "./errors.ts";
import type { Sql } from "./types.ts";

/** Shorter waits are normal: two appliances record for the same job. */
const lookEveryMs = 1_000;

/** What a query waits for within the server, though that answers. */
export interface Hold {
  readonly on: "lock" | "standby";
  /** Who or what, and what it does, so that "for 3 s" can follow. */
  readonly why: string;
}

/** Queries that wait for a lock of another process, or for a standby. */
export interface ServerWait {
  /**
   * Follows a query until it is answered, and checks each second what it waits for.
   *
   * @param look returns what it waits for; null: it only takes its time.
   * @throws what the answer throws; DatabaseAway with what it waits for where it took too long because of that.
   */
  follow<T>(answer: Promise<T>, look: () => Promise<Hold | null>): Promise<T>;
  /** What is waited for, and for how long, in words; null: nothing. */
  readonly trouble: string | null;
}

/** @param onWait is told at the begin of each wait. */
export function createServerWait(onWait: (hold: Hold) => void): ServerWait {
  let wait: { readonly since: number; readonly hold: Hold } | null = null;

  function trouble(): string | null {
    if (wait === null) return null;
    const seconds = Math.round((performance.now() - wait.since) / 1000);
    return `bags wait: ${wait.hold.why} for ${seconds} s`;
  }

  return {
    async follow(answer, look) {
      const since = performance.now();
      let isAnswered = false;
      const looking = setInterval(async () => {
        // A server that does not answer is handled by the probe.
        const hold = await look().catch(() => null);
        if (isAnswered) return;
        const isNew = hold !== null && wait === null;
        wait = hold === null ? null : { since: wait?.since ?? since, hold };
        if (isNew) onWait(hold);
      }, lookEveryMs);
      try {
        return await answer;
      } catch (error) {
        const why = trouble();
        throw why !== null && tookTooLong(error) ? new DatabaseAway(why) : error;
      } finally {
        isAnswered = true;
        clearInterval(looking);
        wait = null;
      }
    },
    get trouble() {
      return trouble();
    },
  };
}

function tookTooLong(error: unknown): boolean {
  // query_canceled: the server's own limit.
  return error instanceof DatabaseAway || errorCode(error) === "57014";
}

/** What a session waits for: the standby, or a lock; null if for neither. */
export async function holdOf(sql: Sql, pid: number): Promise<Hold | null> {
  return (await standbyHold(sql)) ?? (await lockHold(sql, pid));
}

/**
 * Whether a session of this role waits until a synchronous standby has what it committed. It is not the role's own to
 * end that: also a session that was given up goes on waiting, and holds its locks.
 */
export async function standbyHold(sql: Sql): Promise<Hold | null> {
  const [row] = await sql<{ names: string }[]>`
    select current_setting('synchronous_standby_names') as names
    from pg_stat_activity
    where usename = current_user and datname = current_database() and wait_event = 'SyncRep'
    limit 1`;
  if (row === undefined) return null;
  return {
    on: "standby",
    why: `PostgreSQL has waited for its synchronous standby (synchronous_standby_names: ${row.names})`,
  };
}

async function lockHold(sql: Sql, pid: number): Promise<Hold | null> {
  const [row] = await sql<{ pid: number; name: string; address: string | null; state: string | null }[]>`
    select b.pid, coalesce(a.application_name, '') as name, host(a.client_addr) as address, a.state
    from unnest(pg_blocking_pids(${pid})) as b (pid)
    left join pg_stat_activity a on a.pid = b.pid
    limit 1`;
  if (row === undefined) return null;
  const of = [row.name, row.address ?? "this machine", row.state ?? "of another user"].filter(
    (word) => word !== "",
  );
  const holder = `another process (${of.join(", ")}; PostgreSQL's process ${row.pid})`;
  return { on: "lock", why: `${holder} has held what recording needs` };
}
