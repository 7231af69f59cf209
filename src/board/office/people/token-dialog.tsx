import { useSignal } from "@preact/signals";
import type { Token } from "../../../access/named-tokens.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { TextField } from "../../shared/field.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { StationField } from "./station-field.tsx";
import { say } from "./texts.ts";

/** The name of a token; of a device where it stands, too. */
export function TokenDialog(props: {
  readonly token: Token;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const { token, onClose, onSaved } = props;
  const submit = useSubmit();
  const name = useSignal(token.name);
  const station = useSignal(token.station ?? "");
  const save = () =>
    submit.run(async () => {
      const body = { name: name.value.trim(), ...(token.is_device && { station: station.value || null }) };
      await api<Token>("PATCH", `/api/tokens/${token.id}`, { body });
      onSaved();
      onClose();
    });
  return (
    <DialogForm
      title={say("changeTitle", { name: token.name })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void save()}
      deed={say("save")}
      keep={t("back")}
    >
      <TextField
        label={word("name")}
        name="name"
        value={name}
        error={submit.faults.value.name}
        maxLength={100}
        autoFocus
      />
      {token.is_device && <StationField value={station} />}
    </DialogForm>
  );
}
