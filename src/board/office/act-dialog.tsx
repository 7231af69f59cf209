import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { DialogForm } from "../shared/dialog-form.tsx";
import { TextField } from "../shared/field.tsx";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { useSubmit } from "../shared/submit.ts";
import { t } from "../shared/texts.ts";
import { word } from "./words.ts";

/** A question before something is done. */
export function ActDialog(props: {
  readonly title: string;
  /** What the button says. */
  readonly act: string;
  readonly isDanger?: boolean;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
  /** Does it; the dialog closes unless it throws what `api` does. */
  readonly onAct: () => Promise<void>;
}) {
  const { title, act, isDanger = false, children, onClose, onAct } = props;
  const submit = useSubmit();
  return (
    <DialogForm
      title={title}
      submit={submit}
      onClose={onClose}
      onSubmit={() =>
        void submit.run(async () => {
          await onAct();
          onClose();
        })
      }
      deed={act}
      isDangerous={isDanger}
      keep={t("back")}
    >
      {children}
    </DialogForm>
  );
}

/** Asks for a reason first; common ones are a touch away. */
export function ReasonDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly act: string;
  readonly reasons: readonly string[];
  readonly onClose: () => void;
  /** Does it; the dialog closes unless it throws what `api` does. */
  readonly onReason: (reason: string) => Promise<void>;
}) {
  const { title, text, act, reasons, onClose, onReason } = props;
  const submit = useSubmit();
  const reason = useSignal("");
  const send = () =>
    submit.run(async () => {
      if (reason.value.trim() === "") {
        submit.faults.value = { reason: t("required") };
        return;
      }
      await onReason(reason.value.trim());
      onClose();
    });
  return (
    <DialogForm
      title={title}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void send()}
      deed={act}
      isDangerous
      keep={t("back")}
    >
      <p>{text}</p>
      <QuickPicks label={word("reason")} value={reason} picks={reasons} />
      <TextField
        label={word("reason")}
        name="reason"
        value={reason}
        error={submit.faults.value.reason}
        maxLength={500}
        autoFocus
      />
    </DialogForm>
  );
}
