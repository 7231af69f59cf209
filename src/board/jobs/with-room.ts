import type { Job } from "../../records/jobs/job-view.ts";
import { api, type Page } from "../shared/api.ts";

/** The planned ones are among them. */
const jobsMax = 100;

/** A station's jobs that bags can be assigned to. */
export async function jobsWithRoom(station: string): Promise<readonly Job[]> {
  const { items } = await api<Page<Job>>("GET", "/api/jobs", { query: { station, limit: jobsMax } });
  return items.filter(
    ({ status, bags_completed, quantity }) =>
      (status === "active" || status === "completed") && bags_completed < quantity,
  );
}

/** The one that is mostly meant, as a field has it: the job that runs, else the latest; `""` without any. */
export function firstChoice(jobs: readonly Job[]): string {
  const job = jobs.find(({ status }) => status === "active") ?? jobs[0];
  return job === undefined ? "" : String(job.id);
}
