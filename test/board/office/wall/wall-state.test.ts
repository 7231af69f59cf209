import { expect, test } from "bun:test";
import {
  columnsFor,
  conditionOf,
  withBagOf,
  withJobOf,
} from "../../../../src/board/office/wall/wall-state.ts";
import type { StationItem } from "../../../../src/http/api/stations.ts";
import type { Bag } from "../../../../src/records/bags/bag-view.ts";
import type { Job } from "../../../../src/records/jobs/job-view.ts";

const at = Date.parse("2026-06-01T12:00:00Z");
const ago = (minutes: number) => new Date(at - minutes * 60_000).toISOString();

// Only what the wall looks at.
const job = (changes: Partial<Job> = {}) =>
  ({ id: 7, station: "Station 1", status: "active", started_at: ago(60), ...changes }) as Job;
const bag = (changes: Partial<Bag> = {}) =>
  ({ id: 3, job_id: 7, station: "Station 1", weighed_at: ago(2), ...changes }) as Bag;

function item(changes: Partial<StationItem> = {}): StationItem {
  return {
    station: "Station 1",
    scales: [1],
    active_job: job(),
    next_job: null,
    planned_jobs: 0,
    next_job_begins: "by_hand",
    jobless_seen_at: null,
    person_asked: "never",
    last_job: null,
    last_bag: bag(),
    bags_last_hour: 12,
    ...changes,
  };
}

const scale = (connected: boolean, changes: object = {}) => ({
  station: "Station 1",
  enabled: true,
  alias_of: null,
  connected,
  ...changes,
});

test.each([
  ["running", item(), [scale(true)]],
  ["still", item({ last_bag: bag({ weighed_at: ago(11) }) }), [scale(true)]],
  [
    "running",
    item({ active_job: job({ started_at: ago(1) }), last_bag: bag({ weighed_at: ago(90) }) }),
    [scale(true)],
  ],
  ["running", item({ active_job: job({ started_at: ago(1) }), last_bag: null }), []],
  ["off", item(), [scale(false), scale(true, { station: "Station 2" }), scale(true, { enabled: false })]],
  ["partly_off", item(), [scale(false), scale(true)]],
  ["complete", item({ active_job: null, last_job: job({ status: "completed" }) }), [scale(true)]],
  [
    "no_job",
    item({ active_job: null, last_job: job({ status: "completed" }), last_bag: bag({ job_id: null }) }),
    [],
  ],
  ["no_job", item({ active_job: null, last_job: job({ status: "cancelled" }) }), []],
] as const)("a station is %p", (is, station, scales) => {
  expect(conditionOf(station, scales, { at, stillAfter: 600_000 })).toMatchObject({ is });
});

test("a bag is taken over once, an older one not at all, and one of an unknown station asks again", () => {
  const items = [item()];
  const next = bag({ id: 4, weighed_at: ago(1) });
  const once = withBagOf(items, next) ?? [];
  expect(once[0]).toMatchObject({ last_bag: { id: 4 }, bags_last_hour: 13 });
  expect(withBagOf(once, { ...next, voided_at: ago(0) })?.[0]).toMatchObject({
    last_bag: { voided_at: ago(0) },
    bags_last_hour: 13,
  });
  expect(withBagOf(once, bag({ id: 2, weighed_at: ago(3) }))?.[0]).toMatchObject({ last_bag: { id: 4 } });
  expect(withBagOf(items, bag({ station: "Station 9" }))).toBeNull();
});

test("a job that ends leaves its station without one, and an older one does not", () => {
  const items = [item()];
  expect(withJobOf(items, job({ status: "completed" }))[0]).toMatchObject({
    active_job: null,
    last_job: { id: 7 },
  });
  expect(withJobOf(items, job({ id: 5, status: "completed" }))[0]).toMatchObject({ active_job: { id: 7 } });
  expect(withJobOf(items, job({ id: 8 }))[0]).toMatchObject({ active_job: { id: 8 } });
});

test.each([
  [1, 1],
  [2, 2],
  [4, 2],
  [5, 3],
  [9, 3],
  [16, 4],
  [24, 6],
])("%p stations stand in %p columns", (stations, columns) => {
  expect(columnsFor(stations)).toBe(columns);
});
