import type { Signal } from "@preact/signals";
import { t } from "./texts.ts";

const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/**
 * Digits to be hit in gloves, each key 72 px at least: in place of the device's own keyboard, which covers the page and whose
 * keys are small. For a PIN, a weight, a quantity.
 */
export function Keypad(props: {
  /** What was entered. */
  readonly value: Signal<string>;
  readonly maxLength: number;
  /** The reader's decimal sign; left out: whole numbers alone. */
  readonly decimalSign?: string;
  /** A key that takes what was entered; left out: something else on the page does. */
  readonly onEnter?: () => void;
}) {
  const { value, maxLength, decimalSign, onEnter } = props;
  const add = (key: string) => () => {
    if (value.value.length < maxLength) value.value += key;
  };
  return (
    <fieldset class="keypad">
      {digits.map((digit) => (
        <Key key={digit} text={digit} onPress={add(digit)} />
      ))}
      {decimalSign === undefined ? (
        <Delete value={value} />
      ) : (
        <Key
          text={decimalSign}
          onPress={() => {
            if (!value.value.includes(decimalSign)) add(decimalSign)();
          }}
        />
      )}
      <Key text="0" onPress={add("0")} />
      {onEnter === undefined ? (
        decimalSign !== undefined && <Delete value={value} />
      ) : (
        <Key text={t("keyEnter")} isMain onPress={onEnter} />
      )}
    </fieldset>
  );
}

function Delete({ value }: { readonly value: Signal<string> }) {
  return (
    <Key
      text="⌫"
      label={t("keyDelete")}
      onPress={() => {
        value.value = value.value.slice(0, -1);
      }}
    />
  );
}

function Key(props: {
  readonly text: string;
  readonly label?: string;
  readonly isMain?: boolean;
  readonly onPress: () => void;
}) {
  const { text, label, isMain = false, onPress } = props;
  return (
    <button
      type="button"
      class={isMain ? "button button-main key" : "button key"}
      {...(label !== undefined && { "aria-label": label })}
      onClick={onPress}
    >
      {text}
    </button>
  );
}
