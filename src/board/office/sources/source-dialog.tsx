import type { ComponentChildren } from "preact";
import {
  dialectsWithScale,
  type SourceDialect,
  settingsOfDialect,
  sourceDialects,
} from "../../../indicators/dialect-names.ts";
import type { SourceView } from "../../../records/sources/source-list.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField, TextField } from "../../shared/field.tsx";
import { session } from "../../shared/session.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { ConnectionFields } from "./connection-fields.tsx";
import { PrintFields } from "./print-fields.tsx";
import { fieldLabel, ownFields } from "./source-faults.ts";
import { bodyOf, fieldsOf, type SourceFields, useSourceForm } from "./source-form.ts";
import { StreamFields } from "./stream-fields.tsx";
import { dialectText, say } from "./texts.ts";
import { Trial } from "./trial.tsx";

/** Adds a source, or changes one: how it connects, what it prints, whose bags these are. */
export function SourceDialog(props: {
  /** null: a new one. */
  readonly source: SourceView | null;
  /** What is known besides, and not saved yet. */
  readonly known: Partial<SourceFields>;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const { source, known, onClose, onSaved } = props;
  const form = useSourceForm(fieldsOf(source, known));
  const submit = useSubmit();
  const error = (field: string) => submit.faults.value[`source.${field}`];
  const dialect = dialectOf(form.of("dialect").value);
  const asks = settingsOfDialect[dialect];
  const isStream = form.of("mode").value === "stream";

  async function submitNamed(): Promise<void> {
    await submit.run(save);
    const labels = new Set(Object.keys(submit.faults.value).flatMap((field) => fieldLabel(field) ?? []));
    if (labels.size > 0) submit.failure.value = say("checkThese", { fields: [...labels].join(", ") });
  }

  async function save(): Promise<void> {
    const body = bodyOf(form.all(), asks);
    if (source === null) await ownFields(api("POST", "/api/sources", { body }));
    else await ownFields(api("PUT", `/api/sources/${encodeURIComponent(source.name ?? "")}`, { body }));
    onSaved();
    onClose();
  }

  return (
    <DialogForm
      title={source === null ? say("add") : say("editTitle", { name: source.name ?? "" })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submitNamed()}
      deed={say("save")}
      keep={t("back")}
      isWide
    >
      <TextField
        label={word("name")}
        name="name"
        value={form.of("name")}
        error={error("name")}
        maxLength={100}
        autoFocus
      />
      <label class="check-line">
        <input
          type="checkbox"
          name="enabled"
          checked={form.of("enabled").value === "yes"}
          onChange={(event) => {
            form.of("enabled").value = event.currentTarget.checked ? "yes" : "no";
          }}
        />
        <span>
          {say("enabled")}
          <small class="field-hint">{say("enabledHint")}</small>
        </span>
      </label>
      <Step title={say("howItConnects")}>
        <ConnectionFields form={form} error={error} />
      </Step>
      <Step title={say("howItTalks")}>
        <SelectField
          label={say("dialect")}
          name="dialect"
          value={form.of("dialect")}
          options={sourceDialects.map((name) => ({ value: name, text: dialectText(name) }))}
        />
        {dialect === "format" && (
          <TextField
            label={say("format")}
            name="format"
            value={form.of("format")}
            hint={say("formatHint")}
            error={error("format")}
            maxLength={1000}
          />
        )}
        <Trial source={source?.name ?? null} form={form} asks={asks} />
        <SelectField
          label={say("mode")}
          name="mode"
          value={form.of("mode")}
          error={error("mode")}
          options={[
            { value: "print", text: say("modePrint") },
            { value: "stream", text: say("modeStream") },
          ]}
        />
        {isStream && <StreamFields form={form} error={error} />}
      </Step>
      <Step title={say("scaleStep")}>
        {dialect !== "line" && (
          <TextField
            label={word("scale")}
            name="scale"
            value={form.of("scale")}
            hint={say(dialectsWithScale.has(dialect) ? "scaleHintPrinted" : "scaleHint")}
            inputMode="numeric"
            error={error("scale")}
          />
        )}
        <TextField
          label={word("station")}
          name="station"
          value={form.of("station")}
          hint={say("stationHint")}
          error={error("station")}
          maxLength={50}
          suggestions={session.value?.stations ?? []}
        />
      </Step>
      <Step title={say("printStep")}>
        <PrintFields form={form} asks={asks} error={error} />
      </Step>
    </DialogForm>
  );
}

/** Fields that belong together. */
function Step(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset class="form-step">
      <legend>{props.title}</legend>
      {props.children}
    </fieldset>
  );
}

function dialectOf(text: string): SourceDialect {
  return sourceDialects.find((name) => name === text) ?? "line";
}
