import type { Signal } from "@preact/signals";
import { SelectField, TextField } from "../../shared/field.tsx";
import { say } from "./texts.ts";

/** The values of a row, as they are typed. */
export type RowOf<Field extends string> = Readonly<Record<Field, Signal<string>>>;

interface RowField<Field extends string> {
  readonly field: Field;
  readonly label: string;
  readonly isNumber?: boolean;
  /** One of these. */
  readonly options?: readonly { readonly value: string; readonly text: string }[];
}

const rowsMax = 10;

/** Rows of fields that can be added and taken away: check weights, steps of a tolerance. */
export function Rows<Field extends string>(props: {
  readonly legend: string;
  /** As the API names the list: `weights`. */
  readonly name: string;
  readonly rows: Signal<readonly RowOf<Field>[]>;
  readonly newRow: () => RowOf<Field>;
  readonly fields: readonly RowField<Field>[];
  readonly faults: Readonly<Record<string, string | undefined>>;
}) {
  const { legend, name, rows, newRow, fields, faults } = props;
  return (
    <fieldset class="check-rows">
      <legend>{legend}</legend>
      {rows.value.map((row, index) => (
        <div key={row} class="check-row">
          <div class="field-row">
            {fields.map(({ field, label, isNumber = false, options }) =>
              options === undefined ? (
                <TextField
                  key={field}
                  label={label}
                  name={`${name}.${index}.${field}`}
                  inputMode={isNumber ? "decimal" : "text"}
                  value={row[field]}
                  error={faultAt(`${name}.${index}.${field}`)}
                  maxLength={50}
                />
              ) : (
                <SelectField
                  key={field}
                  label={label}
                  name={`${name}.${index}.${field}`}
                  value={row[field]}
                  options={options}
                />
              ),
            )}
          </div>
          {rows.value.length > 1 && (
            <button
              type="button"
              class="button button-small"
              aria-label={say("removeRow", { number: index + 1 })}
              onClick={() => {
                rows.value = rows.value.filter((each) => each !== row);
              }}
            >
              ✕
            </button>
          )}
        </div>
      ))}
      {rows.value.length < rowsMax && (
        <button
          type="button"
          class="button button-small"
          onClick={() => {
            rows.value = [...rows.value, newRow()];
          }}
        >
          {say("addRow")}
        </button>
      )}
    </fieldset>
  );

  /** In the reader's words: what may stand there. */
  function faultAt(path: string): string | undefined {
    if (faults[path] === undefined) return undefined;
    return say(path.endsWith(".name") ? "wrongName" : path.endsWith(".weight") ? "wrongWeight" : "wrongStep");
  }
}
