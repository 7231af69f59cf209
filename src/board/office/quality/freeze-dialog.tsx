import { useSignal } from "@preact/signals";
import type { Reference } from "../../../records/quality/references.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { TextField } from "../../shared/field.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { say } from "./texts.ts";

/** Freezes the limits that the shown bags give. */
export function FreezeDialog(props: {
  /** Which bags, and how they are charted. */
  readonly body: Readonly<Record<string, string | number>>;
  readonly onClose: () => void;
  readonly onDone: (reference: Reference) => void;
}) {
  const { body, onClose, onDone } = props;
  const submit = useSubmit();
  const name = useSignal("");
  const send = () =>
    submit.run(async () => {
      const made = await api<Reference>("POST", "/api/quality/references", {
        body: { ...body, name: name.value.trim() },
      });
      onClose();
      onDone(made);
    });
  return (
    <DialogForm title={say("freeze")} submit={submit} onClose={onClose} onSubmit={send} deed={say("freeze")}>
      <p>{say("freezeText")}</p>
      <TextField label={say("freezeName")} name="name" value={name} error={submit.faults.value.name} />
    </DialogForm>
  );
}
