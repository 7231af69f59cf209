import type { Executor } from "../../database/types.ts";

export const meanings = ["reviewed", "approved"] as const;

/** How far a job is released: by the weightiest release in force; `outdated` where it was changed since the last one. */
export const releasedStates = [...meanings, "outdated"] as const;

/** Whether nothing of job `j` was corrected, nor a bag of it recorded late, since release `r`. */
export function isInForce(sql: Executor) {
  return sql`(r.corrections = j.corrections and r.last_bag_num = j.last_bag_num and r.bags = j.bags_completed)`;
}

/** The column `released` of a job `j`; null: nobody released it. */
export function releasedColumn(sql: Executor) {
  return sql`
    (
      select case
        when bool_or(${isInForce(sql)} and r.meaning = 'approved') then 'approved'
        when bool_or(${isInForce(sql)}) then 'reviewed'
        when count(*) > 0 then 'outdated'
      end
      from job_release r
      where r.job_id = j.id
    ) as released`;
}
