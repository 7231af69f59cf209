import type { Database } from "../database/database.ts";
import type { WeighedEntry } from "../journal/entry.ts";
import type { Journal } from "../journal/journal.ts";

const batchLimit = 5_000;
/** Postgres keeps microseconds, and a sum of them may differ in the last one. */
const marginMs = 1;

/**
 * Which bags that came into this journal from another one Postgres has already. No index knows a bag by its uid, because
 * nobody else asks for it: the time of weighing leads to the few pages in which it can lie.
 *
 * @returns their uids; empty where the journal has no such entries, or all of them are recorded.
 */
export async function uidsRecordedElsewhere(
  journal: Pick<Journal, "adopted" | "read" | "recordedThrough">,
  database: Pick<Database, "run">,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const adopted = journal.adopted();
  if (adopted === null || journal.recordedThrough >= adopted.through) return found;
  for (let after = adopted.after; after < adopted.through; ) {
    const entries = journal.read(after, batchLimit);
    const bags = entries.flatMap((entry) => (entry.kind === "weighed" ? [entry] : []));
    if (bags.length > 0) for (const uid of await recordedOf(bags, database)) found.add(uid);
    after = entries.at(-1)?.seq ?? adopted.through;
  }
  return found;
}

async function recordedOf(bags: readonly WeighedEntry[], database: Pick<Database, "run">): Promise<string[]> {
  const times = bags.map(({ receivedAt }) => receivedAt);
  const from = new Date(Math.min(...times) - marginMs);
  const until = new Date(Math.max(...times) + marginMs);
  const uids = bags.map(({ uid }) => uid);
  const rows = await database.run(
    (sql) => sql<{ uid: string }[]>`
      select uid::text as uid
      from filler_bag
      where weighed_at between ${from} and ${until} and uid = any (${uids}::text[]::uuid[])`,
  );
  return rows.map(({ uid }) => uid);
}
