import { useSignal } from "@preact/signals";
import type { Job } from "../../records/jobs/job-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { SelectField, TextField } from "../shared/field.tsx";
import { trimmed } from "../shared/format.ts";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { isPersonAsked, session } from "../shared/session.ts";
import { keptName } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import { t } from "../shared/texts.ts";
import { useProducts } from "./offers.ts";
import { type Draft, OrderFields, useFields } from "./order-fields.tsx";
import { say } from "./texts.ts";

/** Starts or plans a job. */
export function NewJobDialog(props: {
  readonly how: "start" | "plan";
  /** Where; null: the reader chooses. */
  readonly station: string | null;
  readonly draft?: Draft | undefined;
  readonly onClose: () => void;
  readonly onDone: (job: Job) => void;
}) {
  const { how, draft, onClose, onDone } = props;
  const submit = useSubmit();
  const fields = useFields(draft ?? {});
  const station = useSignal(props.station ?? session.value?.stations?.[0] ?? "");
  const product = useSignal(String(draft?.product_id ?? ""));
  const startedBy = useSignal(keptName.value);
  const products = useProducts();

  function choose(id: string): void {
    product.value = id;
    const chosen = products.value.find((each) => String(each.id) === id);
    if (chosen !== undefined) fields.take(chosen);
  }

  const send = () =>
    submit.run(async () => {
      const order = fields.read(submit);
      if (order === null) return;
      // Where a PIN says who it is, no name is typed.
      const name = isPersonAsked.value ? "" : startedBy.value.trim();
      const job = await api<Job>("POST", "/api/jobs", {
        body: {
          ...order,
          station: station.value,
          product_id: product.value === "" ? null : Number(product.value),
          ...(how === "plan" ? { status: "planned" } : name !== "" && { started_by: name }),
        },
      });
      if (how === "start" && !isPersonAsked.value) keptName.value = name;
      onDone(job);
      onClose();
    });

  const title = say(how === "start" ? "startJob" : "planJob");
  return (
    <DialogForm title={title} submit={submit} onClose={onClose} onSubmit={send} deed={title}>
      {props.station === null && (
        <SelectField
          label={say("station")}
          name="station"
          value={station}
          options={(session.value?.stations ?? []).map((each) => ({ value: each, text: each }))}
        />
      )}
      {products.value.length > 0 && (
        <div class="field">
          <label for="job-product">{say("product")}</label>
          <select
            id="job-product"
            name="product_id"
            value={product.value}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            <option value="">{say("noProduct")}</option>
            {products.value.map(({ id, name }) => (
              <option key={id} value={String(id)}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <OrderFields fields={fields} submit={submit} lotLabel={say("lot")} />
      {how === "start" && !isPersonAsked.value && (
        <TextField
          label={say("yourName")}
          name="started_by"
          value={startedBy}
          error={submit.faults.value.started_by}
        />
      )}
    </DialogForm>
  );
}

/** Changes a job that is planned or runs. Only what was changed is sent. */
export function ChangeJobDialog(props: {
  readonly job: Job;
  readonly onClose: () => void;
  readonly onDone: (job: Job) => void;
}) {
  const { job, onClose, onDone } = props;
  const submit = useSubmit();
  const fields = useFields(job);
  const reason = useSignal("");
  const isRunning = job.status === "active";

  const send = () =>
    submit.run(async () => {
      const order = fields.read(submit);
      if (order === null) return;
      const before = {
        ...job,
        target_weight: trimmed(job.target_weight),
        tolerance_percent: trimmed(job.tolerance_percent),
      };
      const body = Object.fromEntries(
        Object.entries(order).filter(([name, value]) => value !== before[name as keyof typeof order]),
      );
      const isTold = Object.keys(body).every((name) => name === "lot" || name === "note");
      if (isRunning && !isTold && reason.value.trim() === "") {
        submit.faults.value = { reason: t("required") };
        return;
      }
      if (Object.keys(body).length > 0) {
        const told = reason.value.trim() === "" ? body : { ...body, reason: reason.value };
        onDone(await api<Job>("PATCH", `/api/jobs/${job.id}`, { body: told }));
      }
      onClose();
    });

  return (
    <DialogForm title={say("changeJob")} submit={submit} onClose={onClose} onSubmit={send} deed={say("save")}>
      {isRunning && <p>{say("changeWhat")}</p>}
      <OrderFields fields={fields} submit={submit} lotLabel={say(isRunning ? "lotNow" : "lot")} />
      {isRunning && (
        <>
          <QuickPicks
            label={say("reason")}
            value={reason}
            picks={[say("reasonOrder"), say("reasonTypo"), say("reasonMaterial")]}
          />
          <TextField
            label={say("reason")}
            name="reason"
            value={reason}
            error={submit.faults.value.reason}
            maxLength={500}
          />
        </>
      )}
    </DialogForm>
  );
}
