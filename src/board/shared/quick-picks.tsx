import type { Signal } from "@preact/signals";

/** Values to take with one touch, in place of a keyboard and gloves. */
export function QuickPicks(props: {
  readonly label: string;
  readonly value: Signal<string>;
  readonly picks: readonly string[];
}) {
  const { label, value, picks } = props;
  return (
    <fieldset class="picks">
      <legend class="sr-only">{label}</legend>
      {picks.map((pick) => (
        <button
          key={pick}
          type="button"
          class="button pick"
          aria-pressed={value.value === pick}
          onClick={() => {
            value.value = pick;
          }}
        >
          {pick}
        </button>
      ))}
    </fieldset>
  );
}
