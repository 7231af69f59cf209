import { beforeAll, beforeEach, expect, test } from "bun:test";
import type { Sql } from "../../../src/database/database.ts";
import { recordJournaled } from "../../../src/recording/record.ts";
import { assignBags } from "../../../src/records/bags/bulk-assignment.ts";
import { assignBag, getBag } from "../../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { getJob } from "../../../src/records/jobs/job-view.ts";
import { cancelJob, completeJob } from "../../../src/records/jobs/jobs.ts";
import { auditTrail, emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { weighed } from "../../support/entries.ts";
import { testDatabase } from "../../support/postgres.ts";

const torn = { code: "torn", reason: null } as const;

let sql: Sql;
const later = { actor: "operator", plant: 1, at: operator.at + 7_200_000 };

beforeAll(async () => {
  ({ sql } = await testDatabase());
});
beforeEach(() => emptyTables(sql));

/** A bag weighed before any job began. */
async function looseBag(weight = "50.00", station = "Station 1"): Promise<number> {
  return (await recordedBag(sql, { weight, station, receivedAt: operator.at - 60_000 })).id;
}

/** How many deliveries the tally counts as pending. */
async function waiting(): Promise<number> {
  const [row] = await sql<{ pending: number }[]>`select pending from delivery_tally`;
  return row?.pending ?? 0;
}

test("a voided bag stays, with who voided it, when and why, and no longer counts", async () => {
  const job = await startedJob(sql);
  const { id } = await recordedBag(sql);
  const outcome = await voidBag(sql, id, torn, later);
  expect(outcome).toMatchObject({
    ok: true,
    bag: { id, bag_num: 1, in_tolerance: true, voided_at: "2025-06-01T10:00:00.000Z", void_code: "torn" },
  });
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(0);
  const [row] = await sql`select voided_by from filler_bag`;
  expect(row).toEqual({ voided_by: "operator" });
  expect((await auditTrail(sql)).at(-1)).toEqual({
    at: new Date(later.at),
    actor: "operator",
    action: "bag.void",
    subject: `bag:${id}`,
    detail: { code: "torn", reason: null, job_id: job.id, bag_num: 1 },
    before: { voided_at: null },
    after: { voided_at: "2025-06-01T10:00:00.000Z" },
  });
});

test("the number of a voided bag is not given again, and the job wants one bag more", async () => {
  const job = await startedJob(sql, { quantity: 2 });
  const first = await recordedBag(sql);
  await voidBag(sql, first.id, torn, later);
  expect((await recordedBag(sql)).bagNum).toBe(2);
  expect(await recordedBag(sql)).toMatchObject({ bagNum: 3, jobComplete: true });
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 2, status: "completed" });
});

test("a completed job stays completed when a bag of it is voided", async () => {
  const job = await startedJob(sql, { quantity: 1 });
  const { id } = await recordedBag(sql);
  await voidBag(sql, id, torn, later);
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 0, status: "completed" });
});

test("a bag without a job can be voided", async () => {
  const id = await looseBag();
  expect(await voidBag(sql, id, { code: "test_weight", reason: null }, later)).toMatchObject({
    ok: true,
    bag: { job_id: null },
  });
});

test("a bag is voided once, also when two people do it at once", async () => {
  const job = await startedJob(sql);
  const { id } = await recordedBag(sql);
  const outcomes = await Promise.all(
    ["torn", "wet", "lost"].map((reason) => voidBag(sql, id, { code: "other", reason }, later)),
  );
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  const bag = await getBag(sql, 1, id);
  if (bag === null) throw new Error("the bag is gone");
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([
    { ok: false, reason: "already_voided", bag },
    { ok: false, reason: "already_voided", bag },
  ]);
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(0);
  expect((await auditTrail(sql)).filter((event) => event.action === "bag.void")).toHaveLength(1);
});

test("a void that is taken back gives the bag its number and verdict again, and is in the audit trail", async () => {
  const job = await startedJob(sql, { quantity: 2 });
  const { id } = await recordedBag(sql);
  const before = await getBag(sql, 1, id);
  await voidBag(sql, id, { code: "other", reason: "wet" }, later);
  expect(await unvoidBag(sql, id, later)).toMatchObject({
    ok: true,
    bag: { bag_num: 1, in_tolerance: before?.in_tolerance, voided_at: null },
    jobComplete: false,
  });
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(1);
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "bag.unvoid",
    subject: `bag:${id}`,
    detail: { job_id: job.id, bag_num: 1, job_complete: false },
    before: { void_code: "other", void_reason: "wet" },
    after: { voided_at: null },
  });
  expect(await unvoidBag(sql, id, later)).toEqual({ ok: false, reason: "not_voided" });
  expect(await unvoidBag(sql, 4711, later)).toEqual({ ok: false, reason: "not_found" });
});

