import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Dialog } from "../shared/dialog.tsx";
import { failureText } from "../shared/failure.ts";
import { TextField } from "../shared/field.tsx";
import { t } from "../shared/texts.ts";
import { word } from "./words.ts";

/** Only a part was done; the message is for the reader, and says which. */
export class CameThisFar extends Error {}

/** A question before something is done; stays open, with what was typed, where the appliance refuses. */
export function ActDialog(props: {
  readonly title: string;
  /** What the button says. */
  readonly act: string;
  readonly isDanger?: boolean;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
  /** Whether the form is filled; says itself what is missing. */
  readonly isReady?: () => boolean;
  /** Does it; the dialog closes unless it throws what `api` does, or `CameThisFar`. */
  readonly onAct: () => Promise<void>;
}) {
  const { title, act, isDanger = false, children, onClose, isReady = () => true, onAct } = props;
  const isBusy = useSignal(false);
  const failure = useSignal<string | null>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy.value || !isReady()) return;
    isBusy.value = true;
    failure.value = null;
    try {
      await onAct();
      onClose();
    } catch (error) {
      failure.value = error instanceof CameThisFar ? error.message : failureText(error);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form class="dialog-body" onSubmit={(event) => void submit(event)} noValidate>
        {children}
        {failure.value !== null && (
          <p class="form-error" role="alert">
            {failure.value}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t("back")}
          </button>
          <button
            type="submit"
            class={`button ${isDanger ? "button-danger" : "button-main"}`}
            disabled={isBusy.value}
          >
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks for a reason first; common ones are a touch away. */
export function ReasonDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly act: string;
  readonly reasons: readonly string[];
  readonly onClose: () => void;
  readonly onReason: (reason: string) => Promise<void>;
}) {
  const { title, text, act, reasons, onClose, onReason } = props;
  const reason = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  return (
    <ActDialog
      title={title}
      act={act}
      isDanger
      onClose={onClose}
      isReady={() => {
        error.value = reason.value.trim() === "" ? t("required") : undefined;
        return error.value === undefined;
      }}
      onAct={() => onReason(reason.value.trim())}
    >
      <p>{text}</p>
      <div class="suggestions">
        {reasons.map((each) => (
          <button
            key={each}
            type="button"
            class="button button-small"
            aria-pressed={reason.value === each}
            onClick={() => {
              reason.value = each;
            }}
          >
            {each}
          </button>
        ))}
      </div>
      <TextField
        label={word("reason")}
        name="reason"
        value={reason}
        maxLength={500}
        error={error.value}
        autoFocus
      />
    </ActDialog>
  );
}
