import { DatabaseAway } from "./errors.ts";
import type { Sql } from "./types.ts";

/** Shorter waits are normal: two appliances record for the same job. */
const lookEveryMs = 1_000;

/** Recording that waits because another process holds a lock. */
export interface LockWait {
  /**
   * Follows a query until it is answered, and checks each second whether it waits for a lock.
   *
   * @param look returns who holds the lock that it waits for; null: it waits for none.
   * @throws what the answer throws; DatabaseAway with who holds the lock where it took too long because of that.
   */
  follow<T>(answer: Promise<T>, look: () => Promise<string | null>): Promise<T>;
  /** What is waited for, and for how long, in words; null: nothing. */
  readonly trouble: string | null;
}

/** @param onWait is told at the begin of each wait. */
export function createLockWait(onWait: (holder: string) => void): LockWait {
  let wait: { readonly since: number; readonly holder: string } | null = null;

  function trouble(): string | null {
    if (wait === null) return null;
    const seconds = Math.round((performance.now() - wait.since) / 1000);
    return `bags wait: ${wait.holder} has held what recording needs for ${seconds} s`;
  }

  return {
    async follow(answer, look) {
      const since = performance.now();
      let isAnswered = false;
      const looking = setInterval(async () => {
        // A server that does not answer is handled by the probe.
        const holder = await look().catch(() => null);
        if (isAnswered) return;
        if (holder !== null && wait === null) onWait(holder);
        wait = holder === null ? null : { since: wait?.since ?? since, holder };
      }, lookEveryMs);
      try {
        return await answer;
      } catch (error) {
        const why = trouble();
        throw why !== null && error instanceof DatabaseAway ? new DatabaseAway(why) : error;
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

/** Who holds the lock that a session waits for, in words; null if it waits for none. */
export async function lockHolder(sql: Sql, pid: number): Promise<string | null> {
  const [row] = await sql<{ pid: number; name: string; address: string | null; state: string | null }[]>`
    select b.pid, coalesce(a.application_name, '') as name, host(a.client_addr) as address, a.state
    from unnest(pg_blocking_pids(${pid})) as b (pid)
    left join pg_stat_activity a on a.pid = b.pid
    limit 1`;
  if (row === undefined) return null;
  const of = [row.name, row.address ?? "this machine", row.state ?? "of another user"].filter(
    (word) => word !== "",
  );
  return `another process (${of.join(", ")}; PostgreSQL's process ${row.pid})`;
}
