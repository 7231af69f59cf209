import { beforeAll, expect, test } from "bun:test";
import type { Sql } from "../../../src/database/database.ts";
import { type BagFilter, exportBags, listBags } from "../../../src/records/bags/bag-list.ts";
import type { Bag } from "../../../src/records/bags/bag-view.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { voidBag } from "../../../src/records/bags/voids.ts";
import { completeJob } from "../../../src/records/jobs/jobs.ts";
import { operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";

const torn = { code: "torn", reason: "by the fork lift" } as const;

let sql: Sql;
let jobId: number;
let all: Bag[];
const minute = 60_000;

/** Bags weighed a minute apart, recorded out of order, on two stations and three scales, with every verdict. */
beforeAll(async () => {
  ({ sql } = await testDatabase());
  jobId = (await startedJob(sql, { target_weight: "50", tolerance_percent: "0" })).id;
  const weights = ["50", "50.01", "49.9999", "22.6796", "50.00"];
  const order = [7, 3, 11, 0, 5, 9, 1, 13, 2, 12, 4, 10, 6, 14, 8];
  const ids: number[] = [];
  for (const nth of order) {
    const { id } = await recordedBag(sql, {
      weight: weights[nth % weights.length] ?? "50",
      unit: nth % weights.length === 3 ? "kg" : "lb",
      station: nth % 3 === 2 ? "Station 2" : "Station 1",
      scale: (nth % 3) + 1,
      // Two bags a minute: of equal times the id decides.
      receivedAt: operator.at + Math.floor(nth / 2) * minute,
    });
    ids.push(id);
  }
  await completeJob(sql, jobId, { ...operator, at: operator.at + 60 * minute });
  const { id: overrun } = await recordedBag(sql, { receivedAt: operator.at + 61 * minute });
  await assignBag(sql, overrun, jobId, operator);
  for (const id of ids.slice(0, 3)) await voidBag(sql, id, torn, operator);
  all = await listBags(sql, 1, {}, { limit: 100 });
});

async function paged(filter: BagFilter, limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (;;) {
    const bags = await listBags(sql, 1, filter, { before: ids.at(-1), limit });
    if (bags.length === 0) return ids;
    ids.push(...bags.map((bag) => bag.id));
  }
}

test("bags are listed newest weighing first, of equal times the one recorded last", () => {
  const newestFirst = all.toSorted((a, b) => b.weighed_at.localeCompare(a.weighed_at) || b.id - a.id);
  expect(all).toHaveLength(16);
  expect(all).toEqual(newestFirst);
});

const from = new Date(operator.at + 2 * minute);
const to = new Date(operator.at + 5 * minute);
const inTime = (bag: Bag) => new Date(bag.weighed_at) >= from && new Date(bag.weighed_at) < to;
const pounds = (bag: Bag) => (bag.unit === "kg" ? Number(bag.weight) / 0.45359237 : Number(bag.weight));

const filters: [string, BagFilter, (bag: Bag) => boolean][] = [
  ["nothing", {}, () => true],
  ["a station", { station: "Station 2" }, (bag) => bag.station === "Station 2"],
  ["a scale", { scale: 2 }, (bag) => bag.scale === 2],
  ["a station and a scale", { station: "Station 1", scale: 2 }, (bag) => bag.scale === 2],
  ["verdict in", { verdict: "in" }, (bag) => bag.in_tolerance === true],
  ["verdict under", { verdict: "under" }, (bag) => bag.in_tolerance === false && pounds(bag) < 50],
  ["verdict over", { verdict: "over" }, (bag) => bag.in_tolerance === false && pounds(bag) > 50],
  ["verdict no_job", { verdict: "no_job" }, (bag) => bag.job_id === null],
  ["voided", { voided: true }, (bag) => bag.voided_at !== null],
  ["not voided", { voided: false }, (bag) => bag.voided_at === null],
  ["a bag number", { number: 3 }, (bag) => bag.bag_num === 3],
  [
    "a weight range",
    { weightFrom: "50", weightTo: "50.0099" },
    (bag) => Number(bag.weight_lb) >= 50 && Number(bag.weight_lb) <= 50.0099,
  ],
  ["a part of a company's name", { company: "HELT" }, (bag) => bag.job_id !== null],
  ["a part of what was said", { note: "FORK" }, (bag) => bag.voided_at !== null],
  ["a time", { from, to }, inTime],
  [
    "a station in a time",
    { station: "Station 1", from, to },
    (bag) => bag.station === "Station 1" && inTime(bag),
  ],
  ["a scale in a time", { scale: 3, from, to }, (bag) => bag.scale === 3 && inTime(bag)],
  ["everything before", { to }, (bag) => new Date(bag.weighed_at) < to],
  [
    "a station without a job, not voided",
    { station: "Station 2", verdict: "no_job", voided: false },
    (bag) => bag.station === "Station 2" && bag.voided_at === null,
  ],
];

test.each(filters)(
  "filtered by %s the list has just these, on pages of any size",
  async (_, filter, wanted) => {
    const ids = all.filter(wanted).map((bag) => bag.id);
    expect(ids).not.toBeEmpty();
    for (const limit of [1, 2, 3, 100]) expect(await paged(filter, limit)).toEqual(ids);
  },
);

test("the bags of a job come with the highest number first", async () => {
  const ofJob = all.filter((bag) => bag.job_id === jobId);
  const ids = ofJob.toSorted((a, b) => (b.bag_num ?? 0) - (a.bag_num ?? 0)).map((bag) => bag.id);
  for (const limit of [1, 4, 100]) expect(await paged({ jobId }, limit)).toEqual(ids);
  const voided = ofJob.filter((bag) => bag.voided_at !== null).map((bag) => bag.id);
  expect((await paged({ jobId, voided: true }, 2)).toSorted()).toEqual(voided.toSorted());
  expect(await paged({ jobId, station: "Station 2" }, 2)).toEqual([]);
});

test("a later page with an earlier end begins there", async () => {
  const [newest] = all;
  const bags = await listBags(sql, 1, { to }, { before: newest?.id, limit: 100 });
  expect(bags.map((bag) => bag.id)).toEqual(
    all.filter((bag) => new Date(bag.weighed_at) < to).map((bag) => bag.id),
  );
});

test("a page behind a bag that is not there is empty", async () => {
  expect(await listBags(sql, 1, {}, { before: 4711, limit: 10 })).toEqual([]);
});

test("the export has every bag once, in the order of the list, and no query but for a page", async () => {
  let queries = 0;
  const pages = exportBags(
    (work) => {
      queries++;
      return work(sql);
    },
    1,
    { station: "Station 1" },
  );
  const exported = (await Array.fromAsync(pages)).flat();
  expect(exported).toEqual(await listBags(sql, 1, { station: "Station 1" }, { limit: 100 }));
  expect(queries).toBe(1);
});
