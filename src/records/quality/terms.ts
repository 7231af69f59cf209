import type { Executor } from "../../database/types.ts";
import type { Bags } from "./bags.ts";

/** What a bag was judged by, and what its job costs. */
export interface Terms {
  /** lb, decimals. */
  readonly target: string;
  readonly tolerancePercent: string;
  /** In the plant's currency; null: the job has none. */
  readonly pricePerLb: string | null;
}

/** The terms of the bag that was weighed last of those with a job; null: none has one. */
export async function readTerms(tx: Executor, bags: Bags): Promise<Terms | null> {
  const place = lastWithJob(bags);
  if (place === null) return null;
  const [row] = await tx<{ target: string; tolerance: string; price: string | null }[]>`
    select b.target_weight as target, b.tolerance_percent as tolerance, j.price_per_lb as price
    from filler_bag b
    join prepuff_job j on j.id = b.prepuff_job_id
    where b.id = ${bags.ids[place] ?? 0}`;
  return row === undefined
    ? null
    : { target: row.target, tolerancePercent: row.tolerance, pricePerLb: row.price };
}

/** The job of the bag that was weighed last of those with one; null: none has one. */
export function lastJob(bags: Bags): number | null {
  const place = lastWithJob(bags);
  return place === null ? null : (bags.jobs[place] ?? null);
}

function lastWithJob({ order, jobs }: Bags): number | null {
  return order.findLast((place) => jobs[place] !== 0) ?? null;
}
