import type { Signal } from "@preact/signals";

/** Values to take with one touch, in place of a keyboard and gloves. */
export function QuickPicks<Value extends string | number | null>(props: {
  readonly label: string;
  readonly value: Signal<Value>;
  readonly picks: readonly NonNullable<Value>[];
  /** Left out: a value says itself. */
  readonly textOf?: (pick: NonNullable<Value>) => string;
}) {
  const { label, value, picks, textOf = String } = props;
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
          {textOf(pick)}
        </button>
      ))}
    </fieldset>
  );
}
