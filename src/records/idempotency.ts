import type { Transaction } from "../database/types.ts";

/**
 * Which requests the keys belong to. The two kinds cannot collide: a key of `scan_bag` is printable, so it has no line
 * break.
 */
const prefixes = { scan: "", manual: "manual\n" } as const;
export type KeyKind = keyof typeof prefixes;

/** Of two equal requests at once the second waits here until the first has committed its bag. */
export async function lockKey(tx: Transaction, plant: number, kind: KeyKind, key: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${prefixes[kind] + key}, ${plant}))`;
}

/** What the key was given for, or null: the bag's id, and whether the bag completed its job. */
export async function findKey(
  tx: Transaction,
  plant: number,
  kind: KeyKind,
  key: string,
): Promise<{ readonly bagId: number; readonly jobComplete: boolean } | null> {
  const [row] = await tx<{ bagId: number; jobComplete: boolean }[]>`
    select filler_bag_id as "bagId", job_complete as "jobComplete"
    from scan_bag_answer
    where plant_id = ${plant} and idempotency_key = ${prefixes[kind] + key}`;
  return row ?? null;
}

/** Keeps what the key was given for. */
export async function keepKey(
  tx: Transaction,
  plant: number,
  kind: KeyKind,
  key: string,
  bag: { readonly bagId: number; readonly jobComplete: boolean },
): Promise<void> {
  await tx`
    insert into scan_bag_answer (plant_id, idempotency_key, filler_bag_id, job_complete)
    values (${plant}, ${prefixes[kind] + key}, ${bag.bagId}, ${bag.jobComplete})`;
}
