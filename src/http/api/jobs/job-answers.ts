import type { EventHub } from "../../../events/hub.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { StartedPlanned } from "../../../records/jobs/jobs.ts";
import { plannedMax } from "../../../records/jobs/queue.ts";
import type { Repeated } from "../../../records/jobs/repeat-job.ts";
import { conflict, notFound, type Problem } from "../../answer/problem.ts";

/** Tells the pages of jobs that were changed. Each function gives the job back. */
export function jobNews(events: Pick<EventHub, "publish">) {
  const queueChanged = (station: string) => events.publish({ type: "queue", queue: { station } });
  const changed = (job: Job): Job => {
    events.publish({ type: "job", job });
    queueChanged(job.station);
    return job;
  };
  return {
    queueChanged,
    changed,
    /** With what began by itself in its place. */
    ended({ job, next }: { readonly job: Job; readonly next: Job | null }): Job {
      if (next !== null && next.id !== job.id) {
        events.publish({ type: "job", job });
        changed(next);
        return job;
      }
      return changed(job);
    },
  };
}

export function noJob(id: number): Problem {
  return notFound(`there is no job ${id}`);
}

export function jobsElsewhere(): Problem {
  return conflict(
    "jobs_upstream",
    "jobs are kept in the web application (PREPUFF_JOBS is upstream): start it there",
  );
}

/** How a job is, for a request that it is in the way of. */
export function stateText({ id, status, started_at, ended_at }: Job): string {
  return `job ${id} is ${status}${status === "planned" ? "" : ` since ${ended_at ?? started_at}`}`;
}

/** Why a job was not started or planned. */
export function notMade(outcome: Exclude<StartedPlanned | Repeated, { ok: true }>, id = 0): Problem {
  switch (outcome.reason) {
    case "not_found":
      return noJob(id);
    case "not_planned":
      return conflict("job_not_planned", stateText(outcome.job));
    case "queue_full":
      return conflict("queue_full", `a station may have ${plannedMax} planned jobs: remove those not wanted`);
    case "station_busy": {
      const { id: running, company, station, bags_completed, quantity, started_at } = outcome.running;
      return conflict(
        "station_busy",
        `${station} is at job ${running} for ${company} since ${started_at} (${bags_completed} of ${quantity} bags): complete or cancel it first`,
      );
    }
  }
}
