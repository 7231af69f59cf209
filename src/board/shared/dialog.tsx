import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { useModal } from "./modal.ts";
import { t } from "./texts.ts";

/**
 * A modal dialog while it is rendered. The browser keeps the focus inside, closes it with Escape, and gives the
 * focus back to where it was.
 */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** For lists; forms are narrow. */
  readonly wide?: boolean;
}) {
  const { title, onClose, children, wide = false } = props;
  const dialog = useModal();
  const heading = useId();
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="button button-plain" aria-label={t("close")} onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {children}
    </dialog>
  );
}
