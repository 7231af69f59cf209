import type { ComponentChildren } from "preact";
import type { Report, ShownPeriod } from "../../../records/reports/report.ts";
import type { Calendar } from "../../../records/shifts/calendar.ts";
import { locale } from "../../shared/format.ts";
import { setQuery } from "../../shared/router.ts";
import { weightUnit } from "../../shared/settings.ts";
import { Choice } from "../choice.tsx";
import { word } from "../words.ts";
import { plantInput } from "./plant-time.ts";
import { groupChoices, periodChoices, queryOf, type ReportQuery, shiftOfDay } from "./report-query.ts";
import { groupWord } from "./report-tables.tsx";
import { say } from "./texts.ts";

/** What the report is about. A change applies at once. */
export function PeriodBar(props: {
  readonly asked: ReportQuery;
  readonly calendar: Calendar;
  /** null: there is none, for want of shifts. */
  readonly report: Report | null;
  readonly children: ComponentChildren;
}) {
  const { asked, calendar, report, children } = props;
  const period = report?.period ?? asked.period ?? "day";
  return (
    <search class="filters">
      <div class="filter-fields">
        <Choice
          label={say("period")}
          name="period"
          value={period}
          onChange={(chosen) => choosePeriod(chosen, report)}
          options={periodChoices.map((each) => ({ value: each, text: say(`period_${each}`) }))}
        />
        {report !== null && period !== "range" && (
          <label class="choice">
            <span>{say("date")}</span>
            <input
              type="date"
              name="date"
              value={report.date ?? ""}
              onChange={({ currentTarget: { value } }) => {
                if (value === "") return;
                const shift = period === "shift" ? shiftOfDay(calendar, value, report.shift) : null;
                setQuery({ period, date: value, shift });
              }}
            />
          </label>
        )}
        {report?.shift && (
          <Choice
            label={say("period_shift")}
            name="shift"
            value={report.shift}
            onChange={(shift) => setQuery({ period, date: report.date, shift })}
            options={calendar.shifts.map(({ name }) => ({ value: name, text: name }))}
          />
        )}
        {report !== null && period === "range" && <RangeInputs report={report} />}
        {report !== null && (
          <Choice
            label={say("divided")}
            name="group"
            value={report.group}
            onChange={(group) => setQuery({ group })}
            options={groupChoices.map((each) => ({ value: each, text: groupWord(each) }))}
          />
        )}
      </div>
      {report !== null && (
        <div class="filter-actions">
          <Step to={report.before} text={say("previous")} />
          <Step to={report.next} text={say("next")} />
          {period !== "range" && (
            <button
              type="button"
              class="button button-small"
              onClick={() => setQuery({ period, date: null, shift: null })}
            >
              {say("latest")}
            </button>
          )}
          {children}
          <span class="filter-end line-actions">
            <a class="button" href={fileLink("xlsx", report)} download>
              {say("xlsx")}
            </a>
            <a class="button" href={fileLink("csv", report)} download>
              {word("csv")}
            </a>
            <button type="button" class="button" onClick={() => print()}>
              {word("print")}
            </button>
          </span>
        </div>
      )}
      {report === null && <div class="filter-actions">{children}</div>}
    </search>
  );
}

/** What is shown, as a file for the reader's spreadsheet. */
function fileLink(ending: "xlsx" | "csv", report: Report): string {
  const parts = new URLSearchParams({ group: report.group, locale: locale.value, unit: weightUnit.value });
  for (const [name, value] of Object.entries(queryOf(report))) if (value !== null) parts.set(name, value);
  return `/api/reports.${ending}?${parts}`;
}

/** A range begins as the period that was shown. */
function choosePeriod(period: string, report: Report | null): void {
  const none = { date: null, shift: null, from: null, to: null };
  if (period === "range") setQuery({ ...none, period, from: report?.from ?? null, to: report?.to ?? null });
  else setQuery({ ...none, period });
}

function Step(props: { readonly to: ShownPeriod | null; readonly text: string }) {
  const { to, text } = props;
  return (
    <button
      type="button"
      class="button button-small"
      disabled={to === null}
      onClick={() => {
        if (to !== null) setQuery({ ...queryOf(to) });
      }}
    >
      {text}
    </button>
  );
}

function RangeInputs(props: { readonly report: Report }) {
  const { from, to, time_zone: zone } = props.report;
  const input = (name: "from" | "to", label: string, value: string) => (
    <label class="choice">
      <span>{label}</span>
      <input
        type="datetime-local"
        name={name}
        value={plantInput(value, zone)}
        onChange={({ currentTarget: { value: at } }) => {
          if (at !== "") setQuery({ period: "range", from, to, [name]: at });
        }}
      />
    </label>
  );
  return (
    <>
      {input("from", word("from"), from)}
      {input("to", word("to"), to)}
    </>
  );
}
