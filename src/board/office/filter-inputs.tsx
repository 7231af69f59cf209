import { readId } from "./bags/bag-filter.ts";
import { fromLocalInput, toLocalInput } from "./bags/local-time.ts";

/** A number that is a name (a job, a scale, a bag), in the row of filters above a list. */
export function IdInput(props: {
  readonly label: string;
  readonly name: string;
  readonly value: number | null;
  readonly max: number;
  readonly onChange: (id: number | null) => void;
}) {
  const { label, name, value, max, onChange } = props;
  return (
    <label class="choice choice-narrow">
      <span>{label}</span>
      <input
        name={name}
        inputMode="numeric"
        autocomplete="off"
        value={value ?? ""}
        onChange={(event) => {
          const id = readId(event.currentTarget.value, max);
          // Text that is no number is removed, so that it does not look like a filter.
          event.currentTarget.value = String(id ?? "");
          onChange(id);
        }}
      />
    </label>
  );
}

/** A moment, in the reader's own time. */
export function TimeInput(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string | null;
  readonly onChange: (at: string | null) => void;
}) {
  const { label, name, value, onChange } = props;
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="datetime-local"
        name={name}
        value={toLocalInput(value)}
        onChange={(event) => onChange(fromLocalInput(event.currentTarget.value))}
      />
    </label>
  );
}
