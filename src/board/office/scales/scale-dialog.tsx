import { useSignal } from "@preact/signals";
import type { Scale } from "../../../records/scales/scale-list.ts";
import { idMax } from "../../../weighing/ids.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { CheckField, TextField } from "../../shared/field.tsx";
import { session } from "../../shared/session.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { readId } from "../bags/bag-filter.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Name, station, alias of a scale, whether its bags are accepted, and what it weighs. Only what was changed is sent. */
export function ScaleDialog(props: {
  readonly scale: Scale;
  readonly onClose: () => void;
  readonly onChanged: (scale: Scale) => void;
}) {
  const { scale, onClose, onChanged } = props;
  const name = useSignal(scale.name ?? "");
  const station = useSignal(scale.station);
  const alias = useSignal(String(scale.alias_of ?? ""));
  const enabled = useSignal(scale.enabled);
  const gross = useSignal(scale.weighs_gross);
  const submit = useSubmit();

  async function save(): Promise<void> {
    if (alias.value.trim() !== "" && readId(alias.value, idMax) === null) {
      submit.faults.value = { alias_of: say("aliasWrong") };
      return;
    }
    const wanted = {
      name: name.value.trim() || null,
      station: station.value.trim() || null,
      alias_of: readId(alias.value, idMax),
      enabled: enabled.value,
      weighs_gross: gross.value,
    };
    const body = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => value !== scale[key as keyof typeof wanted]),
    );
    if (Object.keys(body).length > 0)
      onChanged(await api<Scale>("PATCH", `/api/scales/${scale.id}`, { body }));
    onClose();
  }

  return (
    <DialogForm
      title={say("editTitle", { id: scale.id })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submit.run(save)}
      deed={say("save")}
      keep={t("back")}
    >
      <TextField
        label={word("name")}
        name="name"
        value={name}
        hint={say("nameHint")}
        maxLength={100}
        autoFocus
      />
      <TextField
        label={word("station")}
        name="station"
        value={station}
        hint={say("stationHint")}
        error={submit.faults.value.station}
        maxLength={50}
        suggestions={session.value?.stations ?? []}
      />
      <TextField
        label={say("alias")}
        name="alias"
        value={alias}
        hint={say("aliasHint")}
        inputMode="numeric"
        error={submit.faults.value.alias_of}
      />
      <CheckField label={say("enabled")} name="enabled" value={enabled} hint={say("enabledHint")} />
      <CheckField label={say("gross")} name="weighs_gross" value={gross} hint={say("grossHint")} />
    </DialogForm>
  );
}
