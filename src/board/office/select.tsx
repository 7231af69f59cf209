import type { Signal } from "@preact/signals";
import { word } from "./words.ts";

type Selected = Signal<ReadonlySet<number>>;

/** The box of one row. */
export function Select(props: { readonly id: number; readonly name: string; readonly selected: Selected }) {
  const { id, name, selected } = props;
  return (
    <label class="check-box">
      <input
        type="checkbox"
        aria-label={word("select", { name })}
        checked={selected.value.has(id)}
        onChange={(event) => {
          const next = new Set(selected.value);
          if (event.currentTarget.checked) next.add(id);
          else next.delete(id);
          selected.value = next;
        }}
      />
    </label>
  );
}

/** The box above them. */
export function SelectAll(props: { readonly ids: readonly number[]; readonly selected: Selected }) {
  const { ids, selected } = props;
  return (
    <label class="check-box">
      <input
        type="checkbox"
        aria-label={word("selectAll")}
        checked={ids.every((id) => selected.value.has(id))}
        onChange={(event) => {
          selected.value = new Set(event.currentTarget.checked ? ids : []);
        }}
      />
    </label>
  );
}
