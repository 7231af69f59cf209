import { useSignal } from "@preact/signals";
import { ApiProblem, api, type Fault } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { faultText } from "../../shared/failure.ts";
import { useSubmit } from "../../shared/submit.ts";
import { say } from "./texts.ts";

/** Imports products from a file, whole or not at all; says what is wrong by line and column. */
export function ImportDialog(props: { readonly onClose: () => void; readonly onDone: () => void }) {
  const { onClose, onDone } = props;
  const submit = useSubmit();
  const text = useSignal("");
  const faults = useSignal<readonly Fault[]>([]);
  const done = useSignal<{ readonly made: number; readonly changed: number } | null>(null);

  const send = () =>
    submit.run(async () => {
      faults.value = [];
      done.value = null;
      if (text.value.trim() === "") {
        submit.failure.value = say("importNothing");
        return;
      }
      try {
        done.value = await api("POST", "/api/products/import", { body: { csv: text.value } });
        onDone();
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.faults.length === 0) throw error;
        faults.value = error.faults;
      }
    });

  return (
    <DialogForm
      title={say("importTitle")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void send()}
      deed={say("importDeed")}
      keep={say("close")}
      isWide
    >
      <p>{say("importWhat")}</p>
      <div class="field">
        <label for="import-file">{say("importFile")}</label>
        <input
          id="import-file"
          type="file"
          accept=".csv,text/csv,text/plain"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            void file?.text().then((read) => {
              text.value = read;
            });
          }}
        />
      </div>
      <div class="field">
        <label for="import-text">{say("importText")}</label>
        <textarea
          id="import-text"
          name="csv"
          rows={8}
          spellcheck={false}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </div>
      {faults.value.length > 0 && (
        <div role="alert">
          <p class="form-error">
            {say("importWrong", { count: faults.value.length, number: faults.value.length })}
          </p>
          <ul class="import-faults">
            {faults.value.map((fault) => (
              <li key={fault.field}>
                <strong>{placeText(fault.field)}</strong> {whatText(fault)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {done.value !== null && <p role="status">{say("imported", done.value)}</p>}
    </DialogForm>
  );
}

/** `line 3, target_weight`, as the API says it. */
const place = /^line (\d+)(?:, (?:column )?(\w+))?$/;

function placeText(field: string): string {
  const [, line, column] = place.exec(field) ?? [];
  if (line === undefined) return "";
  return column === undefined ? say("line", { line }) : say("lineColumn", { line, column });
}

/** What a column expects, in the reader's language where that is known. */
function whatText({ field, message }: Fault): string {
  if (message === "is missing") return say("faultMissing");
  const [, , column = ""] = place.exec(field) ?? [];
  return message.startsWith("must") ? faultText({ field: column, message }) : message;
}
