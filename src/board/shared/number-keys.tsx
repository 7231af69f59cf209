import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { locale } from "./format.ts";
import { Keypad } from "./keypad.tsx";

type Mode = "text" | "decimal" | "numeric";

/** A finger is what the device is worked with first. */
const isTouched = matchMedia("(pointer: coarse)");

/** The dialog moves when the keys go: what was touched meanwhile must be hit before that. */
const closeAfterMs = 250;

/**
 * Keys of our own for a field of numbers on a device that is touched: while the field has the focus they stand at the lower
 * edge, and the device's own keyboard stays away.
 */
export function useNumberKeys(field: {
  readonly value: Signal<string>;
  readonly inputMode: Mode;
  readonly maxLength: number;
}) {
  const { value, inputMode, maxLength } = field;
  const isOpen = useSignal(false);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const focused = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The dialog is lower now: the field may have gone out of it.
    if (isOpen.value) focused.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen.value]);
  const isOurs = inputMode !== "text" && isTouched.matches;
  return {
    input: {
      inputMode: isOurs ? ("none" as const) : inputMode,
      onFocus: (event: { readonly currentTarget: HTMLElement }) => {
        clearTimeout(closing.current);
        focused.current = event.currentTarget;
        isOpen.value = isOurs;
      },
      onBlur: () => {
        closing.current = setTimeout(() => {
          isOpen.value = false;
        }, closeAfterMs);
      },
    },
    keys: isOpen.value && (
      <div class="keypad-sheet">
        <Keypad
          value={value}
          maxLength={maxLength}
          decimalSign={inputMode === "decimal" ? decimalSign() : undefined}
          isReplacing
          onEnter={() => {
            if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          }}
        />
      </div>
    ),
  };
}

/** As the reader writes it. */
function decimalSign(): string {
  const parts = new Intl.NumberFormat(locale.value).formatToParts(1.5);
  return parts.find(({ type }) => type === "decimal")?.value ?? ".";
}
