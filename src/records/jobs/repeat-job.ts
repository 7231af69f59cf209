import type { Actor } from "../../audit/audit.ts";
import type { Sql } from "../../database/types.ts";
import { getJob, type Job } from "./job-view.ts";
import { type Started, startJob } from "./jobs.ts";
import type { NewJob, ProductCopy } from "./new-job.ts";
import { type Planned, planJob } from "./queue.ts";

export type Repeated = Started | Planned | { readonly ok: false; readonly reason: "not_found" };

/**
 * Makes the same job again, as it wanted it last: company, product, target, tolerance, quantity and note. Not the lot: which one
 * is filled now only a person knows.
 */
export async function repeatJob(
  sql: Sql,
  id: number,
  how: { readonly status: "active" | "planned"; readonly startedBy: string | null },
  by: Actor,
): Promise<Repeated> {
  const job = await getJob(sql, by.plant, id);
  if (job === null) return { ok: false, reason: "not_found" };
  const again: NewJob = {
    company: job.company,
    station: job.station,
    target_weight: job.target_weight,
    tolerance_percent: job.tolerance_percent,
    quantity: job.quantity,
    started_by: how.startedBy,
    product: productOf(job),
    note: job.note,
  };
  const detail = { repeat_of: id };
  return how.status === "planned" ? planJob(sql, again, by, detail) : startJob(sql, again, by, detail);
}

function productOf(job: Job): ProductCopy | null {
  const { product_id: id, product: name, unit, price_per_lb, bag_volume, tare } = job;
  return id === null || name === null ? null : { id, name, unit, price_per_lb, bag_volume, tare };
}
