import type { BarLength } from "../../../records/reports/period.ts";
import type { ShownPeriod } from "../../../records/reports/report.ts";
import { locale } from "../../shared/format.ts";

const dayMs = 86_400_000;

/** A moment in the plant's time, whatever the reader's device has. */
export function plantMoment(at: string, timeZone: string): string {
  return format(timeZone, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** A moment as an `<input type="datetime-local">` has it, in the plant's time; the API reads it so. */
export function plantInput(at: string, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  const text = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short", timeZone });
  return text.format(new Date(at)).replace(" ", "T");
}

/** What a period is called: its day, week, month or times. */
export function periodName({ period, date, shift, from, to }: ShownPeriod, timeZone: string): string {
  if (date === null) {
    return format(timeZone, { dateStyle: "medium", timeStyle: "short" }).formatRange(
      new Date(from),
      new Date(to),
    );
  }
  const day = new Date(`${date}T00:00:00Z`);
  switch (period) {
    case "week":
      return format("UTC", { dateStyle: "medium" }).formatRange(day, new Date(day.getTime() + 6 * dayMs));
    case "month":
      return format("UTC", { month: "long", year: "numeric" }).format(day);
    default: {
      const name = format("UTC", { dateStyle: "full" }).format(day);
      return shift === null ? name : `${shift} · ${name}`;
    }
  }
}

/** The short name of a bar of the chart. */
export function barName(at: string, length: BarLength, timeZone: string): string {
  switch (length) {
    case "hour":
      return format(timeZone, { hour: "numeric" }).format(new Date(at));
    case "month":
      return format(timeZone, { month: "short", year: "2-digit" }).format(new Date(at));
    default:
      return format(timeZone, { day: "numeric", month: "short" }).format(new Date(at));
  }
}

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale.value, { ...options, timeZone });
}
