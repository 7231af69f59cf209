import type { Job } from "../../records/jobs/job-view.ts";
import type { Unit } from "../../weighing/units.ts";
import { limitsOf } from "../jobs/limits.ts";
import { toPounds } from "../shared/format.ts";

/** What is on the limit is in, whatever binary fractions make of it. In pounds. */
const slack = 1e-6;

/**
 * What a weight would be in the job that runs, before it is stored: for the operator, at once. The verdict that counts is
 * made exactly when the bag is recorded, and takes its place.
 */
export function provisionalVerdict(
  { weight, unit }: { readonly weight: string; readonly unit: Unit },
  job: Pick<Job, "target_weight" | "tolerance_percent">,
): "in" | "under" | "over" {
  const pounds = toPounds(Number(weight), unit);
  const { lower, upper } = limitsOf(job);
  if (pounds < lower - slack) return "under";
  return pounds > upper + slack ? "over" : "in";
}
