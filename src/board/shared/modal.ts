import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Shows a dialog above the page while it is rendered; afterwards the page can be used again. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return dialog;
}
