import { useSignal } from "@preact/signals";
import type { Scale } from "../../../http/scale-list.ts";
import { api } from "../../shared/api.ts";
import { TextField } from "../../shared/field.tsx";
import { session } from "../../shared/session.ts";
import { ActDialog } from "../act-dialog.tsx";
import { readId } from "../bags/bag-filter.ts";
import { scaleIdMax } from "../bags/limits.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Name, station, alias of a scale, and whether its bags are accepted. Only what was changed is sent. */
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
  const aliasError = useSignal<string | undefined>(undefined);

  function isReady(): boolean {
    const isNumber = alias.value.trim() === "" || readId(alias.value, scaleIdMax) !== null;
    aliasError.value = isNumber ? undefined : say("aliasWrong");
    return isNumber;
  }

  async function save(): Promise<void> {
    const wanted = {
      name: name.value.trim() || null,
      station: station.value.trim() || null,
      alias_of: readId(alias.value, scaleIdMax),
      enabled: enabled.value,
    };
    const body = Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => value !== scale[key as keyof typeof wanted]),
    );
    if (Object.keys(body).length === 0) return;
    onChanged(await api<Scale>("PATCH", `/api/scales/${scale.id}`, { body }));
  }

  return (
    <ActDialog
      title={say("editTitle", { id: scale.id })}
      act={say("save")}
      onClose={onClose}
      isReady={isReady}
      onAct={save}
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
        maxLength={50}
        suggestions={session.value?.stations ?? []}
      />
      <TextField
        label={say("alias")}
        name="alias"
        value={alias}
        hint={say("aliasHint")}
        inputMode="numeric"
        error={aliasError.value}
      />
      <label class="check">
        <input
          type="checkbox"
          name="enabled"
          checked={enabled.value}
          onChange={(event) => {
            enabled.value = event.currentTarget.checked;
          }}
        />
        <span>
          {say("enabled")}
          <small class="field-hint">{say("enabledHint")}</small>
        </span>
      </label>
    </ActDialog>
  );
}
