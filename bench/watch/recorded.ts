import type { Sql } from "../../src/database/database.ts";
import { until } from "../../test/support/until.ts";

/** Bags that all journals have in PostgreSQL: from their rows, because counting bags would cost what is measured. */
export async function recordedBags(sql: Sql): Promise<number> {
  const [row] = await sql<{ bags: number }[]>`select coalesce(sum(bags), 0)::bigint as bags from journal`;
  return row?.bags ?? 0;
}

/** Waits until there are as many. */
export function untilRecorded(sql: Sql, bags: number, limitMs = 600_000): Promise<void> {
  return until(`${bags} bags are recorded`, async () => (await recordedBags(sql)) >= bags, limitMs);
}
