import type { JobStatistics } from "../../records/jobs/job-statistics.ts";
import type { Job } from "../../records/jobs/job-view.ts";

/**
 * Whether figures lack bags that their job counts: the appliance does not compute a large job's figures for each
 * request, so they have to be loaded again.
 */
export function areBehind(figures: JobStatistics, job: Job): boolean {
  return figures.job_id === job.id && figures.bags !== job.bags_completed;
}
