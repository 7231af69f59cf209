import type { GroupBy } from "../../../records/reports/groupings.ts";
import type { PeriodKind } from "../../../records/reports/period.ts";
import type { ShownPeriod } from "../../../records/reports/report.ts";
import type { Calendar } from "../../../records/shifts/calendar.ts";

/** What a report is about, as the page's address has it: under the names of the API's own parameters. */
export interface ReportQuery {
  /** null: nobody chose one. */
  readonly period: PeriodKind | null;
  readonly date: string | null;
  readonly shift: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly group: GroupBy;
}

export const periodChoices: readonly PeriodKind[] = ["shift", "day", "week", "month", "range"];
export const groupChoices: readonly GroupBy[] = ["station", "company", "product", "scale", "person"];

/** Reads the address's query; what makes no sense is left out. */
export function readReportQuery(query: URLSearchParams): ReportQuery {
  return {
    period: periodChoices.find((each) => each === query.get("period")) ?? null,
    date: query.get("date"),
    shift: query.get("shift"),
    from: query.get("from"),
    to: query.get("to"),
    group: groupChoices.find((each) => each === query.get("group")) ?? "station",
  };
}

/** The query of the period of an answer: a link to it shows the same to another reader, and later. */
export function queryOf({ period, date, shift, from, to }: ShownPeriod): Omit<ReportQuery, "group"> {
  return period === "range"
    ? { period, date: null, shift: null, from, to }
    : { period, date, shift, from: null, to: null };
}

/** The shift to show on another day: the same one where it begins on that day, else the first that does. */
export function shiftOfDay(calendar: Calendar, date: string, wanted: string | null): string | null {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  const names = calendar.shifts.filter(({ days }) => days.includes(weekday)).map(({ name }) => name);
  return names.find((name) => name === wanted) ?? names[0] ?? null;
}
