import type { JobStatistics } from "../../records/jobs/job-statistics.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { limitsOf } from "../jobs/limits.ts";
import { say } from "../jobs/texts.ts";
import { now } from "../shared/clock.ts";
import {
  formatMoment,
  formatNumber,
  formatShare,
  formatSigned,
  inChosenUnit,
  poundsWeight,
  targetText,
  weightText,
} from "../shared/format.ts";
import { ProgressBar } from "../shared/progress-bar.tsx";
import { isOperator } from "../shared/session.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/**
 * The job: how far it is, when it will be done, how good it is. Its lines are the same while it runs and when it has
 * ended, so that nothing below them moves when it ends.
 */
export function JobPanel(props: { readonly state: StationState }) {
  const { job, statistics, isJobKnown } = props.state;
  if (job.value === null) {
    return (
      <section class="job card job-none">
        {isJobKnown.value && <h2 class="job-state">{t("noActiveJob")}</h2>}
        {isJobKnown.value && <p class="job-note">{whatNext()}</p>}
      </section>
    );
  }
  return (
    <section class={`job card job-${job.value.status}`}>
      <header class="job-head">
        <p class="job-company">
          <a href={`/jobs/${job.value.id}`}>
            <span>{job.value.company}</span>
          </a>
        </p>
        <p class="job-target">{targetText(job.value)}</p>
        <p class="job-limits number">{limitsText(job.value)}</p>
        {(job.value.product ?? job.value.lot) !== null && (
          <p class="job-product">{materialText(job.value)}</p>
        )}
      </header>
      <Progress job={job.value} />
      <Note job={job.value} statistics={statistics.value} />
      <Figures job={job.value} statistics={statistics.value} />
    </section>
  );
}

/** `45.00 to 55.00 lb`: what is in tolerance, for who reads it from afar. */
function limitsText(job: Job): string {
  const { lower, upper } = limitsOf(job);
  return t("between", { lower: poundsWeight(lower).number, upper: weightText(poundsWeight(upper)) });
}

/** `EPS 15 · lot R-2291`. */
function materialText({ product, lot }: Job): string {
  return [...(product === null ? [] : [product]), ...(lot === null ? [] : [say("lotOf", { lot })])].join(
    " · ",
  );
}

function Progress({ job }: { readonly job: Job }) {
  const left = Math.max(0, job.quantity - job.bags_completed);
  const count = t("bagOf", { number: job.bags_completed, quantity: job.quantity });
  return (
    <div class="progress">
      {job.status === "active" ? (
        <>
          <p class="job-state number">{count}</p>
          <p class="job-count number">{t("left", { count: left, number: left })}</p>
        </>
      ) : (
        <>
          <h2 class="job-state">{job.status === "completed" ? `✓ ${t("complete")}` : t("cancelled")}</h2>
          <p class="job-count number">
            {formatNumber(job.bags_completed)} / {formatNumber(job.quantity)}
          </p>
        </>
      )}
      <ProgressBar done={job.bags_completed} of={job.quantity} text={count} />
    </div>
  );
}

/** While the job runs: when it will be done. Then: what to do. */
function Note(props: { readonly job: Job; readonly statistics: JobStatistics | null }) {
  const { job, statistics } = props;
  return <p class="job-note">{job.status === "active" ? finishText(statistics) : whatNext()}</p>;
}

function whatNext(): string {
  return isOperator.value ? t("noActiveJobWhat") : `${t("noActiveJobWhat")} ${t("askOperator")}`;
}

/** Each has its second line also while there is nothing to say in it. */
function Figures(props: { readonly job: Job; readonly statistics: JobStatistics | null }) {
  const { job, statistics } = props;
  return (
    <dl class="figures">
      <div>
        <dt>{t("mean")}</dt>
        <dd class="number">
          {statistics?.mean ? weightText(poundsWeight(statistics.mean)) : "–"}
          <small>
            {statistics?.mean &&
              formatSigned(inChosenUnit(Number(statistics.mean) - Number(job.target_weight)))}
          </small>
        </dd>
      </div>
      <div>
        <dt>{t("share")}</dt>
        <dd class="number">
          {statistics?.share_in ? formatShare(statistics.share_in) : "–"}
          <small>
            {statistics &&
              statistics.bags > 0 &&
              `▼ ${formatNumber(statistics.under)} ▲ ${formatNumber(statistics.over)}`}
          </small>
        </dd>
      </div>
    </dl>
  );
}

/** The appliance estimates only where there is something to estimate from. */
function finishText(statistics: JobStatistics | null): string {
  const finish = statistics?.finish_estimate ?? null;
  return finish === null ? t("finishUnknown") : t("finish", { time: formatMoment(finish, now.value) });
}
