import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Bag } from "../../records/bags/bag-view.ts";
import { units } from "../../weighing/units.ts";
import { notANumber } from "../jobs/job-words.ts";
import { ApiProblem, api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { SelectField, TextField } from "../shared/field.tsx";
import { readTyped } from "../shared/format.ts";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { shownUnit } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import { scaleName } from "./names.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** A weight by hand, for when a scale does not print. What was typed stays until it was taken. */
export function EnterWeight(props: { readonly state: StationState; readonly onClose: () => void }) {
  const { state, onClose } = props;
  const submit = useSubmit();
  const weight = useSignal("");
  const unit = useSignal<string>(shownUnit.value);
  const note = useSignal("");
  const scales = state.scales.value;
  const scale = useSignal(String(scales[0]?.id ?? ""));
  const key = useKey();
  const faults = submit.faults.value;
  /** The weight that the appliance found far from the target: sent once more, it is meant. */
  const doubted = useSignal<string | null>(null);
  const typedText = `${weight.value} ${unit.value}`;
  const isDoubted = doubted.value === typedText;

  const send = () =>
    submit.run(async () => {
      const typed = readTyped(weight.value);
      if (typed === null || Number(typed) === 0) {
        submit.faults.value = { weight: notANumber() };
        return;
      }
      const body = {
        station: state.station,
        weight: typed,
        unit: unit.value,
        ...(scale.value !== "" && { scale: Number(scale.value) }),
        ...(note.value.trim() !== "" && { note: note.value }),
        ...(isDoubted && { confirmed: true }),
      };
      const bag = await api<Bag>("POST", "/api/bags", {
        body,
        headers: { "idempotency-key": key(JSON.stringify(body)) },
      }).catch((error: unknown) => {
        if (!(error instanceof ApiProblem) || error.code !== "implausible_weight") throw error;
        doubted.value = typedText;
        return null;
      });
      if (bag === null) return;
      state.noteBag(bag);
      onClose();
    });

  return (
    <DialogForm
      title={t("enterWeight")}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={t(isDoubted ? "saveDoubted" : "save")}
      isDangerous={isDoubted}
    >
      <div class="field-row">
        <TextField
          label={t("weightByHand")}
          name="weight"
          inputMode="decimal"
          value={weight}
          error={faults.weight}
          maxLength={12}
          autoFocus
        />
        <SelectField
          label={t("unit")}
          name="unit"
          value={unit}
          options={units.map((each) => ({ value: each, text: each }))}
        />
        <SelectField
          label={t("scale")}
          name="scale"
          value={scale}
          error={faults.scale}
          options={[
            ...scales.map(({ id }) => ({ value: String(id), text: scaleName(id, scales) })),
            { value: "", text: t("scaleNone") },
          ]}
        />
      </div>
      <p class="field-hint">{t("weightByHandHint")}</p>
      {isDoubted && (
        <p class="form-error" role="alert">
          {t("weightDoubted", { weight: `${weight.value} ${unit.value}` })}
        </p>
      )}
      <QuickPicks label={t("weightNote")} value={note} picks={[t("noteBroken"), t("noteNoPrint")]} />
      <TextField label={t("weightNote")} name="note" value={note} error={faults.note} maxLength={200} />
    </DialogForm>
  );
}

/** The same key as long as the same is sent: an answer that was lost on its way does not make a second bag. */
function useKey(): (content: string) => string {
  const kept = useRef({ content: "", key: "" });
  return (content) => {
    if (kept.current.content !== content) kept.current = { content, key: newKey() };
    return kept.current.key;
  };
}

/** `crypto.randomUUID` is there only over TLS, which a plant's network may not have. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
