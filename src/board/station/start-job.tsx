import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Company } from "../../records/jobs/companies.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { TextField } from "../shared/field.tsx";
import { formatDecimal, formatTyped, inChosenUnit, readTyped, toPounds } from "../shared/format.ts";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { session } from "../shared/session.ts";
import { keptName, weightUnit } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import { notANumber } from "./names.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

const picksMax = 6;

/** Starts a job on this station. Begins with the figures of the last one, for it is mostly the same again. */
export function StartJob(props: { readonly state: StationState; readonly onClose: () => void }) {
  const { state, onClose } = props;
  const submit = useSubmit();
  const last = state.job.value;
  const company = useSignal("");
  const target = useSignal(last === null ? "" : typedWeight(last.target_weight));
  const quantity = useSignal(last === null ? "" : String(last.quantity));
  const tolerance = useSignal(
    formatTyped(last?.tolerance_percent ?? session.value?.tolerance_percent ?? "10"),
  );
  const startedBy = useSignal(keptName.value);
  const companies = useCompanies();
  const faults = submit.faults.value;

  const send = () =>
    submit.run(async () => {
      const pounds = typedPounds(target.value);
      const wrong = {
        ...(company.value.trim() === "" && { company: t("missing") }),
        ...(pounds === null && { target_weight: notANumber() }),
        ...(!/^[1-9]\d{0,6}$/.test(quantity.value.trim()) && { quantity: t("notAWhole") }),
        ...(readTyped(tolerance.value) === null && { tolerance_percent: notANumber() }),
      };
      if (Object.keys(wrong).length > 0) {
        submit.faults.value = wrong;
        return;
      }
      const name = startedBy.value.trim();
      const job = await api<Job>("POST", "/api/jobs", {
        body: {
          company: company.value,
          station: state.station,
          target_weight: pounds,
          quantity: Number(quantity.value),
          tolerance_percent: readTyped(tolerance.value),
          ...(name !== "" && { started_by: name }),
        },
      });
      keptName.value = name;
      state.noteJob(job);
      onClose();
    });

  const pounds = typedPounds(target.value);
  return (
    <DialogForm title={t("startJob")} submit={submit} onClose={onClose} onSubmit={send} deed={t("startJob")}>
      <TextField
        label={t("company")}
        name="company"
        value={company}
        suggestions={companies.value}
        error={faults.company}
        autoFocus
      />
      {companies.value.length > 0 && (
        <QuickPicks
          label={t("earlierCompanies")}
          value={company}
          picks={companies.value.slice(0, picksMax)}
        />
      )}
      <div class="field-row">
        <TextField
          label={t("targetWeight")}
          name="target_weight"
          inputMode="decimal"
          value={target}
          suffix={weightUnit.value}
          error={faults.target_weight}
          hint={
            weightUnit.value === "kg" && pounds !== null && t("targetIs", { pounds: formatDecimal(pounds) })
          }
          maxLength={12}
        />
        <TextField
          label={t("tolerancePercent")}
          name="tolerance_percent"
          inputMode="decimal"
          value={tolerance}
          suffix="%"
          error={faults.tolerance_percent}
          maxLength={6}
        />
        <TextField
          label={t("quantity")}
          name="quantity"
          inputMode="numeric"
          value={quantity}
          error={faults.quantity}
          maxLength={7}
        />
      </div>
      <TextField label={t("yourName")} name="started_by" value={startedBy} error={faults.started_by} />
    </DialogForm>
  );
}

/** Names of earlier companies, the latest first; none while they cannot be read. */
function useCompanies(): Signal<readonly string[]> {
  const companies = useSignal<readonly string[]>([]);
  useEffect(() => {
    api<{ readonly items: readonly Company[] }>("GET", "/api/companies").then(
      ({ items }) => {
        companies.value = items.map(({ name }) => name);
      },
      () => undefined,
    );
  }, [companies]);
  return companies;
}

function typedWeight(pounds: string): string {
  return formatTyped(weightUnit.value === "lb" ? pounds : inChosenUnit(Number(pounds)).toFixed(2));
}

/** A target as the API takes it: pounds with two decimals; null where no number was typed. */
function typedPounds(text: string): string | null {
  const typed = readTyped(text);
  if (typed === null || weightUnit.value === "lb") return typed;
  return toPounds(Number(typed), "kg").toFixed(2);
}
