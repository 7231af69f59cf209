import { type Signal, signal, useSignal } from "@preact/signals";
import type { Checking } from "../../../http/api/scale-checks.ts";
import type { ToleranceClass } from "../../../quality/scale-tolerance.ts";
import { units } from "../../../weighing/units.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { CheckField, SelectField, TextField } from "../../shared/field.tsx";
import { formatTyped, readTyped } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { type RowOf, Rows } from "./rows.tsx";
import { say } from "./texts.ts";

const classes = ["hb44-iii", "eu-iii", "own"] as const satisfies readonly ToleranceClass[];
const everyKinds = ["never", "shift", "day", "bags"] as const;
const unitOptions = units.map((unit) => ({ value: unit, text: unit }));

type WeightField = "name" | "weight" | "unit";
type StepField = "up_to" | "divisions";

/** Sets by what a scale is checked, and how often. */
export function CheckingDialog(props: {
  readonly id: number;
  /** null: nothing is set yet. */
  readonly checking: Checking | null;
  readonly onClose: () => void;
  /** null: it is no longer checked. */
  readonly onDone: (checking: Checking | null) => void;
}) {
  const { id, checking, onClose, onDone } = props;
  const submit = useSubmit();
  const division = useSignal(typed(checking?.division));
  const unit = useSignal<string>(checking?.unit ?? "lb");
  const toleranceClass = useSignal<string>(checking?.class ?? "hb44-iii");
  const steps = useSignal<readonly RowOf<StepField>[]>(
    checking?.steps?.map((step) => ({
      up_to: signal(typed(step.up_to)),
      divisions: signal(typed(step.divisions)),
    })) ?? [newStep()],
  );
  const weights = useSignal<readonly RowOf<WeightField>[]>(
    checking?.weights.map((each) => ({
      name: signal(each.name),
      weight: signal(typed(each.weight)),
      unit: signal<string>(each.unit),
    })) ?? [newWeight()],
  );
  const every = useSignal<string>(checking?.every ?? "never");
  const everyBags = useSignal(String(checking?.every_bags ?? ""));
  const blocks = useSignal(checking?.blocks_jobs ?? false);
  const smallest = useSignal(typed(checking?.smallest_load));
  const calibrated = useSignal(checking?.calibrated_on ?? "");
  const due = useSignal(checking?.calibration_due ?? "");
  const document = useSignal(checking?.document ?? "");
  const faults = submit.faults.value;
  const address = `/api/scales/${id}/checking`;

  const save = () =>
    submit.run(async () => {
      const body = {
        division: sent(division),
        unit: unit.value,
        class: toleranceClass.value,
        steps:
          toleranceClass.value === "own"
            ? steps.value.map((step) => ({ up_to: sent(step.up_to), divisions: sent(step.divisions) }))
            : null,
        weights: weights.value.map((row) => ({
          // A weight without a name is called by what it weighs.
          name: row.name.value.trim() || `${row.weight.value.trim()} ${row.unit.value}`,
          weight: sent(row.weight),
          unit: row.unit.value,
        })),
        every: every.value === "never" ? null : every.value,
        every_bags: every.value === "bags" ? Number(everyBags.value) : null,
        blocks_jobs: blocks.value,
        smallest_load: smallest.value.trim() === "" ? null : sent(smallest),
        calibrated_on: calibrated.value || null,
        calibration_due: due.value || null,
        document: document.value.trim() || null,
      };
      onDone(await api<Checking>("PUT", address, { body }));
      onClose();
    });

  const remove = () =>
    submit.run(async () => {
      await api("DELETE", address);
      onDone(null);
      onClose();
    });

  return (
    <DialogForm
      title={say("dialogTitle", { id })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void save()}
      deed={say("save")}
      keep={t("back")}
      isWide
    >
      <div class="field-row">
        <TextField
          label={say("division")}
          name="division"
          inputMode="decimal"
          value={division}
          error={faultOf(faults, "division")}
          maxLength={12}
          autoFocus
        />
        <SelectField label={say("unit")} name="unit" value={unit} options={unitOptions} />
        <SelectField
          label={say("class")}
          name="class"
          value={toleranceClass}
          options={classes.map((name) => ({ value: name, text: say(`class_${name}`) }))}
        />
      </div>
      <p class="field-hint">{say("divisionHint")}</p>
      {toleranceClass.value === "own" && (
        <Rows
          legend={say("steps")}
          name="steps"
          rows={steps}
          newRow={newStep}
          faults={faults}
          fields={[
            { field: "up_to", label: say("upTo"), isNumber: true },
            { field: "divisions", label: say("divisions"), isNumber: true },
          ]}
        />
      )}
      <Rows
        legend={say("weights")}
        name="weights"
        rows={weights}
        newRow={newWeight}
        faults={faults}
        fields={[
          { field: "weight", label: say("weight"), isNumber: true },
          { field: "unit", label: say("unit"), options: unitOptions },
          { field: "name", label: say("name") },
        ]}
      />
      <div class="field-row">
        <SelectField
          label={say("every")}
          name="every"
          value={every}
          options={everyKinds.map((kind) => ({ value: kind, text: say(`every_${kind}`) }))}
        />
        {every.value === "bags" && (
          <TextField
            label={say("bagsBetween")}
            name="every_bags"
            inputMode="numeric"
            value={everyBags}
            error={faultOf(faults, "every_bags")}
            maxLength={5}
          />
        )}
      </div>
      <TextField
        label={say("smallest")}
        name="smallest_load"
        inputMode="decimal"
        value={smallest}
        suffix={unit.value}
        hint={say("smallestHint")}
        error={faultOf(faults, "smallest_load")}
        maxLength={12}
      />
      <CheckField label={say("blocks")} name="blocks_jobs" value={blocks} hint={say("blocksHint")} />
      <div class="field-row">
        <TextField label={say("calibrated")} name="calibrated_on" type="date" value={calibrated} />
        <TextField
          label={say("calibrationDue")}
          name="calibration_due"
          type="date"
          value={due}
          error={faultOf(faults, "calibration_due")}
        />
      </div>
      <TextField
        label={say("document")}
        name="document"
        value={document}
        hint={say("documentHint")}
        error={faultOf(faults, "document")}
        maxLength={500}
      />
      {checking !== null && (
        <p>
          <button type="button" class="button button-small" disabled={submit.isBusy.value} onClick={remove}>
            {say("remove")}
          </button>
        </p>
      )}
    </DialogForm>
  );
}

function newWeight(): RowOf<WeightField> {
  return { name: signal(""), weight: signal(""), unit: signal("lb") };
}

function newStep(): RowOf<StepField> {
  return { up_to: signal(""), divisions: signal("") };
}

function typed(decimal: string | null | undefined): string {
  return decimal ? formatTyped(decimal) : "";
}

/** What is no number goes as it was typed: the appliance says what is wrong with it. */
function sent({ value }: Signal<string>): string {
  return readTyped(value) ?? value;
}

/** In the reader's words. */
function faultOf(faults: Readonly<Record<string, string | undefined>>, field: keyof typeof wrong) {
  return faults[field] === undefined ? undefined : say(wrong[field]);
}

const wrong = {
  division: "wrongNumber",
  every_bags: "wrongBags",
  smallest_load: "wrongNumber",
  calibration_due: "wrongDue",
  document: "wrongDocument",
} as const;
