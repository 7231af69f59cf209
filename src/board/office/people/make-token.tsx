import { useSignal } from "@preact/signals";
import { api } from "../../shared/api.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField, TextField } from "../../shared/field.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

const roles = ["viewer", "operator", "admin", "ingest", "metrics"] as const;

interface Made {
  readonly name: string;
  readonly token: string;
}

/** Makes a token and shows it, this once. */
export function MakeToken(props: { readonly onClose: () => void; readonly onMade: () => void }) {
  const { onClose, onMade } = props;
  const submit = useSubmit();
  const name = useSignal("");
  const role = useSignal("viewer");
  const made = useSignal<Made | null>(null);
  const make = () =>
    submit.run(async () => {
      if (name.value.trim() === "") {
        submit.faults.value = { name: t("required") };
        return;
      }
      const body = { name: name.value.trim(), role: role.value };
      made.value = await api<Made>("POST", "/api/tokens", { body });
      onMade();
    });
  if (made.value !== null) return <Shown made={made.value} onClose={onClose} />;
  return (
    <DialogForm
      title={say("makeToken")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void make()}
      deed={say("makeToken")}
      keep={t("back")}
    >
      <p>{say("tokenWhat")}</p>
      <TextField
        label={word("name")}
        name="name"
        value={name}
        error={submit.faults.value.name}
        maxLength={100}
        autoFocus
      />
      <SelectField
        label={say("role")}
        name="role"
        value={role}
        options={roles.map((each) => ({ value: each, text: say(each) }))}
      />
    </DialogForm>
  );
}

function Shown(props: { readonly made: Made; readonly onClose: () => void }) {
  const { made, onClose } = props;
  return (
    <Dialog title={made.name} onClose={onClose}>
      <div class="dialog-body">
        <p>{say("tokenOnce")}</p>
        <p>
          <span class="sr-only">{say("token")}: </span>
          <code class="secret">{made.token}</code>
        </p>
        <div class="dialog-actions">
          <button type="button" class="button button-main" onClick={onClose}>
            {say("done")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
