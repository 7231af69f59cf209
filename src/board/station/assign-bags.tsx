import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { firstChoice, jobsWithRoom } from "../jobs/with-room.ts";
import { ApiProblem, api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { failureText } from "../shared/failure.ts";
import { SelectField } from "../shared/field.tsx";
import { bagWeight, formatMoment, formatNumber, weightText } from "../shared/format.ts";
import { useSubmit } from "../shared/submit.ts";
import { scaleName } from "./names.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** Gives bags without a job to one of this station's jobs. */
export function AssignBags(props: { readonly state: StationState; readonly onClose: () => void }) {
  const { state, onClose } = props;
  const submit = useSubmit();
  // As they were when the dialog was opened; assigned ones are removed.
  const bags = useSignal(state.unassigned.value);
  const chosen = useSignal<ReadonlySet<number>>(new Set());
  const jobs = useSignal<readonly Job[] | null>(null);
  const jobId = useSignal("");

  useEffect(() => {
    void submit.run(async () => {
      const open = await jobsWithRoom(state.station);
      jobs.value = open;
      jobId.value = firstChoice(open);
    });
  }, [state.station]);

  const send = () =>
    submit.run(async () => {
      if (jobId.value === "" || chosen.value.size === 0) {
        submit.failure.value = t(jobId.value === "" ? "assignNoJob" : "assignNothing");
        return;
      }
      const refusals: unknown[] = [];
      // Oldest first: the numbers then follow the order of weighing.
      for (const bag of bags.value.toReversed().filter(({ id }) => chosen.value.has(id))) {
        try {
          const assigned = await api<Bag>("POST", `/api/bags/${bag.id}/assign`, {
            body: { job_id: Number(jobId.value) },
          });
          state.noteBag(assigned);
          bags.value = bags.value.filter(({ id }) => id !== bag.id);
          chosen.value = new Set([...chosen.value].filter((id) => id !== bag.id));
        } catch (error) {
          if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
          refusals.push(error);
        }
      }
      const [first] = refusals;
      if (first === undefined) return onClose();
      submit.failure.value = t("assignFailed", {
        count: refusals.length,
        number: refusals.length,
        reason: failureText(first),
      });
    });

  const toggle = (id: number) => {
    const next = new Set(chosen.value);
    if (!next.delete(id)) next.add(id);
    chosen.value = next;
  };
  const count = chosen.value.size;
  return (
    <DialogForm
      title={t("assignBags")}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={t("assign", { count, number: count })}
      isWide
    >
      {jobs.value !== null && jobs.value.length === 0 ? (
        <p role="alert">{t("assignNoJob")}</p>
      ) : (
        <SelectField
          label={t("assignTo")}
          name="job"
          value={jobId}
          options={(jobs.value ?? []).map((job) => ({
            value: String(job.id),
            text: t("jobOption", {
              company: job.company,
              number: formatNumber(job.bags_completed),
              quantity: formatNumber(job.quantity),
              time: formatMoment(job.started_at ?? ""),
            }),
          }))}
        />
      )}
      <fieldset class="assign">
        <legend>{t("assignChoose")}</legend>
        <div class="assign-all">
          <button
            type="button"
            class="button"
            onClick={() => {
              chosen.value = new Set(bags.value.map(({ id }) => id));
            }}
          >
            {t("assignAll")}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              chosen.value = new Set();
            }}
          >
            {t("assignNone")}
          </button>
        </div>
        <ul class="assign-list">
          {bags.value.map((bag) => (
            <li key={bag.id}>
              <label class="check">
                <input type="checkbox" checked={chosen.value.has(bag.id)} onChange={() => toggle(bag.id)} />
                <span class="number">{weightText(bagWeight(bag))}</span>
                <span class="check-aside number">
                  {scaleName(bag.scale, state.scales.value)}, {formatMoment(bag.weighed_at)}
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
    </DialogForm>
  );
}
