import type { Calendar } from "../shifts/calendar.ts";

export const periodKinds = ["shift", "day", "week", "month", "range"] as const;
export type PeriodKind = (typeof periodKinds)[number];

/** A time that a report is about: `from` is in it, `to` is not. Milliseconds since the epoch. */
export interface Period {
  readonly kind: PeriodKind;
  /** The shift's name. */
  readonly shift: string | null;
  /** The plant's day on which it begins, as 2026-11-29; null for a range. */
  readonly date: string | null;
  readonly from: number;
  readonly to: number;
}

/** Which day is meant by which kind; the plant's time. */
type Named = Exclude<PeriodKind, "range">;

/** How far around a shift the next and the one before are looked for: each begins at least once a week. */
const shiftDays = 8;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The period of a kind that holds `at`; of shifts the one that runs then, else the one that began last.
 *
 * @returns null where the plant has no shifts.
 */
export function periodAt(calendar: Calendar, kind: Named, at: number): Period | null {
  if (kind !== "shift") return periodOn(calendar, kind, plantDate(calendar, at));
  return shiftsAround(calendar, localDate(calendar, at)).findLast(({ from }) => from <= at) ?? null;
}

/** The day, week or month in which a day of the plant lies. */
export function periodOn(
  calendar: Calendar,
  kind: Exclude<Named, "shift">,
  date: Temporal.PlainDate,
): Period {
  const begins = beginningOf(calendar, kind, date);
  const ends = begins.add({ [`${kind}s`]: 1 });
  return {
    kind,
    shift: null,
    date: begins.toString(),
    from: instantOf(calendar, begins, calendar.day_starts),
    to: instantOf(calendar, ends, calendar.day_starts),
  };
}

/** The shift of that name that begins on that date; null where none does. */
export function shiftOn(calendar: Calendar, date: Temporal.PlainDate, name: string): Period | null {
  return shiftsOn(calendar, date).find(({ shift }) => shift === name) ?? null;
}

export function rangeOf(from: number, to: number): Period {
  return { kind: "range", shift: null, date: null, from, to };
}

/** The one directly before or after it; of shifts the nearest one, of a range one of the same length. Null: there is no shift. */
export function neighbour(calendar: Calendar, period: Period, step: -1 | 1): Period | null {
  const { kind, date, from, to } = period;
  if (kind === "range" || date === null) return rangeOf(from + step * (to - from), to + step * (to - from));
  const day = Temporal.PlainDate.from(date);
  if (kind !== "shift") return periodOn(calendar, kind, day.add({ [`${kind}s`]: step }));
  const shifts = shiftsAround(calendar, day);
  return step < 0
    ? (shifts.findLast((shift) => shift.from < from) ?? null)
    : (shifts.find((shift) => shift.from > from) ?? null);
}

/** A moment as people give it: with its offset, or in the plant's time; a date alone is the beginning of the plant's day. */
export function readMoment(calendar: Calendar, text: string): number | null {
  try {
    if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) && text.includes("T")) {
      return Temporal.Instant.from(text).epochMilliseconds;
    }
    if (!text.includes("T"))
      return instantOf(calendar, Temporal.PlainDate.from(text, strict), calendar.day_starts);
    const local = Temporal.PlainDateTime.from(text, strict);
    return local.toZonedDateTime(calendar.time_zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** A date as 2026-11-29; null where it is none. */
export function readDate(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, strict);
  } catch {
    return null;
  }
}

const strict = { overflow: "reject" } as const;

/** How a period is cut for a chart: hours of a shift or a day, days of a week or a month, what suits a range. */
export type BarLength = "hour" | "day" | "week" | "month";

/** Where the bars of a period begin: at full hours, or where the plant's days, weeks and months do. The first is the period's own beginning. */
export function barsOf(
  calendar: Calendar,
  { from, to }: Period,
): { readonly length: BarLength; readonly begins: readonly number[] } {
  const length = barLength(to - from);
  const begins = [from];
  for (let at = nextBar(calendar, length, from); at < to; at = nextBar(calendar, length, at)) begins.push(at);
  return { length, begins };
}

function barLength(ms: number): BarLength {
  if (ms <= 2 * dayMs + hourMs) return "hour";
  if (ms <= 62 * dayMs) return "day";
  return ms <= 400 * dayMs ? "week" : "month";
}

function nextBar(calendar: Calendar, length: BarLength, at: number): number {
  if (length !== "hour") return periodOn(calendar, length, plantDate(calendar, at)).to;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.time_zone);
  const intoHour = (local.minute * 60 + local.second) * 1000 + local.millisecond;
  return at - intoHour + hourMs;
}

function beginningOf(calendar: Calendar, kind: Exclude<Named, "shift">, date: Temporal.PlainDate) {
  if (kind === "day") return date;
  if (kind === "month") return date.with({ day: 1 });
  return date.subtract({ days: (date.dayOfWeek - calendar.week_starts + 7) % 7 });
}

function shiftsAround(calendar: Calendar, date: Temporal.PlainDate): Period[] {
  return Array.from({ length: 2 * shiftDays + 1 }, (_, index) =>
    shiftsOn(calendar, date.add({ days: index - shiftDays })),
  )
    .flat()
    .sort((a, b) => a.from - b.from);
}

/** Those that begin on that date. */
function shiftsOn(calendar: Calendar, date: Temporal.PlainDate): Period[] {
  return calendar.shifts
    .filter(({ days }) => days.includes(date.dayOfWeek))
    .map(({ name, starts, ends }) => ({
      kind: "shift",
      shift: name,
      date: date.toString(),
      from: instantOf(calendar, date, starts),
      to: instantOf(calendar, ends > starts ? date : date.add({ days: 1 }), ends),
    }));
}

/** The date that the clock on the wall shows. */
function localDate(calendar: Calendar, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.time_zone).toPlainDate();
}

/** The date of the plant's day, which may begin at another time than midnight. */
function plantDate(calendar: Calendar, at: number): Temporal.PlainDate {
  const date = localDate(calendar, at);
  return instantOf(calendar, date, calendar.day_starts) <= at ? date : date.subtract({ days: 1 });
}

/**
 * A time that the clock skips in spring is one hour later; of one that it shows twice in autumn it is the first. So what
 * ends then ends where the next one begins.
 */
function instantOf({ time_zone: timeZone }: Calendar, date: Temporal.PlainDate, time: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}
