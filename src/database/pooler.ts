import type { Connection } from "./connection.ts";
import { NotWritable } from "./errors.ts";

const rounds = 3;

export const needsSessionMode =
  "a connection pooler in transaction mode stands in between: locks and prepared statements do not last there. Set it to session mode (pgbouncer: pool_mode = session), or name PostgreSQL itself in DATABASE_URL";

/**
 * Recognises a pooler in transaction mode: two connections that are open at the same time are served by the same
 * backend, or one by several.
 *
 * @param second another one to the same server.
 * @throws NotWritable with what to do.
 */
export async function checkSessions(first: Connection, second: Connection): Promise<void> {
  if (first.announcedPid === first.state.pid) return;
  const seen = [new Set([first.state.pid]), new Set([second.state.pid])] as const;
  for (let round = 0; round < rounds; round++) {
    seen[0].add(await pidOf(first));
    seen[1].add(await pidOf(second));
  }
  const isShared = [...seen[0]].some((pid) => seen[1].has(pid));
  if (isShared || seen.some((pids) => pids.size > 1)) throw new NotWritable(needsSessionMode);
}

async function pidOf({ sql }: Connection): Promise<number> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
}
