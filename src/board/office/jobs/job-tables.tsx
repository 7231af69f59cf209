import type { Job } from "../../../records/jobs/job-view.ts";
import { formatNumber, targetText } from "../../shared/format.ts";
import { Ago, Cell, Moment, Progress, StatusMark } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Cards of the jobs that run: few, and looked at most. */
export function RunningJobs(props: { readonly jobs: readonly Job[] }) {
  return (
    <ul class="running">
      {props.jobs.map((job) => (
        <li key={job.id}>
          <a class="card running-job" href={`/jobs/${job.id}`}>
            <span class="running-station">{job.station}</span>
            <span class="running-company">{job.company}</span>
            <Progress done={job.bags_completed} of={job.quantity} text={progressText(job)} />
            <span class="running-note">
              {targetText(job)}
              {" · "}
              {job.started_by !== null && `${job.started_by} · `}
              {job.started_at && <Ago at={job.started_at} />}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function PastJobs(props: { readonly jobs: readonly Job[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{word("job")}</th>
          <th>{word("company")}</th>
          <th>{word("station")}</th>
          <th>{word("status")}</th>
          <th class="numeric">{word("bags")}</th>
          <th class="numeric">{word("target")}</th>
          <th>{say("startedAt")}</th>
          <th>{say("endedAt")}</th>
          <th>{say("startedBy")}</th>
        </tr>
      </thead>
      <tbody>
        {props.jobs.map((job) => (
          <tr key={job.id}>
            <Cell label={word("job")} class="number">
              {job.id}
            </Cell>
            <Cell label={word("company")} class="cell-title cell-name">
              <a href={`/jobs/${job.id}`}>{job.company}</a>
            </Cell>
            <Cell label={word("station")} class="cell-name">
              {job.station}
            </Cell>
            <Cell label={word("status")}>
              <StatusMark status={job.status} />
              {job.released !== null && <span class="quiet"> · {say(job.released)}</span>}
            </Cell>
            <Cell label={word("bags")} class="numeric">
              {formatNumber(job.bags_completed)} / {formatNumber(job.quantity)}
            </Cell>
            <Cell label={word("target")} class="numeric">
              {targetText(job)}
            </Cell>
            <Cell label={say("startedAt")}>{job.started_at && <Moment at={job.started_at} />}</Cell>
            <Cell label={say("endedAt")}>{job.ended_at !== null && <Moment at={job.ended_at} />}</Cell>
            <Cell label={say("startedBy")} class="cell-name">
              {job.started_by}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function progressText({ bags_completed: done, quantity }: Job): string {
  return say("progress", { done: formatNumber(done), quantity: formatNumber(quantity) });
}
