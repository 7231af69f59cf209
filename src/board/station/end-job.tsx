import type { Job } from "../../records/jobs/job-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { formatNumber } from "../shared/format.ts";
import { useSubmit } from "../shared/submit.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** Asks before a job is ended, for it cannot be taken up again. */
export function EndJob(props: {
  readonly state: StationState;
  readonly job: Job;
  readonly how: "complete" | "cancel";
  readonly onClose: () => void;
}) {
  const { state, how, onClose } = props;
  const submit = useSubmit();
  const opened = props.job;
  // As it is by now: bags go on coming while the question stands.
  const job = state.job.value?.id === opened.id ? state.job.value : opened;
  const values = {
    company: job.company,
    number: formatNumber(job.bags_completed),
    quantity: formatNumber(job.quantity),
  };
  const send = () =>
    submit.run(async () => {
      state.noteJob(await api<Job>("POST", `/api/jobs/${job.id}/${how}`, { body: {} }));
      onClose();
    });
  return (
    <DialogForm
      title={t(how === "complete" ? "completeAsk" : "cancelAsk", values)}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={t(how === "complete" ? "completeJob" : "cancelJob")}
      isDangerous={how === "cancel"}
      keep={t("keepRunning")}
    >
      <p>{t(how === "complete" ? "completeAskWhat" : "cancelAskWhat", values)}</p>
    </DialogForm>
  );
}
