import { z } from "zod";
import { nameSchema } from "../../runtime/typed-text.ts";

/** More shifts than a plant has. */
const shiftsMax = 20;
const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;

const timeOfDaySchema = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "must be a time of day from 00:00 to 23:59, such as 06:00");

/** 1 is Monday, 7 Sunday (ISO 8601). */
const weekdaySchema = z.int().min(1).max(7);

export const shiftSchema = z.strictObject({
  name: nameSchema(50),
  starts: timeOfDaySchema.describe("In the plant's time."),
  ends: timeOfDaySchema.describe(
    "In the plant's time; not later than `starts`: on the day after. The same: it lasts a whole day.",
  ),
  days: z
    .array(weekdaySchema)
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, "must have each day once")
    .describe("The days on which it begins: 1 is Monday, 7 Sunday."),
});
export type Shift = z.output<typeof shiftSchema>;

/** When the plant works: what a shift, a day and a week are. */
export const calendarSchema = z.strictObject({
  time_zone: z
    .string()
    .max(64)
    .refine(isTimeZone, "must be a time zone of the IANA database, such as America/Chicago")
    .describe("Of the IANA database, as America/Chicago."),
  day_starts: timeOfDaySchema.describe("When a day of the reports begins."),
  week_starts: weekdaySchema.describe("The first day of a week: 1 is Monday, 7 Sunday."),
  standstill_minutes: z
    .int()
    .min(1)
    .max(1440)
    .describe("So long without a bag while a job runs is a standstill."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters of ISO 4217, such as USD")
    .describe("In which prices per lb are, ISO 4217."),
  shifts: z
    .array(shiftSchema)
    .max(shiftsMax)
    .superRefine((shifts, context) => {
      const message = shiftsFault(shifts);
      if (message !== null) context.addIssue({ code: "custom", message });
    })
    .describe("Two of one name, or two at the same time, are refused: a bag is weighed in one shift."),
});
export type Calendar = z.output<typeof calendarSchema>;

/** What holds until somebody says otherwise. */
export function plainCalendar(): Calendar {
  return {
    time_zone: Temporal.Now.timeZoneId(),
    day_starts: "00:00",
    week_starts: 1,
    standstill_minutes: 10,
    currency: "USD",
    shifts: [],
  };
}

function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    // An offset has no daylight saving: it is right for half the year.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

function shiftsFault(shifts: readonly Shift[]): string | null {
  const names = new Set<string>();
  for (const { name } of shifts) {
    if (names.has(name.toLowerCase())) return `has two shifts of the name ${JSON.stringify(name)}`;
    names.add(name.toLowerCase());
  }
  const times = shifts
    .flatMap((shift) => [...new Set(shift.days)].map((day) => timesInWeek(shift, day)))
    .sort((a, b) => a.starts - b.starts);
  for (const [index, time] of times.entries()) {
    const [first] = times;
    const next = times[index + 1] ?? (first && { ...first, starts: first.starts + weekMinutes });
    if (next === undefined || time.ends <= next.starts) continue;
    return `has ${JSON.stringify(time.name)} and ${JSON.stringify(next.name)} at the same time: end one before the other begins`;
  }
  return null;
}

/** Minutes since Monday 00:00. */
function timesInWeek({ name, starts, ends }: Shift, day: number) {
  const begins = (day - 1) * dayMinutes + minutesOf(starts);
  const lasts = (minutesOf(ends) - minutesOf(starts) + dayMinutes) % dayMinutes || dayMinutes;
  return { name, starts: begins, ends: begins + lasts };
}

/** `06:30` as minutes since midnight. */
function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
