import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { AppEvent } from "../../src/events/event.ts";
import { createSignalWatch, type SignalWatch } from "../../src/events/signal-watch.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { assignBag } from "../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../src/records/bags/voids.ts";
import { changeJob } from "../../src/records/jobs/job-change.ts";
import { jobSchema } from "../../src/records/jobs/job-view.ts";
import { productSchema } from "../../src/records/products/products.ts";
import { acknowledgeSignal } from "../../src/records/signals/acknowledge.ts";
import { standingAdvice } from "../../src/records/signals/advice-view.ts";
import { readJobTerms } from "../../src/records/signals/job-terms.ts";
import { listSignals, type QualitySignal } from "../../src/records/signals/signal-view.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { auditTrail, emptyTables, operator, recordedBag, startedJob } from "../support/bags.ts";
import { weighed } from "../support/entries.ts";
import { json, testApp } from "../support/http.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let watch: SignalWatch;
let minute: number;

beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  await emptyTables(app.sql);
  minute = 0;
});

/** @param plant the watch's own. */
async function watching(work: () => Promise<void>, plant = 1): Promise<void> {
  watch = createSignalWatch({
    database: app.parts.database,
    plant: { id: plant },
    hub: app.parts.events,
    clock: systemClock,
    logger: silentLogger,
  });
  watch.start();
  try {
    await work();
  } finally {
    await watch.stop();
  }
}

/** A bag a minute from 09:00 on, recorded, and told to the watch. */
async function weigh(weights: readonly number[], options: { scale?: number; station?: string } = {}) {
  const ids: number[] = [];
  for (const weight of weights) {
    minute++;
    const bag = await recordedBag(app.sql, {
      weight: weight.toFixed(2),
      receivedAt: operator.at + 3_600_000 + minute * 60_000,
      ...options,
    });
    ids.push(bag.id);
  }
  watch.bagsRecorded(ids);
  return ids;
}

const all = () => listSignals(app.sql, 1, {}, { limit: 100 });
const open = () => listSignals(app.sql, 1, { open: true }, { limit: 100 });

