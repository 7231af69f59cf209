import { describe, expect, test } from "bun:test";
import {
  csvLink,
  filterQuery,
  matches,
  noFilter,
  readFilter,
  readId,
} from "../../../../src/board/office/bags/bag-filter.ts";
import { verdictOf } from "../../../../src/board/shared/bag-verdict.ts";
import { bagOf } from "./bag.ts";

const full = {
  station: "Station 1 & 2",
  job: 7,
  scale: 3,
  verdict: "under",
  number: 12,
  weightFrom: "40",
  weightTo: "44.5",
  company: "Shel",
  lot: "L-7",
  note: "torn",
  voided: false,
  from: "2026-03-01T00:00:00.000Z",
  to: "2026-03-02T00:00:00.000Z",
} as const;

describe("a filter in the page's address", () => {
  test("comes back from the address as it went in", () => {
    expect(readFilter(filterQuery(full))).toEqual(full);
    expect(readFilter(filterQuery(noFilter))).toEqual(noFilter);
    expect(filterQuery(noFilter).toString()).toBe("");
  });

  test("leaves out what makes no sense", () => {
    const query = "station=+&job_id=0&scale=3.5&verdict=good&voided=maybe&from=yesterday&to=2026-13-01T00:00";
    expect(readFilter(new URLSearchParams(query))).toEqual(noFilter);
  });

  test("is the query of the CSV file too", () => {
    expect(csvLink(noFilter)).toBe("/api/bags.csv");
    expect(csvLink({ ...noFilter, station: "Station 1", verdict: "over" })).toBe(
      "/api/bags.csv?station=Station+1&verdict=over",
    );
  });
});

describe("a bag of an event", () => {
  test("matches what the server would list", () => {
    const bag = bagOf({
      station: "Station 1 & 2",
      job_id: 7,
      scale: 3,
      in_tolerance: false,
      weight_lb: "44.00",
      bag_num: 12,
      lot: "L-7",
    });
    expect(matches(noFilter, bag)).toBe(true);
    expect(matches({ ...full, company: null, note: null, from: null, to: null }, bag)).toBe(true);
    for (const other of [
      { station: "Station 3" },
      { job: 8 },
      { scale: 4 },
      { number: 13 },
      { weightFrom: "44.01" },
      { weightTo: "43.99" },
      { lot: "L-8" },
      // The bag does not say it: the server decides.
      { company: "Shel" },
      { note: "torn" },
      { verdict: "in" as const },
      { voided: true },
    ]) {
      expect(matches({ ...noFilter, ...other }, bag)).toBe(false);
    }
  });

  test("matches from the first moment on, and no more at the last", () => {
    const bag = bagOf({ weighed_at: "2026-03-01T00:00:00.000Z" });
    expect(matches({ ...noFilter, from: "2026-03-01T00:00:00.000Z" }, bag)).toBe(true);
    expect(matches({ ...noFilter, to: "2026-03-01T00:00:00.000Z" }, bag)).toBe(false);
  });

  test("is under or over by the side of its target, and nothing without a job", () => {
    expect(verdictOf({ in_tolerance: true, weight_lb: "44.00", target_weight: "50.00" })).toBe("in");
    expect(verdictOf({ in_tolerance: false, weight_lb: "44.00", target_weight: "50.00" })).toBe("under");
    expect(verdictOf({ in_tolerance: false, weight_lb: "56.00", target_weight: "50.00" })).toBe("over");
    expect(verdictOf({ in_tolerance: null, weight_lb: "56.00", target_weight: null })).toBe("no_job");
  });
});

test("an id is a whole number within its bounds", () => {
  expect(["1", " 12 ", "0", "-1", "1e3", "", null].map((text) => readId(text, 100))).toEqual([
    1,
    12,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(readId("101", 100)).toBeNull();
});
