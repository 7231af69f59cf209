import type { Executor } from "../../database/types.ts";

/** Which bags a question is about: those that fit all that is said. */
export interface Scope {
  readonly job?: number | undefined;
  readonly product?: number | undefined;
  readonly station?: string | undefined;
  readonly scale?: number | undefined;
  /** Weighed then or later. */
  readonly from?: Date | undefined;
  /** Weighed earlier than that. */
  readonly to?: Date | undefined;
}

/** More at once would hold up for too long what else the appliance does. */
export const bagsMax = 100_000;

/** The question is about more bags than are read at once. */
export class TooManyBags extends Error {
  override name = "TooManyBags";
}

/** The bags `b` that a question is about: those that count, so without the voided ones. */
export function isInScope(sql: Executor, plant: number, { job, product, station, scale, from, to }: Scope) {
  return sql`
    b.plant_id = ${plant} and b.voided_at is null
    ${job === undefined ? sql`` : sql`and b.prepuff_job_id = ${job}`}
    ${
      product === undefined
        ? sql``
        : sql`and b.prepuff_job_id = any(array(
            select id from prepuff_job where product_id = ${product} and plant_id = ${plant}
          ))`
    }
    ${station === undefined ? sql`` : sql`and b.station = ${station}`}
    ${scale === undefined ? sql`` : sql`and b.scale_id = ${scale}`}
    ${from === undefined ? sql`` : sql`and b.weighed_at >= ${from}`}
    ${to === undefined ? sql`` : sql`and b.weighed_at < ${to}`}`;
}

/** @throws TooManyBags where there are more than are read at once. */
export async function checkSize(tx: Executor, plant: number, scope: Scope): Promise<void> {
  // A plan that was made for all values reads the whole table.
  await tx`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)`;
  const [row] = await tx<{ bags: number }[]>`
    select count(*)::integer as bags
    from (select 1 from filler_bag b where ${isInScope(tx, plant, scope)} limit ${bagsMax + 1}) found`;
  if ((row?.bags ?? 0) > bagsMax) throw new TooManyBags(`more than ${bagsMax} bags`);
}

/** What a bag was judged by, and what its job costs. */
export interface Terms {
  /** lb, decimals. */
  readonly target: string;
  readonly tolerancePercent: string;
  /** In the plant's currency; null: the job has none. */
  readonly pricePerLb: string | null;
}

/** The terms of the bag that was weighed last of those with a job; null: none has one. */
export async function readTerms(tx: Executor, plant: number, scope: Scope): Promise<Terms | null> {
  const [row] = await tx<{ target: string; tolerance: string; price: string | null }[]>`
    select b.target_weight as target, b.tolerance_percent as tolerance, j.price_per_lb as price
    from filler_bag b
    join prepuff_job j on j.id = b.prepuff_job_id
    where ${isInScope(tx, plant, scope)}
    order by b.weighed_at desc, b.id desc
    limit 1`;
  return row === undefined
    ? null
    : { target: row.target, tolerancePercent: row.tolerance, pricePerLb: row.price };
}