/** The only one that there is, as soon as it is so. */
async function signal(so: Partial<QualitySignal>): Promise<QualitySignal> {
  let found: QualitySignal[] = [];
  await until(`there is a signal with ${JSON.stringify(so)}`, async () => {
    found = await all();
    return found.length === 1 && Bun.deepMatch(so, found[0]);
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; there is ${JSON.stringify(found)}`);
  });
  const [first] = found;
  if (first === undefined) throw new Error("there is no signal");
  return first;
}

const heavy = (count: number) =>
  Array.from({ length: count }, (_, index) => [50.1, 50.5, 50.3][index % 3] ?? 0);
/** In control: no run of a side, about a spread of 0.2 lb. */
const even = (count: number) =>
  Array.from({ length: count }, (_, index) => 50 + (index % 2 === 0 ? 0.1 : -0.1));

test("nine bags on one side are a signal, which goes on, ends, and is followed by another one", () =>
  watching(async () => {
    const job = await startedJob(app.sql);
    const ids = await weigh(heavy(9));
    const raised = await signal({ points: 9 });
    expect(raised).toMatchObject({
      job_id: job.id,
      station: "Station 1",
      company: "Shelter",
      rule: "nelson2",
      side: "above",
      scale: null,
      first_bag_id: ids[0],
      last_bag_id: ids[8],
      goes_on: true,
      center: 50,
      sigma: null,
      reference_id: null,
      weights: heavy(9),
    });
    await weigh(heavy(3));
    expect((await signal({ points: 12 })).id).toBe(raised.id);
    await weigh([49.9]);
    expect((await signal({ goes_on: false })).id).toBe(raised.id);
    await weigh(heavy(9));
    await until("there is another one", async () => (await all()).length === 2);
    expect((await all())[0]).toMatchObject({ points: 9, goes_on: true });
  }));

test("ids that lie far apart are not gone through: the running jobs are read again", () =>
  watching(async () => {
    await startedJob(app.sql);
    const ids = await weigh(heavy(9));
    await signal({ points: 9 });
    await recordedBag(app.sql, { weight: "50.40", receivedAt: operator.at + 3_600_000 + 10 * 60_000 });
    watch.bagsRecorded([(ids[8] ?? 0) + 1_000, 9_000_000_000_000]);
    await signal({ points: 10 });
  }));

test("from the 20th bag on the job's own first bags say what is far off", () =>
  watching(async () => {
    await startedJob(app.sql);
    await weigh([...even(19), 50.4]);
    await weigh([51.2]);
    const { sigma, ...found } = await signal({ rule: "nelson1" });
    expect(found).toMatchObject({ points: 1, center: 50, weights: [51.2], side: "above" });
    // 18 ranges of 0.2 and one of 0.3, over 1.128.
    expect(sigma).toBeCloseTo((18 * 0.2 + 0.3) / 19 / 1.128, 10);
  }));

test("frozen limits in force for the product take their place, from the first bag on", () =>
  watching(async () => {
    const made = await app.request("POST", "/api/products", { body: { name: "F28", target_weight: "50" } });
    const { id: product } = await json(made, productSchema);
    const [reference] = await app.sql<{ id: number }[]>`
      insert into quality_reference (
        plant_id, name, scope, chart, subgroup_size, center, sigma, bags, points, first_at, last_at, frozen_by, frozen_at
      )
      values (1, 'May', '{}', 'i_mr', 1, 50.2, 0.1, 100, 100, now(), now(), 'Ann', now())
      returning id`;
    const put = (live: number | undefined) =>
      app.request("PUT", `/api/products/${product}/quality`, { body: { live_reference: live } });
    expect((await put(reference?.id)).status).toBe(200);
    const refused = await put(99);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("live_reference");
    const job = { product_id: product, station: "Station 1", quantity: 100, company: "Shelter" };
    expect((await app.request("POST", "/api/jobs", { body: job })).status).toBe(201);
    // It began just now, and its bags are weighed behind that.
    minute = Math.ceil((Date.now() - operator.at - 3_600_000) / 60_000);
    await weigh([50.2, 49.8]);
    await signal({
      rule: "nelson1",
      side: "below",
      center: 50.2,
      sigma: 0.1,
      reference_id: reference?.id ?? 0,
      weights: [49.8],
    });
    // What it was compared with stays known.
    await app.request("DELETE", `/api/quality/references/${reference?.id}`);
    expect(await all()).toMatchObject([{ reference_id: reference?.id }]);
    expect([...(await app.sql`select live_reference from product_quality`)]).toEqual([
      { live_reference: null },
    ]);
  }));

test("a void takes a signal back, and taking the void back restores it; one that was acknowledged stays", () =>
  watching(async () => {
    await startedJob(app.sql);
    const ids = await weigh(heavy(9));
    const { id } = await signal({ points: 9 });
    const [bag = 0] = ids.slice(4);
    await voidBag(app.sql, bag, { code: "torn", reason: null }, operator);
    watch.bagsChanged([bag]);
    await until("it is withdrawn", async () => (await open()).length === 0);
    expect((await all())[0]).toMatchObject({ id, goes_on: false, acknowledged_at: null });
    const late = await acknowledgeSignal(app.sql, id, { cause: "a", action: "b", name: "Ann" }, operator);
    expect(late).toMatchObject({ ok: false, reason: "not_open" });
    await unvoidBag(app.sql, bag, operator);
    watch.bagsChanged([bag]);
    await signal({ id, points: 9, withdrawn_at: null, goes_on: true });
    await acknowledgeSignal(app.sql, id, { cause: "gate worn", action: "adjusted", name: "Ann" }, operator);
    await voidBag(app.sql, bag, { code: "torn", reason: null }, operator);
    watch.bagsChanged([bag]);
    await signal({ id, goes_on: false, acknowledged_by: "Ann", withdrawn_at: null });
  }));

test("one that was acknowledged and goes on stays acknowledged; the next one is new", () =>
  watching(async () => {
    await startedJob(app.sql);
    await weigh(heavy(9));
    const { id } = await signal({ points: 9 });
    await acknowledgeSignal(
      app.sql,
      id,
      { cause: "gate worn", action: "adjusted", name: "ignored" },
      { ...operator, person: { id: await person(), name: "Eve" } },
    );
    await weigh(heavy(2));
    await signal({ id, points: 11, acknowledged_by: "Eve", cause: "gate worn", action: "adjusted" });
    expect(await open()).toEqual([]);
    expect(await auditTrail(app.sql)).toContainEqual(
      expect.objectContaining({
        action: "signal.acknowledge",
        subject: `signal:${id}`,
        before: { acknowledged_by: null },
        after: { acknowledged_by: "Eve", cause: "gate worn", action: "adjusted" },
      }),
    );
    await weigh([49.9, ...heavy(9)]);
    await until("a new one is open", async () => (await open()).length === 1);
  }));

async function person(): Promise<number> {
  const [row] = await app.sql<{ id: number }[]>`
    insert into person (plant_id, name, pin_hash, pin_set_at, created_at, created_by)
    values (1, 'Eve', '-', now(), now(), 'Ann')
    returning id`;
  return row?.id ?? 0;
}

test("a bag that is recorded late stands where it was weighed", () =>
  watching(async () => {
    await startedJob(app.sql);
    await weigh(heavy(5));
    // Weighed before the four that follow, recorded behind them.
    minute++;
    await weigh(heavy(4));
    const { id } = await signal({ points: 9 });
    const late = await recordedBag(app.sql, {
      weight: "49.90",
      receivedAt: operator.at + 3_600_000 + 6 * 60_000,
    });
    watch.bagsRecorded([late.id]);
    await until("it is withdrawn", async () => (await all())[0]?.withdrawn_at !== null);
    expect((await all()).map((each) => each.id)).toEqual([id]);
  }));

test("bags that complete a job and begin the next one within a batch are looked at job by job", () =>
  watching(async () => {
    const first = await startedJob(app.sql, { quantity: 9 });
    const ids: number[] = [];
    const add = async (weights: readonly number[]) => {
      for (const weight of weights) {
        minute++;
        const receivedAt = operator.at + 3_600_000 + minute * 60_000;
        ids.push((await recordedBag(app.sql, { weight: weight.toFixed(2), receivedAt })).id);
      }
    };
    await add(heavy(9));
    const second = await startedJob(app.sql, {}, operator.at + 3_600_000 + minute * 60_000 + 1);
    await add(heavy(8));
    watch.bagsRecorded(ids);
    // The run began with the other job: of this one there are eight.
    await signal({ job_id: first.id, points: 9, goes_on: false });
    await weigh(heavy(1));
    await until("the next job has its own", async () => (await all()).length === 2);
    expect((await all())[0]).toMatchObject({ job_id: second.id, points: 9, goes_on: true });
  }));

test("another target begins anew", () =>
  watching(async () => {
    const job = await startedJob(app.sql);
    await weigh(heavy(8));
    const at = operator.at + 3_600_000 + minute * 60_000 + 30_000;
    await changeJob(app.sql, job.id, { target_weight: "50.05", reason: "density" }, { ...operator, at });
    await weigh(heavy(8));
    await weigh([50.2]);
    expect(await signal({ points: 9 })).toMatchObject({ center: 50.05, goes_on: true });
  }));

test("what is missed while nobody looks is found at the start, once", async () => {
  await startedJob(app.sql);
  await watching(async () => {
    await weigh(heavy(9));
    await signal({ points: 9 });
  });
  await weigh([49.9, ...heavy(9)]);
  for (let time = 0; time < 2; time++) {
    await watching(async () => {
      await until("there are two", async () => (await all()).length === 2);
      expect(await all()).toMatchObject([
        { points: 9, goes_on: true },
        { points: 9, goes_on: false },
      ]);
    });
  }
});

test("of several scales the one that weighed all bags of a signal is named", () =>
  watching(async () => {
    await startedJob(app.sql);
    for (let round = 0; round < 3; round++) await weigh(even(2), { scale: 2 });
    await weigh(heavy(9), { scale: 1 });
    await signal({ scale: 1 });
    await weigh(heavy(1), { scale: 2 });
    await signal({ scale: null, points: 10 });
  }));

test("a look of another plant's appliance leaves a plant's bags alone", async () => {
  await startedJob(app.sql);
  const [other] = await app.sql<{ id: number }[]>`insert into plant (name) values ('Other') returning id`;
  await watching(async () => {
    const ids = await weigh(heavy(9));
    watch.bagsChanged(ids);
    await watch.stop();
    expect(await app.sql`select from quality_signal`).toHaveLength(0);
  }, other?.id);
  await app.sql`delete from plant where id = ${other?.id ?? 0}`;
});

test("while the database is away bags wait, and are looked at when it is back", () =>
  watching(async () => {
    await startedJob(app.sql);
    await weigh(heavy(8));
    app.setAway(true);
    await weigh(heavy(1));
    expect(await all()).toEqual([]);
    app.setAway(false);
    watch.bagsChanged([]);
    await signal({ points: 9 });
  }));

test("pages are told of each change, and of advice, which is given once and then keeps silent", () =>
  watching(async () => {
    const events: AppEvent[] = [];
    const forget = app.parts.events.subscribe("test", (event) => events.push(event));
    const run = async () => (await all()).find(({ rule }) => rule === "nelson2");
    const job = await startedJob(app.sql);
    await weigh(heavy(20));
    await until("there is advice", () => events.some(({ type }) => type === "advice"));
    const [advice] = await standingAdvice(app.sql, 1);
    expect(advice).toMatchObject({
      job_id: job.id,
      bags: 20,
      first_bag_num: 1,
      last_bag_num: 20,
      until_bag_num: 40,
    });
    expect(advice?.correction).toBeCloseTo(-0.3, 10);
    expect(events.filter(({ type }) => type === "signal").length).toBeGreaterThan(0);
    await weigh(heavy(19));
    await until("these are looked at", async () => (await run())?.points === 39);
    expect(await standingAdvice(app.sql, 1)).toHaveLength(1);
    await weigh(heavy(1));
    await until("these are looked at", async () => (await run())?.points === 40);
    expect(await standingAdvice(app.sql, 1)).toEqual([]);
    await weigh(heavy(20));
    await until("there is advice again", async () => (await standingAdvice(app.sql, 1)).length === 1);
    expect((await standingAdvice(app.sql, 1))[0]).toMatchObject({ first_bag_num: 41, last_bag_num: 60 });
    forget();
  }));

test("after another target there is advice at once where it is off again", () =>
  watching(async () => {
    const job = await startedJob(app.sql);
    await weigh(heavy(20));
    await until("there is advice", async () => (await standingAdvice(app.sql, 1)).length === 1);
    const at = operator.at + 3_600_000 + minute * 60_000 + 30_000;
    await changeJob(app.sql, job.id, { target_weight: "49.80", reason: "density" }, { ...operator, at });
    await weigh(heavy(20));
    await until(
      "there is advice again",
      async () => (await standingAdvice(app.sql, 1))[0]?.last_bag_num === 40,
    );
    expect((await standingAdvice(app.sql, 1))[0]?.correction).toBeCloseTo(-0.5, 10);
  }));

test("bags that are assigned later are looked at where they were weighed", () =>
  watching(async () => {
    const early = await weigh(heavy(9));
    const job = await startedJob(app.sql, {}, operator.at + 3_600_000 + minute * 60_000 + 1);
    for (const id of early) await assignBag(app.sql, id, job.id, operator);
    watch.bagsChanged(early);
    await signal({ points: 9, first_bag_id: early[0] ?? 0 });
  }));

test("of a long job what lies before the bags that are read again stays as it is, whatever is assigned later", () =>
  watching(async () => {
    const stray = await recordedBag(app.sql, { weight: "50.10", receivedAt: operator.at - 60_000 });
    const job = await startedJob(app.sql, { quantity: 2_000 });
    await weigh(heavy(9));
    const { id } = await signal({ points: 9 });
    const { id: journal } = app.parts.journal;
    await app.sql`insert into journal (id) values (${journal}) on conflict do nothing`;
    const [row] = await app.sql<{ through: number }[]>`
      select recorded_through as through from journal where id = ${journal}`;
    const seq = row?.through ?? 0;
    const entries = even(1_100).map((weight, index) => ({
      ...weighed({ weight: weight.toFixed(2), receivedAt: operator.at + 7_200_000 + index * 1_000 }),
      seq: seq + index + 1,
    }));
    const batch = await recordJournaled(app.sql, journal, entries, []);
    watch.bagsRecorded(batch?.bags.flatMap((group) => group.ids) ?? []);
    // The first of the others is a little too heavy as well.
    await signal({ id, points: 10, goes_on: false });
    await assignBag(app.sql, stray.id, job.id, operator);
    watch.bagsChanged([stray.id]);
    // A bag that is weighed shows that the change was looked at before it.
    minute = 240;
    await weigh([53]);
    await until("the bag far off is found", async () => (await all()).length === 2);
    expect((await open()).map((each) => each.id)).toContain(id);
  }));

test("advice for a product with a label keeps the lowest lawful mean", async () => {
  const made = await app.request("POST", "/api/products", { body: { name: "F30", target_weight: "50" } });
  const { id: product } = await json(made, productSchema);
  const label = { label_rule: "eu", label_quantity: "50", unit: "lb" };
  await app.request("PUT", `/api/products/${product}/quality`, { body: label });
  const job = { product_id: product, station: "Station 1", quantity: 100, company: "Shelter" };
  const started = await json(await app.request("POST", "/api/jobs", { body: job }), jobSchema);
  const [terms] = await readJobTerms(app.sql, 1, [started.id]);
  // TNE of 50 lb is 0.5 lb (226.8 g): max(50, 49.5 + 1.96 s, 49 + 3.72 s).
  expect(terms?.lowestFor?.(0.1)).toBeCloseTo(50, 4);
  expect(terms?.lowestFor?.(0.26)).toBeCloseTo(49.5 + 1.96 * 0.26, 3);
  expect(terms?.lowestFor?.(0.4)).toBeCloseTo(49 + 3.72 * 0.4, 3);
});
