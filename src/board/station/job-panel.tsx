import type { JobStatistics } from "../../bags/job-statistics.ts";
import type { Job } from "../../bags/jobs.ts";
import { now } from "../shared/clock.ts";
import {
  formatDecimal,
  formatMoment,
  formatNumber,
  formatShare,
  formatSigned,
  inChosenUnit,
  poundsWeight,
  weightText,
} from "../shared/format.ts";
import { isOperator } from "../shared/session.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** The job: how far it is, when it will be done, how good it is. */
export function JobPanel(props: { readonly state: StationState }) {
  const { job, statistics } = props.state;
  if (job.value === null) {
    return (
      <section class="job card">
        <NoActiveJob />
      </section>
    );
  }
  return (
    <section class={`job card job-${job.value.status}`}>
      {job.value.status !== "active" && <NoActiveJob />}
      <JobFigures job={job.value} statistics={statistics.value} />
    </section>
  );
}

function NoActiveJob() {
  return (
    <div class="job-none">
      <h2>{t("noActiveJob")}</h2>
      <p>{t("noActiveJobWhat")}</p>
      {!isOperator.value && <p>{t("askOperator")}</p>}
    </div>
  );
}

function JobFigures(props: { readonly job: Job; readonly statistics: JobStatistics | null }) {
  const { job, statistics } = props;
  const done = formatNumber(job.bags_completed);
  const quantity = formatNumber(job.quantity);
  return (
    <>
      <header class="job-head">
        <p class="job-company">
          <a href={`/jobs/${job.id}`}>{job.company}</a>
        </p>
        <p class="job-target">
          {t("targetLine", {
            target: weightText(poundsWeight(job.target_weight)),
            percent: formatDecimal(trimmed(job.tolerance_percent)),
          })}
        </p>
      </header>
      <Progress job={job} done={done} quantity={quantity} />
      <p class="job-finish">{stateText(job, statistics, done, quantity)}</p>
      <dl class="figures">
        <div>
          <dt>{t("mean")}</dt>
          <dd class="number">
            {statistics?.mean ? weightText(poundsWeight(statistics.mean)) : "–"}
            {statistics?.mean && (
              <small>{formatSigned(inChosenUnit(Number(statistics.mean) - Number(job.target_weight)))}</small>
            )}
          </dd>
        </div>
        <div>
          <dt>{t("share")}</dt>
          <dd class="number">
            {statistics?.share_in ? formatShare(statistics.share_in) : "–"}
            {statistics && statistics.bags > 0 && (
              <small>
                ▼ {formatNumber(statistics.under)} ▲ {formatNumber(statistics.over)}
              </small>
            )}
          </dd>
        </div>
      </dl>
    </>
  );
}

function Progress(props: { readonly job: Job; readonly done: string; readonly quantity: string }) {
  const { job, done, quantity } = props;
  const left = Math.max(0, job.quantity - job.bags_completed);
  return (
    <div class="progress">
      <p class="progress-count number">{t("bagOf", { number: done, quantity })}</p>
      {job.status === "active" && (
        <p class="progress-left number">{t("left", { count: left, number: formatNumber(left) })}</p>
      )}
      <progress
        max={job.quantity}
        value={job.bags_completed}
        aria-label={t("bagOf", { number: done, quantity })}
      />
    </div>
  );
}

function stateText(job: Job, statistics: JobStatistics | null, done: string, quantity: string): string {
  switch (job.status) {
    case "active": {
      const finish = statistics?.finish_estimate ?? null;
      return finish === null ? t("finishUnknown") : t("finish", { time: formatMoment(finish, now.value) });
    }
    case "completed":
      return `✓ ${t("complete")}: ${t("completeWhat", { count: job.bags_completed, number: done })}`;
    case "cancelled":
      return `${t("cancelled")} ${t("cancelledWhat", { number: done, quantity })}`;
  }
}

/** `10.00` as `10`. */
function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
