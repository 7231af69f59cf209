import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useNumberKeys } from "./number-keys.tsx";

interface FieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: ComponentChildren;
  /** What is wrong with it; read out when it appears. */
  readonly error?: string | undefined;
}

/** A line of text with its label, hint and fault. */
export function TextField(
  props: FieldProps & {
    readonly name: string;
    readonly inputMode?: "text" | "decimal" | "numeric";
    readonly type?: "text" | "password" | "search" | "date";
    readonly suffix?: string;
    /** Earlier values that the browser offers. */
    readonly suggestions?: readonly string[];
    readonly maxLength?: number;
    readonly autoFocus?: boolean;
    readonly autoComplete?: string;
  },
) {
  const { label, value, hint, error, name, inputMode = "text", type = "text", suffix, suggestions } = props;
  const { maxLength = 200, autoFocus = false, autoComplete = "off" } = props;
  const id = useId();
  const numbers = useNumberKeys({ value, inputMode, maxLength });
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const common = {
    id,
    name,
    ...numbers.input,
    value: value.value,
    maxLength,
    // A dialog's first field: the keyboard may come at once.
    autofocus: autoFocus,
    autocomplete: autoComplete,
    spellcheck: false,
    "aria-invalid": error !== undefined,
    ...(described !== "" && { "aria-describedby": described }),
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => {
      value.value = event.currentTarget.value;
    },
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-line">
        {type === "password" ? (
          <input type="password" {...common} />
        ) : (
          <input type={type} list={suggestions && `${id}-list`} {...common} />
        )}
        {suffix && <span class="field-suffix">{suffix}</span>}
      </div>
      {numbers.keys}
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** One of a few values. */
export function SelectField(
  props: FieldProps & {
    readonly name: string;
    readonly options: readonly { readonly value: string; readonly text: string }[];
  },
) {
  const { label, value, hint, error, name, options } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        value={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.value;
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      {hint && <p class="field-hint">{hint}</p>}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A box to check, with what it means beside it. */
export function CheckField(props: {
  readonly label: string;
  readonly name: string;
  readonly value: Signal<boolean>;
  readonly hint?: string;
}) {
  const { label, name, value, hint } = props;
  return (
    <label class="check-line">
      <input
        type="checkbox"
        name={name}
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
      <span>
        {label}
        {hint && <small class="field-hint">{hint}</small>}
      </span>
    </label>
  );
}
