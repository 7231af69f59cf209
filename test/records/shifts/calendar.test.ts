import { expect, test } from "bun:test";
import {
  type Calendar,
  calendarSchema,
  plainCalendar,
  type Shift,
} from "../../../src/records/shifts/calendar.ts";

const workdays = [1, 2, 3, 4, 5];
const shift = (name: string, starts: string, ends: string, days = workdays): Shift => ({
  name,
  starts,
  ends,
  days,
});

function faultsOf(changes: Partial<Calendar>): string[] {
  const { error } = calendarSchema.safeParse({ ...plainCalendar(), ...changes });
  return error?.issues.map(({ message }) => message) ?? [];
}

test.each([
  ["none", []],
  [
    "three around the clock",
    [shift("A", "06:00", "14:00"), shift("B", "14:00", "22:00"), shift("C", "22:00", "06:00")],
  ],
  ["one of a whole day", [shift("A", "06:00", "06:00", [1, 2, 3, 4, 5, 6, 7])]],
  ["others at the weekend", [shift("A", "06:00", "14:00"), shift("W", "06:00", "18:00", [6, 7])]],
])("shifts may be %s", (_, shifts) => {
  expect(faultsOf({ shifts })).toEqual([]);
});

test.each([
  [
    "two of one name",
    [shift("A", "06:00", "14:00"), shift("a", "14:00", "22:00")],
    /two shifts of the name "a"/,
  ],
  [
    "two at the same time",
    [shift("A", "06:00", "14:15"), shift("B", "14:00", "22:00")],
    /"A" and "B" at the same time/,
  ],
  [
    "one into another's next day",
    [shift("A", "06:00", "14:00"), shift("N", "22:00", "06:30")],
    /"N" and "A"/,
  ],
  [
    "Sunday's into Monday's",
    [shift("A", "05:00", "14:00", [1]), shift("N", "22:00", "06:00", [7])],
    /"N" and "A"/,
  ],
  ["one that is there twice", [shift("A", "06:00", "14:00", [1, 1])], /each day once/],
  ["one at no time of day", [shift("A", "24:00", "14:00")], /time of day/],
])("shifts may not be %s", (_, shifts, fault) => {
  const faults = faultsOf({ shifts });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
});

test("a time zone is one of the database, not an offset, which has no daylight saving", () => {
  expect(faultsOf({ time_zone: "America/Argentina/Buenos_Aires" })).toEqual([]);
  for (const time_zone of ["Mars/Olympus", "+02:00", ""]) {
    expect([time_zone, faultsOf({ time_zone }).length]).toEqual([time_zone, 1]);
  }
});
