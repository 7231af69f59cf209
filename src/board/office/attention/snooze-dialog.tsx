import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api } from "../../shared/api.ts";
import { serverNow } from "../../shared/clock.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { TextField } from "../../shared/field.tsx";
import { formatMoment } from "../../shared/format.ts";
import { QuickPicks } from "../../shared/quick-picks.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { say } from "./texts.ts";

const hourMs = 3_600_000;
/** When a day's work begins, by the reader's clock. */
const morningHour = 6;

/** Puts a finding off for everybody, until a time. */
export function SnoozeDialog(props: {
  /** As the API names it. */
  readonly check: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { check, title, onClose, onDone } = props;
  const submit = useSubmit();
  // As they were when it was opened: a chosen one stays among them.
  const [choices] = useState(() => choicesFrom(serverNow()));
  const until = useSignal(choices[0]);
  const reason = useSignal("");
  const send = () =>
    submit.run(async () => {
      const words = reason.value.trim();
      const body = {
        check,
        until: new Date(until.value).toISOString(),
        ...(words !== "" && { reason: words }),
      };
      await api("POST", "/api/findings/snooze", { body });
      onDone();
      onClose();
    });
  return (
    <DialogForm
      title={say("snoozeTitle", { what: title })}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={say("snoozeDeed")}
      keep={t("back")}
    >
      <p>{say("snoozeText")}</p>
      <QuickPicks
        label={say("snoozeUntil")}
        value={until}
        picks={choices}
        textOf={(at) => formatMoment(at, serverNow())}
      />
      <TextField
        label={say("snoozeReason")}
        name="reason"
        value={reason}
        error={submit.faults.value.reason ?? submit.faults.value.until}
        maxLength={500}
      />
    </DialogForm>
  );
}

/** In one hour, in eight, tomorrow morning, and the morning in a week. Milliseconds since the epoch. */
function choicesFrom(now: number): [number, ...number[]] {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(morningHour, 0, 0, 0);
  const week = new Date(morning);
  week.setDate(week.getDate() + 6);
  return [now + hourMs, now + 8 * hourMs, morning.getTime(), week.getTime()];
}
