import { useSignal } from "@preact/signals";
import type { ReportMail } from "../../../records/report-mails/subscriptions.ts";
import type { Calendar } from "../../../records/shifts/calendar.ts";
import { ApiProblem, api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField, TextField } from "../../shared/field.tsx";
import { formatDateTime } from "../../shared/format.ts";
import { language, weightUnit } from "../../shared/settings.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

interface Mails {
  readonly items: readonly ReportMail[];
  readonly can_send: boolean;
}

const periods = ["shift", "day", "week", "month"] as const;

/** Who gets which report by mail: the list, and a form for one more. They are written in the language and unit of whoever adds them. */
export function MailsDialog(props: { readonly calendar: Calendar; readonly onClose: () => void }) {
  const { calendar, onClose } = props;
  const mails = useLoaded("", () => api<Mails>("GET", "/api/report-mails"));
  const submit = useSubmit();
  const period = useSignal<string>(calendar.shifts.length > 0 ? "shift" : "week");
  const shift = useSignal("");
  const recipients = useSignal("");

  async function add(): Promise<void> {
    await post({
      period: period.value,
      shift: period.value === "shift" && shift.value !== "" ? shift.value : null,
      recipients: recipients.value.split(/[\s,;]+/).filter((address) => address !== ""),
      language: language.value,
      unit: weightUnit.value,
    });
    recipients.value = "";
    mails.reload();
  }

  return (
    <DialogForm
      title={say("byMail")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submit.run(add)}
      deed={say("addMail")}
      keep={t("close")}
      isWide
    >
      <Show of={mails}>
        {({ items, can_send: canSend }) => (
          <>
            {!canSend && <p class="callout">{say("noMailServer")}</p>}
            {items.length === 0 ? (
              <p class="quiet">{say("noMails")}</p>
            ) : (
              <ul class="mails">
                {items.map((mail) => (
                  <Mail
                    key={mail.id}
                    mail={mail}
                    onRemove={() =>
                      void submit.run(async () => {
                        await api<undefined>("DELETE", `/api/report-mails/${mail.id}`);
                        mails.reload();
                      })
                    }
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </Show>
      <SelectField
        label={say("period")}
        name="period"
        value={period}
        options={periods.map((each) => ({ value: each, text: say(`period_${each}`) }))}
      />
      {period.value === "shift" && (
        <SelectField
          label={say("period_shift")}
          name="shift"
          value={shift}
          options={[
            { value: "", text: word("all") },
            ...calendar.shifts.map(({ name }) => ({ value: name, text: name })),
          ]}
        />
      )}
      <TextField
        label={say("recipients")}
        name="recipients"
        value={recipients}
        hint={say("recipientsHint")}
        error={submit.faults.value.recipients}
        maxLength={2_000}
      />
    </DialogForm>
  );
}

function Mail(props: { readonly mail: ReportMail; readonly onRemove: () => void }) {
  const { mail, onRemove } = props;
  const what = [say(`period_${mail.period}`), mail.shift].filter(Boolean).join(" ");
  const to = mail.recipients.join(", ");
  return (
    <li class="line-actions">
      <span class="mail-text">
        <strong>{what}</strong> → {to}
        <small class="quiet">
          {mail.last_sent_at === null
            ? say("neverSent")
            : say("lastSent", { when: formatDateTime(mail.last_sent_at) })}
        </small>
        {mail.last_error !== null && (
          <small class="over-text">
            {say("notSent")} <span lang="en">{mail.last_error}</span>
          </small>
        )}
      </span>
      <button
        type="button"
        class="button button-small"
        aria-label={`${say("remove")}: ${what}, ${to}`}
        onClick={onRemove}
      >
        {say("remove")}
      </button>
    </li>
  );
}

/** What is wrong with one of the addresses is said of them all: `recipients.2`. */
async function post(body: object): Promise<void> {
  try {
    await api<ReportMail>("POST", "/api/report-mails", { body });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const faults = error.faults.map((fault) => ({
      ...fault,
      field: fault.field.split(".")[0] ?? fault.field,
    }));
    throw new ApiProblem(error.status, error.code, error.detail, faults);
  }
}