test("taking a void back completes the job that then has its quantity; one that was filled meanwhile has one bag more", async () => {
  const job = await startedJob(sql, { quantity: 2 });
  const { id } = await recordedBag(sql);
  await voidBag(sql, id, torn, later);
  await recordedBag(sql);
  expect(await unvoidBag(sql, id, later)).toMatchObject({ ok: true, jobComplete: true });
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 2, status: "completed" });
  await voidBag(sql, id, torn, later);
  await assignBag(sql, await looseBag(), job.id, later);
  expect(await unvoidBag(sql, id, later)).toMatchObject({ ok: true, jobComplete: false });
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 3, status: "completed" });
});

test("two people take a void back at once: it counts once", async () => {
  const job = await startedJob(sql);
  const { id } = await recordedBag(sql);
  await voidBag(sql, id, torn, later);
  const outcomes = await Promise.all([1, 2, 3].map(() => unvoidBag(sql, id, later)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(1);
});

test("bags of a time are given to a job together, in the order of weighing, up to its quantity", async () => {
  const job = await startedJob(sql, { quantity: 4 });
  await recordedBag(sql);
  const minute = 60_000;
  const loose = async (minutes: number, weight: string, changes = {}) =>
    (
      await recordedBag(sql, {
        weight,
        receivedAt: operator.at - minutes * minute,
        ...changes,
      })
    ).id;
  const second = await loose(8, "60.00");
  const first = await loose(9, "45.00");
  const tooMany = [await loose(7, "50.00"), await loose(6, "50.00")];
  const early = await loose(20, "50.00");
  const elsewhere = await loose(8, "50.00", { station: "Station 2" });
  const wet = await loose(8, "50.00");
  await voidBag(sql, wet, torn, later);
  const span = { from: operator.at - 10 * minute, to: operator.at };
  const outcome = await assignBags(sql, job.id, span, later);
  expect(outcome).toMatchObject({
    ok: true,
    answer: { assigned: 3, left: 1, first_bag_num: 2, last_bag_num: 4 },
  });
  const placed = async (id: number) => {
    const bag = await getBag(sql, 1, id);
    return [bag?.job_id, bag?.bag_num, bag?.in_tolerance];
  };
  expect(await Promise.all([first, second].map(placed))).toEqual([
    [job.id, 2, true],
    [job.id, 3, false],
  ]);
  expect((await Promise.all(tooMany.map(placed))).map(([of]) => of)).toEqual([job.id, null]);
  expect((await Promise.all([early, elsewhere, wet].map(placed))).map(([of]) => of)).toEqual([
    null,
    null,
    null,
  ]);
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 4, status: "completed" });
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "bag.assign_many",
    subject: `job:${job.id}`,
  });
  expect(await assignBags(sql, job.id, span, later)).toMatchObject({ answer: { assigned: 0, left: 1 } });
});

test("many bags are assigned in portions, so that recording never waits for all of them; together they are as one step", async () => {
  const weights = ["50.01", "50.02", "50.03", "50.04", "50.05"];
  const ids: number[] = [];
  for (const [at, weight] of weights.entries())
    ids.push((await recordedBag(sql, { weight, receivedAt: operator.at - 600_000 + at })).id);
  const job = await startedJob(sql, { quantity: 4 });
  const span = { from: operator.at - 600_000, to: operator.at };
  const outcome = await assignBags(sql, job.id, span, later, 2);
  const answer = { assigned: 4, left: 1, first_bag_num: 1, last_bag_num: 4 };
  expect(outcome).toEqual({ ok: true, ids: expect.anything(), answer });
  const placed = await Promise.all(ids.map((id) => getBag(sql, 1, id)));
  expect(placed.map((bag) => bag?.bag_num)).toEqual([1, 2, 3, 4, null]);
  expect(await getJob(sql, 1, job.id)).toMatchObject({ bags_completed: 4, status: "completed" });
  const steps = (await auditTrail(sql)).filter(({ action }) => action === "bag.assign_many");
  expect(steps).toMatchObject([{ detail: { bags: 2 } }, { detail: { bags: 2, job_complete: true } }]);
});

