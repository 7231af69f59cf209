import type { Sql } from "../src/database/database.ts";
import type { Appliance } from "../test/support/appliance.ts";
import { jobsWithBadNumbers, readLedger } from "../test/support/outside.ts";
import { uniqueWeights } from "../test/support/scale-line.ts";

/** A job's tolerance in all cases: one bag in twenty is out, as on a bad day of a plant, and no verdict is always right. */
export const tolerancePercent = 9.5;

/**
 * What is wrong with what the product stored; empty where every frame is a bag, once, in its scale's order, with its
 * number and its verdict, and the ledger says so too.
 *
 * @param framesEach how many frames each scale has sent, with `uniqueWeight` of 0, 1, 2 …
 * @param afterId the bags up to this one are none of them.
 */
export async function faultsOf(
  appliance: Pick<Appliance, "api">,
  sql: Sql,
  scales: readonly number[],
  framesEach: number,
  afterId = 0,
): Promise<string[]> {
  const faults: string[] = [];
  const total = scales.length * framesEach;
  const wanted = digest(uniqueWeights(framesEach));
  const stored = await sql<{ scale: number; bags: number; digest: string }[]>`
    select printed_scale_id as scale, count(*) as bags, md5(string_agg(weight::text, ',' order by id)) as digest
    from filler_bag
    where id > ${afterId}
    group by 1`;
  const byScale = new Map(stored.map((row) => [row.scale, row]));
  for (const scale of scales) {
    const row = byScale.get(scale);
    if (row?.bags !== framesEach)
      faults.push(`scale ${scale}: ${row?.bags ?? 0} bags of ${framesEach} frames`);
    else if (row.digest !== wanted)
      faults.push(`scale ${scale}: its bags are not those sent, once each, in order`);
  }
  if (byScale.size !== scales.length) faults.push(`${byScale.size} scales are stored, not ${scales.length}`);
  const ledger = await readLedger(appliance);
  if (ledger.bags !== total || ledger.missing !== 0 || ledger.pending !== 0 || ledger.rejected !== 0) {
    faults.push(`the ledger says ${JSON.stringify(ledger)} of ${total} frames`);
  }
  for (const job of await jobsWithBadNumbers(sql, afterId))
    faults.push(`job ${job.job}: its numbers are not 1, 2, 3 …`);
  const [wrong] = await sql<{ bags: number }[]>`
    select count(*) as bags from filler_bag
    where id > ${afterId} and in_tolerance <> (abs(weight - 50) * 100 <= 50 * ${tolerancePercent}::numeric)`;
  if (wrong?.bags !== 0) faults.push(`${wrong?.bags} verdicts are wrong`);
  return faults;
}

function digest(weights: readonly string[]): string {
  return new Bun.CryptoHasher("md5").update(weights.join()).digest("hex");
}
