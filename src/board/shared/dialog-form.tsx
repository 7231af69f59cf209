import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog.tsx";
import type { Submit } from "./submit.ts";
import { t } from "./texts.ts";

/** A dialog with a form; "cancel" is the first button, the action the last one. */
export function DialogForm(props: {
  readonly title: string;
  readonly submit: Submit;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** The button's label: the action, not "OK". */
  readonly deed: string;
  readonly isDangerous?: boolean;
  readonly isWide?: boolean;
  /** The label of the button that changes nothing. */
  readonly keep?: string;
  readonly children: ComponentChildren;
}) {
  const { title, submit, onClose, onSubmit, deed, isDangerous = false, isWide = false, keep } = props;
  return (
    <Dialog title={title} onClose={onClose} wide={isWide}>
      <form
        class="dialog-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {props.children}
        {submit.failure.value && (
          <p class="form-error" role="alert">
            {submit.failure.value}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {keep ?? t("cancel")}
          </button>
          <button
            type="submit"
            class={`button ${isDangerous ? "button-danger" : "button-main"}`}
            disabled={submit.isBusy.value}
          >
            {deed}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