test("a job that was cancelled, or is none, takes no bags", async () => {
  const job = await startedJob(sql);
  await cancelJob(sql, job.id, later);
  const span = { from: operator.at - 1, to: operator.at };
  expect(await assignBags(sql, job.id, span, later)).toEqual({
    ok: false,
    reason: "job_takes_none",
    status: "cancelled",
  });
  expect(await assignBags(sql, 4711, span, later)).toEqual({ ok: false, reason: "no_such_job" });
});

test("voiding leaves the delivery as it is", async () => {
  const { id } = await recordedBag(sql);
  await sql`insert into delivery (destination_id, filler_bag_id, station) values (1, ${id}, 'Station 1')`;
  await voidBag(sql, id, torn, later);
  expect((await getBag(sql, 1, id))?.delivery).toMatchObject({ state: "pending", attempts: 0 });
});

test("an assigned bag gets the job's next number, its target, its tolerance and the verdict", async () => {
  const light = await looseBag("44.99");
  const job = await startedJob(sql, { target_weight: "50", tolerance_percent: "10" });
  await recordedBag(sql);
  const outcome = await assignBag(sql, light, job.id, later);
  expect(outcome).toMatchObject({
    ok: true,
    jobComplete: false,
    bag: {
      job_id: job.id,
      bag_num: 2,
      target_weight: "50.00",
      tolerance_percent: "10.00",
      in_tolerance: false,
    },
  });
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(2);
  expect((await recordedBag(sql)).bagNum).toBe(3);
  expect((await auditTrail(sql)).at(-1)).toMatchObject({
    action: "bag.assign",
    subject: `bag:${light}`,
    detail: { job_complete: false },
    before: { job_id: null, bag_num: null, in_tolerance: null },
    after: { job_id: job.id, bag_num: 2, in_tolerance: false },
  });
});

test.each([true, false])(
  "a bag in doubt that is assigned counts, and is forwarded where bags are: %p",
  async (isForwarded) => {
    const destinations = isForwarded ? [1] : [];
    const job = await startedJob(sql, { quantity: 1 });
    const journalId = Bun.randomUUIDv7();
    await sql`insert into journal (id) values (${journalId})`;
    const entry = {
      ...weighed({ weight: "50.10", doubt: "repeats", receivedAt: operator.at + 60_000 }),
      seq: 1,
    };
    const batch = await recordJournaled(sql, journalId, [entry], destinations);
    const [id = 0] = batch?.bags[0]?.ids ?? [];
    const waitingBefore = await waiting();
    expect(await getBag(sql, 1, id)).toMatchObject({ doubt: "repeats", job_id: null, delivery: null });
    expect(await assignBag(sql, id, job.id, later, destinations)).toMatchObject({
      ok: true,
      jobComplete: true,
      bag: {
        bag_num: 1,
        in_tolerance: true,
        doubt: "repeats",
        delivery: isForwarded ? { state: "pending" } : null,
      },
    });
    expect(await waiting()).toBe(waitingBefore + (isForwarded ? 1 : 0));
  },
);

test("an assigned bag can be the last one of its job", async () => {
  const id = await looseBag();
  const job = await startedJob(sql, { quantity: 1 });
  expect(await assignBag(sql, id, job.id, later)).toMatchObject({ ok: true, jobComplete: true });
  expect(await getJob(sql, 1, job.id)).toMatchObject({
    status: "completed",
    bags_completed: 1,
    ended_at: "2025-06-01T10:00:00.000Z",
  });
});

test("a completed job with a voided bag takes one more, and its end stays", async () => {
  const job = await startedJob(sql, { quantity: 1 });
  await voidBag(sql, (await recordedBag(sql)).id, torn, later);
  const before = await getJob(sql, 1, job.id);
  const id = (await recordedBag(sql)).id;
  expect(await assignBag(sql, id, job.id, later)).toMatchObject({ ok: true, bag: { bag_num: 2 } });
  expect(await getJob(sql, 1, job.id)).toEqual(before && { ...before, bags_completed: 1 });
});

