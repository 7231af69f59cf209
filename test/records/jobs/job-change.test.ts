import { beforeAll, beforeEach, expect, test } from "bun:test";
import type { Sql } from "../../../src/database/database.ts";
import { listBags } from "../../../src/records/bags/bag-list.ts";
import { changeJob, type JobChange } from "../../../src/records/jobs/job-change.ts";
import { readJobHistory } from "../../../src/records/jobs/job-history.ts";
import { completeJob } from "../../../src/records/jobs/jobs.ts";
import { planJob } from "../../../src/records/jobs/queue.ts";
import { auditTrail, emptyTables, newJob, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";

let sql: Sql;

beforeAll(async () => {
  ({ sql } = await testDatabase());
});
beforeEach(() => emptyTables(sql));

const second = (seconds: number) => operator.at + seconds * 1_000;
const change = (id: number, body: JobChange, seconds: number) =>
  changeJob(sql, id, body, { ...operator, at: second(seconds) });
const weigh = (seconds: number, weight = "50.00", unit: "lb" | "kg" = "lb") =>
  recordedBag(sql, { receivedAt: second(seconds), weight, unit });
const reason = "the customer called";

async function judged() {
  const bags = await listBags(sql, 1, {}, { limit: 100 });
  return bags
    .map(({ bag_num, target_weight, tolerance_percent, in_tolerance, lot }) => [
      bag_num,
      target_weight,
      tolerance_percent,
      in_tolerance,
      lot,
    ])
    .toSorted(([one], [other]) => Number(one) - Number(other));
}

test("bags keep what was in force when they were weighed, also those recorded after several changes", async () => {
  const { id } = await startedJob(sql);
  await weigh(1);
  expect(await change(id, { target_weight: "60", reason }, 10)).toMatchObject({
    ok: true,
    job: { target_weight: "60.00" },
  });
  await weigh(11);
  await change(id, { tolerance_percent: "20", company: "Acme", reason }, 20);
  // These waited in the local store.
  for (const at of [5, 10, 19, 20]) await weigh(at);
  await weigh(9, "24.9", "kg");
  expect(await judged()).toEqual([
    [1, "50.00", "10.00", true, null],
    [2, "60.00", "10.00", false, null],
    [3, "50.00", "10.00", true, null],
    [4, "60.00", "10.00", false, null],
    [5, "60.00", "10.00", false, null],
    [6, "60.00", "20.00", true, null],
    [7, "50.00", "10.00", true, null],
  ]);
  const { changes } = await readJobHistory(sql, id);
  const [old, middle, now] = [
    { company: "Shelter", target_weight: "50.00", tolerance_percent: "10.00", quantity: 100 },
    { company: "Shelter", target_weight: "60.00", tolerance_percent: "10.00", quantity: 100 },
    { company: "Acme", target_weight: "60.00", tolerance_percent: "20.00", quantity: 100 },
  ];
  expect(changes).toEqual([
    { since: "2025-06-01T08:00:10.000Z", from_bag: 2, actor: "operator", reason, before: old, after: middle },
    { since: "2025-06-01T08:00:20.000Z", from_bag: 6, actor: "operator", reason, before: middle, after: now },
  ]);
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "job.change",
    detail: { station: "Station 1", reason },
    before: { company: "Shelter", tolerance_percent: "10.00" },
    after: { company: "Acme", tolerance_percent: "20.00" },
  });
});

test("a change holds behind the bags that were recorded while it was on its way", async () => {
  const { id } = await startedJob(sql);
  await weigh(10.5);
  await change(id, { target_weight: "60", reason }, 10);
  await weigh(10.4);
  await weigh(10.6);
  expect((await judged()).map(([, target]) => target)).toEqual(["50.00", "50.00", "60.00"]);
});

test("what is the same is no change, and a running job wants a reason for any other than lot and note", async () => {
  const { id } = await startedJob(sql);
  const trail = (await auditTrail(sql)).length;
  expect(await change(id, { target_weight: "50", quantity: 100, company: "Shelter" }, 1)).toMatchObject({
    ok: true,
  });
  expect(await change(id, { quantity: 101 }, 1)).toEqual({ ok: false, reason: "no_reason" });
  expect(await auditTrail(sql)).toHaveLength(trail);
  expect(await change(id, { note: "double liners" }, 1)).toMatchObject({
    ok: true,
    job: { note: "double liners" },
  });
  expect((await readJobHistory(sql, id)).changes).toEqual([]);
});

test("a quantity is not below the bags that there are, and as many complete the job", async () => {
  const { id } = await startedJob(sql);
  for (const at of [1, 2, 3]) await weigh(at);
  expect(await change(id, { quantity: 2, reason }, 10)).toMatchObject({ ok: false, reason: "too_few" });
  expect(await change(id, { quantity: 3, reason }, 10)).toMatchObject({
    ok: true,
    job: { status: "completed", quantity: 3, ended_at: "2025-06-01T08:00:10.000Z" },
  });
  expect(await change(id, { quantity: 4, reason }, 11)).toMatchObject({ ok: false, reason: "not_open" });
  expect((await weigh(12)).jobId).toBeNull();
});

test("a planned job is changed without a reason, lot and all", async () => {
  const planned = await planJob(sql, newJob({ lot: "L 1" }), operator);
  if (!planned.ok) throw new Error(planned.reason);
  const { id } = planned.job;
  expect(await change(id, { company: "Acme", quantity: 3, lot: "L 2" }, 1)).toMatchObject({
    ok: true,
    job: { status: "planned", company: "Acme", quantity: 3, lot: "L 2" },
  });
  for (const lot of ["1.5", "1.50"]) await change(id, { lot }, 1);
  expect(await readJobHistory(sql, id)).toEqual({
    changes: [],
    lots: [{ lot: "1.50", since: null, from_bag: null, bags: 0 }],
  });
  expect(await change(4711, { quantity: 3 }, 1)).toEqual({ ok: false, reason: "not_found" });
});

test("each bag has the lot that its job was filled from when it was weighed, and the bags of a lot are found", async () => {
  const first = await startedJob(sql, { lot: "L 1" });
  await weigh(1);
  await change(first.id, { lot: "L 2" }, 10);
  await change(first.id, { lot: null }, 20);
  for (const at of [21, 9, 10, 19]) await weigh(at);
  await completeJob(sql, first.id, { ...operator, at: second(30) });
  const other = await startedJob(sql, { lot: "L 2" }, second(31));
  await weigh(32);
  expect((await readJobHistory(sql, first.id)).lots).toEqual([
    { lot: "L 1", since: null, from_bag: 1, bags: 2 },
    { lot: "L 2", since: "2025-06-01T08:00:10.000Z", from_bag: 4, bags: 2 },
    { lot: null, since: "2025-06-01T08:00:20.000Z", from_bag: 2, bags: 1 },
  ]);
  const found = async (filter: Parameters<typeof listBags>[2], page = { limit: 10 }) =>
    (await listBags(sql, 1, filter, page)).map(({ job_id, bag_num, lot }) => [job_id, bag_num, lot]);
  const all = [
    [other.id, 1, "L 2"],
    [first.id, 5, "L 2"],
    [first.id, 4, "L 2"],
  ];
  expect(await found({ lot: "L 2" })).toEqual(all);
  expect(await found({ lot: "L 2", jobId: first.id })).toEqual(all.slice(1));
  const [newest] = await listBags(sql, 1, { lot: "L 2" }, { limit: 1 });
  expect(await found({ lot: "L 2" }, { limit: 10, before: newest?.id ?? 0 } as never)).toEqual(all.slice(1));
  expect(await found({ lot: "L 3" })).toEqual([]);
});
