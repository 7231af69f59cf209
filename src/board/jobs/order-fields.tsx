import { useSignal } from "@preact/signals";
import type { Job } from "../../records/jobs/job-view.ts";
import type { Product } from "../../records/products/products.ts";
import { TextField } from "../shared/field.tsx";
import { formatDecimal, formatTyped, readTyped, trimmed } from "../shared/format.ts";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { session } from "../shared/session.ts";
import { shownUnit } from "../shared/settings.ts";
import type { Submit } from "../shared/submit.ts";
import { t } from "../shared/texts.ts";
import { notANumber, typedPounds, typedWeight } from "./job-words.ts";
import { useCompanies } from "./offers.ts";
import { say } from "./texts.ts";

const picksMax = 6;

/** What the form begins with. */
export type Draft = Partial<
  Pick<Job, "company" | "product_id" | "target_weight" | "tolerance_percent" | "quantity" | "lot" | "note">
>;

interface Order {
  readonly company: string;
  readonly target_weight: string;
  readonly tolerance_percent: string;
  readonly quantity: number;
  readonly lot: string | null;
  readonly note: string | null;
}

type Fields = ReturnType<typeof useFields>;

/** What is wanted of a job, as it is typed. */
export function useFields(draft: Draft) {
  const tolerancePercent = draft.tolerance_percent ?? session.value?.tolerance_percent ?? "10";
  const company = useSignal(draft.company ?? "");
  const target = useSignal(draft.target_weight === undefined ? "" : typedWeight(draft.target_weight));
  const tolerance = useSignal(formatTyped(tolerancePercent));
  const quantity = useSignal(draft.quantity === undefined ? "" : String(draft.quantity));
  const lot = useSignal(draft.lot ?? "");
  const note = useSignal(draft.note ?? "");
  return {
    company,
    target,
    tolerance,
    quantity,
    lot,
    note,
    /** Fills in what a product says. */
    take(product: Product): void {
      target.value = typedWeight(product.target_weight);
      tolerance.value = formatTyped(product.tolerance_percent);
      if (product.quantity !== null) quantity.value = String(product.quantity);
      note.value = product.note ?? "";
    },
    /** What was typed, as the API takes it; null: something is wrong, and is said at its field. */
    read(submit: Submit): Order | null {
      const pounds = typedPounds(target.value);
      const percent = readTyped(tolerance.value);
      const count = quantity.value.trim();
      const wrong = {
        ...(company.value.trim() === "" && { company: t("required") }),
        ...(pounds === null && { target_weight: notANumber() }),
        ...(!/^[1-9]\d{0,6}$/.test(count) && { quantity: say("notAWhole") }),
        ...(percent === null && { tolerance_percent: notANumber() }),
      };
      if (pounds === null || percent === null || Object.keys(wrong).length > 0) {
        submit.faults.value = wrong;
        return null;
      }
      // What was not touched is sent as it was: shown in another unit it is rounded.
      const isTouched =
        draft.target_weight === undefined || target.value !== typedWeight(draft.target_weight);
      return {
        company: company.value.trim(),
        target_weight: trimmed(isTouched ? pounds : (draft.target_weight ?? pounds)),
        tolerance_percent: trimmed(percent),
        quantity: Number(count),
        lot: lot.value.trim() || null,
        note: note.value.trim() || null,
      };
    },
  };
}

/** The fields for it. */
export function OrderFields(props: {
  readonly fields: Fields;
  readonly submit: Submit;
  readonly lotLabel: string;
}) {
  const { fields, submit, lotLabel } = props;
  const companies = useCompanies();
  const faults = submit.faults.value;
  const pounds = typedPounds(fields.target.value);
  return (
    <>
      <TextField
        label={say("company")}
        name="company"
        value={fields.company}
        suggestions={companies.value}
        error={faults.company}
        autoFocus
      />
      {companies.value.length > 0 && (
        <QuickPicks
          label={say("earlierCompanies")}
          value={fields.company}
          picks={companies.value.slice(0, picksMax)}
        />
      )}
      <div class="field-row">
        <TextField
          label={say("targetWeight")}
          name="target_weight"
          inputMode="decimal"
          value={fields.target}
          suffix={shownUnit.value}
          error={faults.target_weight}
          hint={
            shownUnit.value === "kg" && pounds !== null && say("targetIs", { pounds: formatDecimal(pounds) })
          }
          maxLength={12}
        />
        <TextField
          label={say("tolerancePercent")}
          name="tolerance_percent"
          inputMode="decimal"
          value={fields.tolerance}
          suffix="%"
          error={faults.tolerance_percent}
          maxLength={6}
        />
        <TextField
          label={say("quantity")}
          name="quantity"
          inputMode="numeric"
          value={fields.quantity}
          error={faults.quantity}
          maxLength={7}
        />
      </div>
      <div class="field-row">
        <TextField label={lotLabel} name="lot" value={fields.lot} error={faults.lot} maxLength={100} />
        <TextField label={say("note")} name="note" value={fields.note} error={faults.note} maxLength={500} />
      </div>
    </>
  );
}
