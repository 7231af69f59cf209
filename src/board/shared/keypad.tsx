import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "./texts.ts";

/**
 * Digits to be hit in gloves, each key 72 px at least: in place of the device's own keyboard, which covers the page and whose
 * keys are small. For a PIN, a weight, a quantity.
 */
export function Keypad(props: {
  /** What was entered. */
  readonly value: Signal<string>;
  readonly maxLength: number;
  /** The reader's decimal sign; left out: whole numbers alone. */
  readonly decimalSign?: string | undefined;
  /** The first digit takes the place of what stands there: mostly another number is meant. */
  readonly isReplacing?: boolean;
  /** The key OK. */
  readonly onEnter: () => void;
}) {
  const { value, maxLength, decimalSign, isReplacing = false, onEnter } = props;
  const replaces = useRef(isReplacing);
  const add = (key: string) => () => {
    const before = replaces.current ? "" : value.value;
    replaces.current = false;
    if (before.length < maxLength) value.value = before + key;
  };
  const digits = (keys: readonly string[]) =>
    keys.map((digit) => <Key key={digit} text={digit} onPress={add(digit)} />);
  return (
    <fieldset
      class="keypad"
      // The field that it is for keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      {digits(["1", "2", "3"])}
      <Key
        text="⌫"
        class={decimalSign === undefined ? "key-high" : ""}
        label={t("keyDelete")}
        onPress={() => {
          replaces.current = false;
          value.value = value.value.slice(0, -1);
        }}
      />
      {digits(["4", "5", "6"])}
      {decimalSign !== undefined && (
        <Key
          text={decimalSign}
          label={t("keyDecimal")}
          onPress={() => {
            if (replaces.current || !value.value.includes(decimalSign)) add(decimalSign)();
          }}
        />
      )}
      {digits(["7", "8", "9"])}
      <Key text={t("keyEnter")} class="button-main key-high" onPress={onEnter} />
      <Key text="0" class="key-wide" onPress={add("0")} />
    </fieldset>
  );
}

function Key(props: {
  readonly text: string;
  readonly class?: string;
  readonly label?: string;
  readonly onPress: () => void;
}) {
  const { text, label, onPress } = props;
  return (
    <button
      type="button"
      class={`button key ${props.class ?? ""}`}
      {...(label !== undefined && { "aria-label": label })}
      onClick={onPress}
    >
      {text}
    </button>
  );
}
