import type { JobStatistics } from "../../bags/job-statistics.ts";
import type { Job } from "../../bags/jobs.ts";

/**
 * Whether figures lack bags that their job counts: the appliance does not sum a large job up for each question, so they have to
 * be asked for again.
 */
export function areBehind(figures: JobStatistics, job: Job): boolean {
  return figures.job_id === job.id && figures.bags !== job.bags_completed;
}
