import { useSignal } from "@preact/signals";
import type { Job } from "../../../records/jobs/job-view.ts";
import { ChangeJobDialog } from "../../jobs/job-dialog.tsx";
import { orderText } from "../../jobs/job-words.ts";
import { say as sayJobs } from "../../jobs/texts.ts";
import { api } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { formatDateTime, locale } from "../../shared/format.ts";
import { navigate } from "../../shared/router.ts";
import { areJobsUpstream, isOperator } from "../../shared/session.ts";
import { weightUnit } from "../../shared/settings.ts";
import { useSubmit } from "../../shared/submit.ts";
import { ActDialog } from "../act-dialog.tsx";
import { withQuery } from "../bags/bag-filter.ts";
import { Moment, Progress, StatusMark } from "../parts.tsx";
import { word } from "../words.ts";
import { progressText } from "./job-tables.tsx";
import { say } from "./texts.ts";

/** Whose job it is, how far it is, and what can be done with it. */
export function JobHead(props: {
  readonly job: Job;
  readonly onChanged: (job: Job) => void;
  readonly onPrint: () => Promise<void>;
}) {
  const { job, onChanged, onPrint } = props;
  const isPrinting = useSignal(false);
  const asking = useSignal<"complete" | "cancel" | "change" | null>(null);
  const submit = useSubmit();
  const close = () => {
    asking.value = null;
  };
  const mayChange = isOperator.value && !areJobsUpstream.value;
  const isOpen = job.status === "active" || job.status === "planned";
  const start = () =>
    submit.run(async () => onChanged(await api<Job>("POST", `/api/jobs/${job.id}/start`, { body: {} })));
  const planAgain = () =>
    submit.run(async () => {
      const body = { status: "planned" };
      const planned = await api<Job>("POST", `/api/jobs/${job.id}/repeat`, { body });
      navigate(`/jobs/${planned.id}`);
    });
  return (
    <header class="card report-head">
      <div class="job-names">
        <h2>{job.company}</h2>
        <StatusMark status={job.status} />
        <p class="quiet">
          {job.station} · {orderText(job)}
          {job.started_by !== null && ` · ${say("startedBy")}: ${job.started_by}`}
          {job.started_at !== null && (
            <>
              {" · "}
              {say("startedAt")}: <Moment at={job.started_at} />
            </>
          )}
          {job.ended_at !== null && (
            <>
              {" · "}
              {say("endedAt")}: <Moment at={job.ended_at} />
            </>
          )}
        </p>
        <Progress done={job.bags_completed} of={job.quantity} text={progressText(job)} />
        <p class="only-print">
          {say("job", { id: job.id })} · {say("printedAt", { when: formatDateTime(now.value) })}
        </p>
      </div>
      <div class="head-actions">
        <button
          type="button"
          class="button"
          disabled={isPrinting.value}
          onClick={async () => {
            isPrinting.value = true;
            await onPrint();
            isPrinting.value = false;
          }}
        >
          {word("print")}
        </button>
        <a
          class="button"
          href={withQuery(
            `/api/jobs/${job.id}/bags.csv`,
            new URLSearchParams({ locale: locale.value, unit: weightUnit.value }),
          )}
          download
        >
          {word("csv")}
        </a>
        {mayChange && job.status === "planned" && (
          <button type="button" class="button button-main" onClick={() => void start()}>
            {say("startPlanned")}
          </button>
        )}
        {mayChange && isOpen && (
          <button
            type="button"
            class="button"
            onClick={() => {
              asking.value = "change";
            }}
          >
            {sayJobs("change")}
          </button>
        )}
        {mayChange && job.status !== "planned" && (
          <button type="button" class="button" onClick={() => void planAgain()}>
            {say("planAgain")}
          </button>
        )}
        {isOperator.value && job.status === "active" && (
          <>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = "complete";
              }}
            >
              {say("complete")}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = "cancel";
              }}
            >
              {say("cancel")}
            </button>
          </>
        )}
      </div>
      {submit.failure.value && (
        <p class="form-error" role="alert">
          {submit.failure.value}
        </p>
      )}
      {asking.value === "change" && <ChangeJobDialog job={job} onClose={close} onDone={onChanged} />}
      {(asking.value === "complete" || asking.value === "cancel") && (
        <EndDialog job={job} how={asking.value} onClose={close} onChanged={onChanged} />
      )}
    </header>
  );
}

function EndDialog(props: {
  readonly job: Job;
  readonly how: "complete" | "cancel";
  readonly onClose: () => void;
  readonly onChanged: (job: Job) => void;
}) {
  const { job, how, onClose, onChanged } = props;
  const left = Math.max(0, job.quantity - job.bags_completed);
  const { company } = job;
  const text =
    how === "cancel"
      ? say("cancelText")
      : left > 0
        ? say("completeText", { count: left })
        : say("completeFull");
  return (
    <ActDialog
      title={say(how === "complete" ? "completeTitle" : "cancelTitle", { company })}
      act={say(how)}
      isDanger={how === "cancel"}
      onClose={onClose}
      onAct={async () => onChanged(await api<Job>("POST", `/api/jobs/${job.id}/${how}`))}
    >
      <p>{text}</p>
    </ActDialog>
  );
}
