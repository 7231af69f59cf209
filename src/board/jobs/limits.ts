import type { Job } from "../../records/jobs/job-view.ts";

/** The weights between which a bag of the job is in tolerance, in pounds; both included. */
export function limitsOf(job: Pick<Job, "target_weight" | "tolerance_percent">): {
  readonly lower: number;
  readonly upper: number;
} {
  const target = Number(job.target_weight);
  const tolerance = (target * Number(job.tolerance_percent)) / 100;
  return { lower: target - tolerance, upper: target + tolerance };
}
