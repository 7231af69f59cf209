import { useSignal } from "@preact/signals";
import type { Person } from "../../../access/persons.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { TextField } from "../../shared/field.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

export type PersonField = "name" | "pin";

/** Makes a person, or sets a name or a PIN. The admin types the PIN where the person tells or sees it. */
export function PersonDialog(props: {
  /** Null: a new one. */
  readonly person: Person | null;
  readonly fields: readonly PersonField[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const { person, fields, onClose, onSaved } = props;
  const submit = useSubmit();
  const name = useSignal(person?.name ?? "");
  const pin = useSignal("");
  const values = { name: () => name.value.trim(), pin: () => pin.value };

  async function save(): Promise<void> {
    const missing = fields.filter((field) => values[field]() === "");
    if (missing.length > 0) {
      submit.faults.value = Object.fromEntries(missing.map((field) => [field, t("required")]));
      return;
    }
    const body = Object.fromEntries(fields.map((field) => [field, values[field]()]));
    if (person === null) await api<Person>("POST", "/api/persons", { body });
    else await api<Person>("PATCH", `/api/persons/${person.id}`, { body });
    onSaved();
    onClose();
  }

  const isPinAlone = fields.length === 1 && fields[0] === "pin";
  return (
    <DialogForm
      title={titleOf(person, isPinAlone)}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submit.run(save)}
      deed={say("save")}
      keep={t("back")}
    >
      {isPinAlone && <p>{say("newPinWhat")}</p>}
      {fields.includes("name") && (
        <TextField
          label={word("name")}
          name="name"
          value={name}
          error={submit.faults.value.name}
          maxLength={100}
          autoFocus
        />
      )}
      {fields.includes("pin") && (
        <TextField
          label={say("pin")}
          name="pin"
          type="password"
          inputMode="numeric"
          autoComplete="new-password"
          value={pin}
          hint={say("pinHint")}
          error={submit.faults.value.pin}
          maxLength={8}
          autoFocus={isPinAlone}
        />
      )}
    </DialogForm>
  );
}

function titleOf(person: Person | null, isPinAlone: boolean): string {
  if (person === null) return say("addPerson");
  return say(isPinAlone ? "newPinTitle" : "renameTitle", { name: person.name });
}
