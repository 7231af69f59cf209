import { type Signal, useSignal } from "@preact/signals";
import type { Calendar, Shift } from "../../../records/shifts/calendar.ts";
import { ApiProblem, api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField, TextField } from "../../shared/field.tsx";
import { locale } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

const weekdays = [1, 2, 3, 4, 5, 6, 7];
/** A Monday, for the names of days. */
const monday = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

/** The plant's time and shifts, all in one form. */
export function ShiftsDialog(props: {
  readonly calendar: Calendar;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const { calendar, onClose, onSaved } = props;
  const submit = useSubmit();
  const timeZone = useSignal(calendar.time_zone);
  const dayStarts = useSignal(calendar.day_starts);
  const weekStarts = useSignal(String(calendar.week_starts));
  const standstill = useSignal(String(calendar.standstill_minutes));
  const currency = useSignal(calendar.currency);
  const shifts = useSignal<readonly Shift[]>(calendar.shifts);
  const faults = submit.faults.value;

  async function save(): Promise<void> {
    await put({
      time_zone: timeZone.value.trim(),
      day_starts: dayStarts.value,
      week_starts: Number(weekStarts.value),
      standstill_minutes: Number(standstill.value),
      currency: currency.value.trim().toUpperCase(),
      shifts: [...shifts.value],
    });
    onSaved();
    onClose();
  }

  return (
    <DialogForm
      title={say("editShifts")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submit.run(save)}
      deed={say("save")}
      keep={t("back")}
      isWide
    >
      <TextField
        label={say("timeZone")}
        name="time_zone"
        value={timeZone}
        hint={say("timeZoneHint")}
        error={faults.time_zone}
        maxLength={64}
        suggestions={Intl.supportedValuesOf("timeZone")}
      />
      <div class="field-row">
        <TimeField label={say("dayStarts")} name="day_starts" value={dayStarts} />
        <SelectField
          label={say("weekStarts")}
          name="week_starts"
          value={weekStarts}
          options={weekdays.map((day) => ({ value: String(day), text: dayName(day, "long") }))}
        />
        <TextField
          label={say("standstillMinutes")}
          name="standstill_minutes"
          value={standstill}
          error={faults.standstill_minutes}
          inputMode="numeric"
          maxLength={4}
        />
        <TextField
          label={say("currency")}
          name="currency"
          value={currency}
          error={faults.currency}
          maxLength={3}
        />
      </div>
      <fieldset class="form-step">
        <legend>{say("shifts")}</legend>
        {shifts.value.map((shift, index) => (
          <ShiftFields
            key={index}
            shift={shift}
            number={index + 1}
            onChange={(changed) => {
              shifts.value = shifts.value.with(index, changed);
            }}
            onRemove={() => {
              shifts.value = shifts.value.toSpliced(index, 1);
            }}
          />
        ))}
        {faults.shifts && (
          <p class="field-error" role="alert">
            {faults.shifts}
          </p>
        )}
        <button
          type="button"
          class="button button-small"
          onClick={() => {
            shifts.value = [...shifts.value, nextShift(shifts.value)];
          }}
        >
          {say("addShift")}
        </button>
      </fieldset>
    </DialogForm>
  );
}

/** What is wrong with one of the shifts is said of them all: `shifts.2.name`. */
async function put(calendar: Calendar): Promise<void> {
  try {
    await api<Calendar>("PUT", "/api/shifts", { body: calendar });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const faults = error.faults.map((fault) => ({
      ...fault,
      field: fault.field.split(".")[0] ?? fault.field,
    }));
    throw new ApiProblem(error.status, error.code, error.detail, faults);
  }
}

function ShiftFields(props: {
  readonly shift: Shift;
  readonly number: number;
  readonly onChange: (shift: Shift) => void;
  readonly onRemove: () => void;
}) {
  const { shift, number, onChange, onRemove } = props;
  const label = (name: string) => `${name}, ${say("shiftNumber", { count: number })}`;
  const time = (name: "starts" | "ends", text: string) => (
    <label class="choice">
      <span>{text}</span>
      <input
        type="time"
        name={name}
        aria-label={label(text)}
        value={shift[name]}
        onChange={({ currentTarget }) => onChange({ ...shift, [name]: currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="shift-fields">
      <label class="choice">
        <span>{word("name")}</span>
        <input
          name="shift"
          aria-label={label(word("name"))}
          maxLength={50}
          autocomplete="off"
          value={shift.name}
          onInput={({ currentTarget }) => onChange({ ...shift, name: currentTarget.value })}
        />
      </label>
      {time("starts", say("starts"))}
      {time("ends", say("ends"))}
      <div class="weekdays">
        {weekdays.map((day) => (
          <label key={day} class="weekday">
            <input
              type="checkbox"
              aria-label={label(dayName(day, "long"))}
              checked={shift.days.includes(day)}
              onChange={({ currentTarget }) => {
                const others = shift.days.filter((each) => each !== day);
                onChange({ ...shift, days: currentTarget.checked ? [...others, day].sort() : others });
              }}
            />
            <span aria-hidden="true">{dayName(day, "short")}</span>
          </label>
        ))}
      </div>
      <button type="button" class="button button-small" aria-label={label(say("remove"))} onClick={onRemove}>
        {say("remove")}
      </button>
    </div>
  );
}

function TimeField(props: { readonly label: string; readonly name: string; readonly value: Signal<string> }) {
  const { label, name, value } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="time"
        name={name}
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}

/** Begins where the last one ends, on the same days, and lasts eight hours: most plants work so. */
function nextShift(shifts: readonly Shift[]): Shift {
  const last = shifts.at(-1);
  const starts = last?.ends ?? "06:00";
  const [hours = 0, minutes = 0] = starts.split(":").map(Number);
  const ends = `${String((hours + 8) % 24).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  return { name: "", starts, ends, days: last?.days ?? [1, 2, 3, 4, 5] };
}

function dayName(day: number, weekday: "long" | "short"): string {
  const at = new Date(monday + (day - 1) * dayMs);
  return new Intl.DateTimeFormat(locale.value, { weekday, timeZone: "UTC" }).format(at);
}
