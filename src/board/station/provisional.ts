import type { Job } from "../../records/jobs/job-view.ts";
import type { Unit } from "../../weighing/units.ts";
import { limitsOf } from "../jobs/limits.ts";
import { toPounds } from "../shared/format.ts";

/** What is on the limit is in, whatever binary fractions make of it. In pounds. */
const slack = 1e-6;

/** A weight as a scale shows it. */
export interface ShownByScale {
  readonly weight: string;
  readonly unit: Unit;
  /** Of the bag with what is in it. */
  readonly gross: boolean;
}

/** Pounds of what is in the bag. */
export function netPounds({ weight, unit, gross }: ShownByScale, job: Pick<Job, "tare">): number {
  const shown = toPounds(Number(weight), unit);
  const tare = gross ? Number(job.tare ?? 0) : 0;
  return shown > tare ? shown - tare : shown;
}

/**
 * What a weight would be in the job that runs, before it is stored: for the operator, at once. The verdict that counts is
 * made exactly when the bag is recorded, and takes its place.
 */
export function provisionalVerdict(
  shown: ShownByScale,
  job: Pick<Job, "target_weight" | "tolerance_percent" | "tare">,
): "in" | "under" | "over" {
  const pounds = netPounds(shown, job);
  const { lower, upper } = limitsOf(job);
  if (pounds < lower - slack) return "under";
  return pounds > upper + slack ? "over" : "in";
}
