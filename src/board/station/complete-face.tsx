import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { orderText } from "../jobs/job-words.ts";
import { say } from "../jobs/texts.ts";
import { bagWeight, formatNumber, weightText } from "../shared/format.ts";
import { Face } from "./face.tsx";
import { bagName } from "./names.ts";
import { mayStart, NextJob } from "./next-job.tsx";
import { Shape } from "./shape.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import { verdictOf } from "./verdict.ts";

/** The completed job whose last bag is what was weighed last; null: something else is the latest. */
export function completionOf({ completed, latest, job }: StationState): Job | null {
  const done = completed.value;
  const last = latest.value;
  if (done === null || last.kind !== "bag" || last.bag.voided_at !== null) return null;
  if (last.bag.job_id !== done.id || job.value === null) return null;
  return job.value.id === done.id || job.value.status === "active" ? done : null;
}

/** A job is complete: nobody may miss it from three metres away. With its last bag's verdict, and what comes next. */
export function CompleteFace(props: { readonly done: Job; readonly bag: Bag; readonly state: StationState }) {
  const { done, bag, state } = props;
  const verdict = verdictOf(bag);
  const running = state.job.value?.status === "active" ? state.job.value : null;
  // Where a person started the next one, that the one before is complete is no news any more.
  if (running !== null && running.started_at !== done.ended_at) {
    return (
      <Face
        verdict="kept"
        word={say("hasBegun", { company: running.company })}
        sentence={orderText(running)}
        what={t("waitingWhat")}
      />
    );
  }
  const { value: next } = state.next;
  return (
    <div class="face face-complete">
      <div class="complete-head">
        <Shape verdict="in" />
        <h2 class="complete-word">{t("complete")}</h2>
      </div>
      <p class="complete-whose">
        <span class="complete-company">{done.company}</span>{" "}
        <span class="number">
          {formatNumber(done.bags_completed)} / {formatNumber(done.quantity)}
        </span>
      </p>
      <p class={`complete-bag complete-bag-${verdict}`}>
        <Shape verdict={verdict} />
        <span class="number">
          {bagName(bag)}: {weightText(bagWeight(bag))}
        </span>
        <span>{t(verdict)}</span>
      </p>
      {running !== null ? (
        <p class="complete-next">
          <strong>{say("hasBegun", { company: running.company })}</strong>
          <span class="number">{orderText(running)}</span>
        </p>
      ) : mayStart(state) ? (
        <NextJob state={state} isLarge />
      ) : (
        <p class="complete-next">
          <strong>{next === null ? t("noActiveJobWhat") : say("nextJob", { company: next.company })}</strong>
          {next !== null && <span class="number">{orderText(next)}</span>}
        </p>
      )}
    </div>
  );
}
