import { SelectField, TextField } from "../../shared/field.tsx";
import type { SourceForm } from "./source-form.ts";
import { say } from "./texts.ts";

/** How the bag is found in what a scale sends all the time. */
export function StreamFields(props: {
  readonly form: SourceForm;
  readonly error: (field: string) => string | undefined;
}) {
  const { form, error } = props;
  return (
    <>
      <TextField
        label={say("division")}
        name="division"
        value={form.of("division")}
        hint={say("divisionHint")}
        inputMode="decimal"
        error={error("stream.division")}
      />
      <TextField
        label={say("minWeight")}
        name="min_weight"
        value={form.of("min_weight")}
        hint={say("minWeightHint")}
        inputMode="decimal"
        error={error("stream.min_weight")}
      />
      <TextField
        label={say("band")}
        name="band"
        value={form.of("band")}
        inputMode="numeric"
        suffix={say("divisions")}
        error={error("stream.band")}
      />
      <TextField
        label={say("settle")}
        name="settle_ms"
        value={form.of("settle_ms")}
        inputMode="numeric"
        suffix={say("ms")}
        error={error("stream.settle_ms")}
      />
      <TextField
        label={say("rearm")}
        name="rearm_percent"
        value={form.of("rearm_percent")}
        inputMode="numeric"
        suffix={say("percent")}
        error={error("stream.rearm_percent")}
      />
      <SelectField
        label={say("commit")}
        name="commit"
        value={form.of("commit")}
        options={[
          { value: "taken-off", text: say("commitTakenOff") },
          { value: "settled", text: say("commitSettled") },
        ]}
      />
    </>
  );
}
