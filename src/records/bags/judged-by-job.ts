import type { Executor } from "../../database/types.ts";

/**
 * What is set of a bag `b` that had no job where it becomes one of the job `j`: the job's terms, the tare that is taken off where
 * its scale weighs gross, and the verdict of today. Without a job nothing was taken off.
 */
export function judgedByJob(sql: Executor) {
  const tare = sql`case when b.tare is not null then tare_of(b.weight, b.unit, j.tare) end`;
  const net = sql`b.weight - coalesce(${tare}, 0)`;
  return sql`
    prepuff_job_id = j.id,
    target_weight = j.target_weight,
    tolerance_percent = j.tolerance_percent,
    tare = ${tare},
    weight = ${net},
    weight_lb = weight_in_lb(${net}, b.unit),
    in_tolerance = is_in_tolerance(${net}, b.unit, j.target_weight, j.tolerance_percent)`;
}
