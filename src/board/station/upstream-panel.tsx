import type { Bag } from "../../records/bags/bag-view.ts";
import { formatNumber } from "../shared/format.ts";
import { bagName } from "./names.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import { verdictOf } from "./verdict.ts";

/** The job of a station whose jobs are kept in the web application: what that said of it last, and what waits for its answer. */
export function UpstreamPanel(props: { readonly state: StationState }) {
  const bags = props.state.bags.value;
  const answered = bags.find(isAnswered);
  const isComplete = answered?.delivery?.upstream_job_complete === true;
  const waiting = bags.filter((bag) => verdictOf(bag) === "asked").length;
  const refused = bags.filter((bag) => verdictOf(bag) === "refused").length;
  return (
    <section class={`job card ${isComplete ? "job-completed" : "job-active"}`}>
      <header class="job-head">
        <p class="job-company">{t("jobsUpstream")}</p>
      </header>
      <div class="progress">
        <h2 class="job-state">{isComplete ? `✓ ${t("complete")}` : lastText(answered)}</h2>
        {isComplete && answered !== undefined && <p class="job-count number">{bagName(answered)}</p>}
      </div>
      {isComplete && <p class="job-note">{t("jobsUpstreamNext")}</p>}
      {waiting > 0 && (
        <p class="job-note number">
          {t("answersWaiting", { count: waiting, number: formatNumber(waiting) })}
        </p>
      )}
      {refused > 0 && (
        <p class="job-note number">
          {t("answersRefused", { count: refused, number: formatNumber(refused) })}
        </p>
      )}
    </section>
  );
}

function isAnswered({ delivery }: Bag): boolean {
  return delivery?.state === "delivered" && delivery.upstream_in_tolerance !== null;
}

function lastText(answered: Bag | undefined): string {
  return answered === undefined ? t("noAnswerYet") : bagName(answered);
}
