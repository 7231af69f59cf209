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
  const { job, statistics, isJobKnown } = props.state;
  if (job.value === null) {
    if (!isJobKnown.value) return <section class="job card" />;
    return (
      <section class="job card">
        <WhatNext title={t("noActiveJob")} />
      </section>
    );
  }
  const { status, bags_completed, quantity } = job.value;
  const [number, wanted] = [formatNumber(bags_completed), formatNumber(quantity)];
  return (
    <section class={`job card job-${status}`}>
      {status === "completed" && (
        <WhatNext title={`✓ ${t("complete")}`} how={t("completeWhat", { count: bags_completed, number })} />
      )}
      {status === "cancelled" && (
        <WhatNext title={t("cancelled")} how={t("cancelledWhat", { number, quantity: wanted })} />
      )}
      <JobFigures job={job.value} statistics={statistics.value} />
    </section>
  );
}

/** No job is active: how it came to that, and what to do. */
function WhatNext(props: { readonly title: string; readonly how?: string }) {
  return (
    <div class="job-none">
      <h2>{props.title}</h2>
      <p>
        {props.how} {t("noActiveJobWhat")} {!isOperator.value && t("askOperator")}
      </p>
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
      {job.status === "active" && <p class="job-finish">{finishText(statistics)}</p>}
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

/** The appliance estimates only where there is something to estimate from. */
function finishText(statistics: JobStatistics | null): string {
  const finish = statistics?.finish_estimate ?? null;
  return finish === null ? t("finishUnknown") : t("finish", { time: formatMoment(finish, now.value) });
}

/** `10.00` as `10`. */
function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
