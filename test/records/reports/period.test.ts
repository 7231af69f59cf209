import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  barsOf,
  neighbour,
  type Period,
  periodAt,
  periodOn,
  readMoment,
  shiftOn,
} from "../../../src/records/reports/period.ts";
import type { Calendar } from "../../../src/records/shifts/calendar.ts";

const hourMs = 3_600_000;
const everyDay = [1, 2, 3, 4, 5, 6, 7];

function calendar(changes: Partial<Calendar> = {}): Calendar {
  return {
    time_zone: "America/New_York",
    day_starts: "00:00",
    week_starts: 1,
    standstill_minutes: 10,
    currency: "USD",
    shifts: [
      { name: "Early", starts: "06:00", ends: "14:00", days: everyDay },
      { name: "Late", starts: "14:00", ends: "22:00", days: everyDay },
      { name: "Night", starts: "22:00", ends: "06:00", days: everyDay },
    ],
    ...changes,
  };
}

const date = (text: string) => Temporal.PlainDate.from(text);
const hours = (period: Period | null) => (period === null ? null : (period.to - period.from) / hourMs);
const at = (text: string) => Date.parse(text);

describe("nights on which the clock changes", () => {
  test("in spring the night shift and the day are an hour shorter", () => {
    expect(hours(shiftOn(calendar(), date("2026-03-07"), "Night"))).toBe(7);
    expect(hours(periodOn(calendar(), "day", date("2026-03-08")))).toBe(23);
    expect(hours(periodOn(calendar(), "week", date("2026-03-08")))).toBe(7 * 24 - 1);
  });

  test("in autumn they are an hour longer, and have an hour more in the chart", () => {
    const night = shiftOn(calendar(), date("2026-10-31"), "Night");
    expect(hours(night)).toBe(9);
    expect(hours(periodOn(calendar(), "day", date("2026-11-01")))).toBe(25);
    expect(night && barsOf(calendar(), night).begins).toHaveLength(9);
  });

  test("a shift that ends at a time that is skipped or shown twice ends where the next one begins", () => {
    const two = calendar({
      shifts: [
        { name: "A", starts: "20:00", ends: "02:30", days: everyDay },
        { name: "B", starts: "02:30", ends: "20:00", days: everyDay },
      ],
    });
    for (const [before, after] of [
      ["2026-03-07", "2026-03-08"],
      ["2026-10-31", "2026-11-01"],
    ] as const) {
      expect(shiftOn(two, date(before), "A")?.to).toBe(shiftOn(two, date(after), "B")?.from ?? 0);
    }
  });
});

test("a night shift belongs to the day on which it begins", () => {
  expect(periodAt(calendar(), "shift", at("2026-06-02T03:00:00-04:00"))).toMatchObject({
    shift: "Night",
    date: "2026-06-01",
    from: at("2026-06-01T22:00:00-04:00"),
    to: at("2026-06-02T06:00:00-04:00"),
  });
});

test("between two shifts the report is about the last one; without shifts about none", () => {
  const weekdays = calendar({
    shifts: [{ name: "Day", starts: "07:00", ends: "15:30", days: [1, 2, 3, 4, 5] }],
  });
  // A Sunday.
  expect(periodAt(weekdays, "shift", at("2026-06-07T12:00:00-04:00"))).toMatchObject({ date: "2026-06-05" });
  expect(periodAt(calendar({ shifts: [] }), "shift", 0)).toBeNull();
});

test("a day may begin at another time than midnight, and a week on Sunday", () => {
  const plant = calendar({ day_starts: "06:00", week_starts: 7 });
  expect(periodAt(plant, "day", at("2026-06-07T05:59:00-04:00"))).toMatchObject({ date: "2026-06-06" });
  expect(periodAt(plant, "week", at("2026-06-07T05:59:00-04:00"))).toMatchObject({ date: "2026-05-31" });
  expect(periodAt(plant, "week", at("2026-06-07T06:00:00-04:00"))).toMatchObject({ date: "2026-06-07" });
  expect(periodAt(plant, "month", at("2026-06-01T05:59:00-04:00"))).toMatchObject({ date: "2026-05-01" });
});

test("moments are read in the plant's time, with an offset in that", () => {
  expect(readMoment(calendar(), "2026-06-01T06:00")).toBe(at("2026-06-01T06:00:00-04:00"));
  expect(readMoment(calendar(), "2026-06-01T06:00:00Z")).toBe(at("2026-06-01T06:00:00Z"));
  expect(readMoment(calendar({ day_starts: "05:00" }), "2026-06-01")).toBe(at("2026-06-01T05:00:00-04:00"));
  for (const text of ["", "yesterday", "2026-02-30", "2026-06-01T25:00", "Z"]) {
    expect([text, readMoment(calendar(), text)]).toEqual([text, null]);
  }
});

const zones = fc.constantFrom(
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "UTC",
  // Skips midnight itself.
  "America/Santiago",
);
const moments = fc
  .date({ min: new Date("2024-01-01"), max: new Date("2028-01-01"), noInvalidDate: true })
  .map((day) => day.getTime());

test("every moment lies in one period of each kind, and the one before ends where it begins", () => {
  fc.assert(
    fc.property(
      zones,
      moments,
      fc.constantFrom("shift" as const, "day" as const, "week" as const, "month" as const),
      fc.constantFrom("00:00", "06:00", "22:30"),
      (time_zone, moment, kind, day_starts) => {
        const plant = calendar({ time_zone, day_starts });
        const period = periodAt(plant, kind, moment);
        if (period === null) throw new Error("there is one");
        expect(period.from).toBeLessThanOrEqual(moment);
        expect(period.to).toBeGreaterThan(moment);
        expect(neighbour(plant, period, -1)?.to).toBe(period.from);
        expect(neighbour(plant, period, 1)?.from).toBe(period.to);
        const { begins } = barsOf(plant, period);
        expect(begins[0]).toBe(period.from);
        expect(begins).toEqual([...new Set(begins)].sort((a, b) => a - b));
        expect(begins.at(-1)).toBeLessThan(period.to);
        expect(begins.length).toBeLessThanOrEqual(31);
      },
    ),
  );
});
