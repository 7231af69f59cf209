import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { layOutBars } from "../../../../src/board/office/reports/bars.ts";
import {
  groupChoices,
  periodChoices,
  readReportQuery,
  shiftOfDay,
} from "../../../../src/board/office/reports/report-query.ts";
import { groupBys } from "../../../../src/records/reports/groupings.ts";
import { periodKinds } from "../../../../src/records/reports/period.ts";
import { plainCalendar } from "../../../../src/records/shifts/calendar.ts";

test("the page offers every period and grouping that the API has", () => {
  expect([...periodChoices].sort()).toEqual([...periodKinds].sort());
  expect([...groupChoices].sort()).toEqual([...groupBys].sort());
});

test("an address that makes no sense shows the report that nobody chose", () => {
  const none = { period: null, date: null, shift: null, from: null, to: null, group: "station" as const };
  expect(readReportQuery(new URLSearchParams("period=year&group=color"))).toEqual(none);
});

test("on another day the same shift is shown where there is one, else the first of that day", () => {
  const shift = (name: string, days: number[]) => ({ name, starts: "06:00", ends: "14:00", days });
  const calendar = {
    ...plainCalendar(),
    shifts: [shift("Early", [1]), shift("Late", [1]), shift("Weekend", [7])],
  };
  // A Monday, a Sunday and a Tuesday.
  expect(shiftOfDay(calendar, "2026-06-01", "Late")).toBe("Late");
  expect(shiftOfDay(calendar, "2026-06-07", "Late")).toBe("Weekend");
  expect(shiftOfDay(calendar, "2026-06-02", "Late")).toBeNull();
});

const counts = fc.record({ in: fc.nat(90_000), under: fc.nat(900), over: fc.nat(900), no_job: fc.nat(90) });

describe("the chart", () => {
  test("has every bar within its axis, which goes from 0 in round steps", () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 60 }), (made) => {
        const bars = made.map((each, index) => ({
          ...each,
          from: new Date(index).toISOString(),
          to: new Date(index + 1).toISOString(),
          bags: each.in + each.under + each.over + each.no_job,
        }));
        const { columns, ticks } = layOutBars(bars);
        expect(columns).toHaveLength(bars.length);
        expect(columns.filter(({ named }) => named !== "no").length).toBeLessThanOrEqual(8);
        expect(ticks[0]).toEqual({ value: 0, at: 0 });
        expect(ticks.at(-1)?.at).toBe(1);
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const { layers } of columns) {
          expect(layers.reduce((sum, { height }) => sum + height, 0)).toBeLessThanOrEqual(1.000001);
        }
      }),
    );
  });
});