test("a bag is not assigned to a job that is full, cancelled, of another station, or not there", async () => {
  const id = await looseBag();
  const full = await startedJob(sql, { quantity: 1 });
  await recordedBag(sql);
  const cancelled = await startedJob(sql);
  await cancelJob(sql, cancelled.id, later);
  const elsewhere = await startedJob(sql, { station: "Station 2" });

  expect(await assignBag(sql, id, full.id, later)).toMatchObject({ reason: "job_full", quantity: 1 });
  expect(await assignBag(sql, id, cancelled.id, later)).toMatchObject({ reason: "job_cancelled" });
  expect(await assignBag(sql, id, elsewhere.id, later)).toMatchObject({
    reason: "other_station",
    jobStation: "Station 2",
  });
  expect(await assignBag(sql, id, 4711, later)).toMatchObject({ reason: "no_such_job" });
  expect((await getBag(sql, 1, id))?.job_id).toBeNull();
  expect((await auditTrail(sql)).some((event) => event.action === "bag.assign")).toBe(false);
});

test("a bag that is void, has a job, or is not there, is not assigned", async () => {
  const voided = await looseBag();
  await voidBag(sql, voided, torn, later);
  const job = await startedJob(sql);
  const placed = await recordedBag(sql);
  expect(await assignBag(sql, voided, job.id, later)).toMatchObject({ reason: "already_voided" });
  expect(await assignBag(sql, placed.id, job.id, later)).toMatchObject({ reason: "already_assigned" });
  expect(await assignBag(sql, 4711, job.id, later)).toMatchObject({ reason: "not_found" });
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(1);
});

test("assigning beside the recorder numbers without gaps and never beyond the quantity", async () => {
  const journalId = "0192f0c0-0000-7000-8000-000000000001";
  await sql`insert into journal (id) values (${journalId}) on conflict do nothing`;
  const loose: number[] = [];
  for (let index = 0; index < 20; index++) loose.push(await looseBag());
  const job = await startedJob(sql, { quantity: 30 });

  const recording = async () => {
    for (let seq = 1; seq <= 20; seq++) {
      const entry = { ...weighed({ receivedAt: operator.at + seq * 1_000 }), seq };
      await recordJournaled(sql, journalId, [entry], []);
    }
  };
  const assigning = async () => {
    const outcomes = [];
    for (const id of loose) outcomes.push(await assignBag(sql, id, job.id, operator));
    return outcomes;
  };
  const [, outcomes] = await Promise.all([recording(), assigning()]);

  const placed = await sql<{ bag_num: number }[]>`
    select bag_num from filler_bag where prepuff_job_id = ${job.id} order by bag_num`;
  const ended = await getJob(sql, 1, job.id);
  expect(placed.map((bag) => bag.bag_num)).toEqual(Array.from({ length: placed.length }, (_, at) => at + 1));
  expect(ended?.bags_completed).toBe(placed.length);
  expect(placed.length).toBeLessThanOrEqual(30);
  expect(ended?.status).toBe(placed.length === 30 ? "completed" : "active");
  const refused = outcomes.filter((outcome) => !outcome.ok);
  expect(refused.every((outcome) => !outcome.ok && outcome.reason === "job_full")).toBe(true);
});

test("voiding beside the recorder keeps the count", async () => {
  const job = await startedJob(sql, { quantity: 1_000 });
  const first: number[] = [];
  for (let index = 0; index < 20; index++) first.push((await recordedBag(sql)).id);
  await Promise.all([
    ...first.map((id) => voidBag(sql, id, torn, later)),
    ...first.map(() => recordedBag(sql)),
  ]);
  const [row] = await sql`
    select count(*) filter (where voided_at is null)::int as counted, max(bag_num) as last
    from filler_bag where prepuff_job_id = ${job.id}`;
  expect(row).toEqual({ counted: 20, last: 40 });
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(20);
});

test("voiding and assigning one bag at once leaves a count that is true", async () => {
  const job = await startedJob(sql);
  for (let round = 0; round < 15; round++) {
    const id = await looseBag();
    const [voided] = await Promise.all([voidBag(sql, id, torn, later), assignBag(sql, id, job.id, later)]);
    expect(voided.ok).toBe(true);
  }
  const [row] = await sql`
    select count(*)::int as bags, count(*) filter (where voided_at is null)::int as counted
    from filler_bag where prepuff_job_id = ${job.id}`;
  expect(row?.counted).toBe(0);
  expect((await getJob(sql, 1, job.id))?.bags_completed).toBe(0);
});

test("a bag weighed before its job was completed by hand still joins it when it is recorded later", async () => {
  const job = await startedJob(sql);
  await completeJob(sql, job.id, later);
  expect(await recordedBag(sql)).toMatchObject({ jobId: job.id, bagNum: 1 });
});
