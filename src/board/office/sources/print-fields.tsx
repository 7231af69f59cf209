import type { PrintSetting, settingsOfDialect } from "../../../indicators/dialect-names.ts";
import { printUnits } from "../../../indicators/print.ts";
import { SelectField, TextField } from "../../shared/field.tsx";
import type { SourceForm } from "./source-form.ts";
import { say } from "./texts.ts";

/** What the prints of some dialects leave open; only what the chosen one asks for. */
export function PrintFields(props: {
  readonly form: SourceForm;
  readonly asks: (typeof settingsOfDialect)[keyof typeof settingsOfDialect];
  readonly error: (field: string) => string | undefined;
}) {
  const { form, asks, error } = props;
  const shown = { value: "", text: say("asShown") };
  const select = (
    name: Exclude<PrintSetting, "decimals">,
    label: string,
    options: readonly { readonly value: string; readonly text: string }[],
  ) =>
    asks.includes(name) && (
      <SelectField
        key={name}
        label={label}
        name={name}
        value={form.of(name)}
        options={[shown, ...options]}
        error={error(name)}
      />
    );
  return (
    <>
      {select(
        "unit",
        say("unit"),
        printUnits.map((unit) => ({ value: unit, text: unit })),
      )}
      {select("decimal_mark", say("decimalMark"), [
        { value: "point", text: say("point") },
        { value: "comma", text: say("comma") },
      ])}
      {asks.includes("decimals") && (
        <TextField
          label={say("decimals")}
          name="decimals"
          value={form.of("decimals")}
          hint={say("decimalsHint")}
          inputMode="numeric"
          error={error("decimals")}
        />
      )}
      {select("weight", say("weight"), [
        { value: "gross", text: say("gross") },
        { value: "net", text: say("net") },
      ])}
      {select("digits", say("digits"), [
        { value: "forward", text: say("forward") },
        { value: "reversed", text: say("reversed") },
      ])}
    </>
  );
}
