import { type Signal, useSignal } from "@preact/signals";
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { TextField } from "../shared/field.tsx";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { isPersonAsked } from "../shared/session.ts";
import { keptName } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import { t } from "../shared/texts.ts";
import { signalSentence } from "./signal-words.ts";
import { say } from "./texts.ts";

/** Asks what caused a signal and what was done; common answers are a touch away. */
export function AcknowledgeDialog(props: {
  readonly signal: QualitySignal;
  readonly onClose: () => void;
  readonly onDone: (signal: QualitySignal) => void;
}) {
  const { signal, onClose, onDone } = props;
  const submit = useSubmit();
  const cause = useSignal("");
  const action = useSignal("");
  const name = useSignal(keptName.value);
  // Where a PIN says who it is, no name is typed.
  const isNamed = isPersonAsked.value;

  const send = () =>
    submit.run(async () => {
      const needed: Readonly<Record<string, Signal<string>>> = isNamed
        ? { cause, action }
        : { cause, action, name };
      const empty = Object.keys(needed).filter((field) => needed[field]?.value.trim() === "");
      if (empty.length > 0) {
        submit.faults.value = Object.fromEntries(empty.map((field) => [field, t("required")]));
        return;
      }
      const body = Object.fromEntries(
        Object.entries(needed).map(([field, { value }]) => [field, value.trim()]),
      );
      const done = await api<QualitySignal>("POST", `/api/quality/signals/${signal.id}/acknowledge`, {
        body,
      });
      if (!isNamed) keptName.value = name.value.trim();
      onDone(done);
      onClose();
    });

  return (
    <DialogForm
      title={say("acknowledgeTitle")}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={say("acknowledge")}
      isWide
    >
      <p>
        <strong>{signalSentence(signal)}.</strong> {say("acknowledgeWhat")}
      </p>
      <QuickPicks
        label={say("cause")}
        value={cause}
        picks={[
          say("cause_filler"),
          say("cause_material"),
          say("cause_scale"),
          say("cause_handling"),
          say("cause_nothing"),
        ]}
      />
      <TextField
        label={say("cause")}
        name="cause"
        value={cause}
        error={submit.faults.value.cause}
        maxLength={500}
      />
      <QuickPicks
        label={say("action")}
        value={action}
        picks={[
          say("action_filler"),
          say("action_zero"),
          say("action_again"),
          say("action_told"),
          say("action_none"),
        ]}
      />
      <TextField
        label={say("action")}
        name="action"
        value={action}
        error={submit.faults.value.action}
        maxLength={500}
      />
      {!isNamed && (
        <TextField
          label={say("name")}
          name="name"
          value={name}
          error={submit.faults.value.name}
          maxLength={100}
          autoComplete="name"
        />
      )}
    </DialogForm>
  );
}
