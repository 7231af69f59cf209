import { session } from "../shared/session.ts";
import { word } from "./words.ts";

/** One of a few values, in the row of filters above a list. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly name: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly onChange: (value: string) => void;
}) {
  const { label, name, value, options, onChange } = props;
  return (
    <label class="choice">
      <span>{label}</span>
      <select name={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A station, or all of them (`""`). One that the appliance no longer knows stays chosen: its bags are still there. */
export function StationChoice(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const known = new Set(session.value?.stations ?? []);
  if (props.value !== "") known.add(props.value);
  return (
    <Choice
      label={word("station")}
      name="station"
      value={props.value}
      onChange={props.onChange}
      options={[
        { value: "", text: word("allStations") },
        ...[...known].sort().map((station) => ({ value: station, text: station })),
      ]}
    />
  );
}
