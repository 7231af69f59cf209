import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { bagSchema } from "../../../src/records/bags/bag-view.ts";
import type { ScaleView } from "../../../src/scale/presence.ts";
import { createStations } from "../../../src/scale/stations.ts";
import { auditTrail, emptyTables, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, testConfig, testCouriers, tokens } from "../../support/http.ts";
import { scaleView } from "../../support/presence.ts";

let views: ScaleView[] = [];
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  const config = testConfig({
    frame: {
      idleMs: 250,
      maxAgeMs: 3000,
      decimalMark: "auto",
      repeatWindowMs: 2000,
      repeatLimit: 5,
      rejectedPerMinute: 300,
      aliases: new Map([[3, 2]]),
      unknownScales: "accept",
    },
  });
  app = await testApp({
    couriers: testCouriers({ destinations: [1] }),
    config,
    stations: createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined }),
    presence: {
      scales: () => views,
      connections: () => [],
      close: () => false,
      standIns: () => [],
      forget: () => undefined,
    },
  });
});
beforeEach(async () => {
  views = [];
  app.recorded.length = 0;
  await emptyTables(app.sql);
});
afterAll(() => app.stop());

const hand = { station: "Station 1", scale: 1, weight: "50.20", unit: "lb" };
function enter(body: object = hand, key?: string) {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return app.request("POST", "/api/bags", { token: tokens.operator, body, headers });
}
const startJob = (quantity = 100) => startedJob(app.sql, { quantity }, Date.now() - 60_000);

test("a bag entered by hand whose id belongs to no range gets one made", async () => {
  await startJob();
  await app.sql`
    select setval('filler_bag_id_seq', (
      select max(substring(relname from 'filler_bag_below_(\\d+)$')::bigint) - 1 from pg_class where relkind = 'r'
    ))`;
  const answer = await enter();
  expect(answer.status).toBe(201);
  expect(await json(answer, bagSchema)).toMatchObject({ bag_num: 1, source: "manual" });
});

test("a bag entered by hand is numbered, judged and forwarded like any bag, and marked", async () => {
  const { id } = await startJob();
  await recordedBag(app.sql, { receivedAt: Date.now() });
  const answer = await enter({ ...hand, weight: "25.00", unit: "KG", note: "display is dark" });
  expect(answer.status).toBe(201);
  const bag = await json(answer, bagSchema);
  expect(bag).toMatchObject({
    job_id: id,
    bag_num: 2,
    source: "manual",
    note: "display is dark",
    weight: "25.00",
    unit: "kg",
    weight_lb: "55.1156",
    in_tolerance: false,
    repeat_suspected: false,
    delivery: { state: "pending" },
  });
  expect(Math.abs(Date.parse(bag.weighed_at) - Date.now())).toBeLessThan(10_000);
  expect(app.recorded).toEqual([bag.id]);
  expect(await json(await app.request("GET", `/api/bags/${bag.id}`))).toEqual(bag);
  const [row] = await app.sql`select journal_id, journal_seq from filler_bag where id = ${bag.id}`;
  expect(row).toEqual({ journal_id: null, journal_seq: null });
  expect((await auditTrail(app.sql)).at(-1)).toMatchObject({
    actor: "operator",
    action: "bag.enter",
    subject: `bag:${bag.id}`,
    detail: { note: "display is dark", job_complete: false },
    before: null,
    after: { station: "Station 1", scale: 1, weight: "25.00", unit: "kg", job_id: id, bag_num: 2 },
  });
});

test("the last one completes the job; without a job it is stored all the same", async () => {
  const { id } = await startJob(1);
  await enter();
  expect(await json(await app.request("GET", `/api/jobs/${id}`))).toMatchObject({ status: "completed" });
  expect(await json(await enter())).toMatchObject({ job_id: null, bag_num: null, in_tolerance: null });
});

test("it belongs to the job that was active when it was weighed", async () => {
  const { id } = await startJob();
  const before = new Date(Date.now() - 120_000).toISOString();
  expect(await json(await enter({ ...hand, weighed_at: before }))).toMatchObject({
    job_id: null,
    weighed_at: before,
  });
  const during = new Date(Date.now() - 30_000).toISOString().replace("Z", "+00:00");
  expect(await json(await enter({ ...hand, weighed_at: during }))).toMatchObject({ job_id: id });
});

describe("the scale", () => {
  test("is that of the station's last bag where none is named", async () => {
    views = [scaleView({ id: 1 }), scaleView({ id: 2 })];
    await recordedBag(app.sql, { scale: 2, receivedAt: Date.now() });
    const { scale: _none, ...rest } = hand;
    expect(await json(await enter(rest))).toMatchObject({ scale: 2, printed_scale: 2 });
  });

  test("else the only one there, else it is asked for", async () => {
    const { scale: _none, ...rest } = hand;
    views = [scaleView({ id: 7 })];
    // 2 of the configuration, and 7.
    const unclear = await enter(rest);
    expect(unclear.status).toBe(422);
    expect(await json(unclear)).toMatchObject({ errors: [{ field: "scale" }] });
    views = [];
    expect(await json(await enter(rest))).toMatchObject({ scale: 2, printed_scale: 2 });
  });

  test("that another one stands in for is kept beside it", async () => {
    expect(await json(await enter({ ...hand, scale: 3 }))).toMatchObject({ scale: 2, printed_scale: 3 });
  });
});

describe("Idempotency-Key", () => {
  test("a repetition gets the same bag, and stores nothing", async () => {
    await startJob();
    const first = await enter(hand, "a");
    const again = await enter(hand, "a");
    expect(again.status).toBe(201);
    expect(await json(again)).toEqual(await json(first));
    expect(await app.sql`select 1 from filler_bag`).toHaveLength(1);
    expect(await app.sql`select 1 from audit_event where action = 'bag.enter'`).toHaveLength(1);
    expect(app.recorded).toHaveLength(1);
  });

  test("with another bag it is refused", async () => {
    await enter(hand, "a");
    const other = await enter({ ...hand, weight: "50.30" }, "a");
    expect(other.status).toBe(422);
    expect(await json(other)).toMatchObject({ errors: [{ field: "Idempotency-Key" }] });
  });

  test("has nothing to do with the same key of scan_bag", async () => {
    await startJob();
    await enter(hand, "a");
    const body = new URLSearchParams({ weight: "44", unit: "lb", scale: "1", station: "Station 1" });
    const headers = { "idempotency-key": "a" };
    const answer = await app.request("POST", "/api/prepuff/scan_bag", {
      token: tokens.ingest,
      body,
      headers,
    });
    expect(await json(answer)).toMatchObject({ success: true, bag_num: 2 });
  });

  test("sent many times at once it stores one bag; others at once get numbers without gaps", async () => {
    const { id } = await startJob();
    const keys = Array.from({ length: 30 }, (_, index) => `k${index % 10}`);
    const answers = await Promise.all(keys.map((key) => enter(hand, key)));
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 201));
    const rows = await app.sql<{ bag_num: number }[]>`
      select bag_num from filler_bag where prepuff_job_id = ${id} order by bag_num`;
    expect(rows.map(({ bag_num: number }) => number)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  });

  test("an empty one, or one that is not ASCII, is refused", async () => {
    expect((await enter(hand, "x".repeat(256))).status).toBe(422);
    expect((await enter(hand, "\u00fc")).status).toBe(422);
  });
});

test.each([
  [{ weight: "0" }, "weight"],
  [{ weight: "-1" }, "weight"],
  [{ weight: "50.00001" }, "weight"],
  [{ weight: "1e2" }, "weight"],
  [{ unit: "stone" }, "unit"],
  [{ station: "" }, "station"],
  [{ scale: 0 }, "scale"],
  [{ note: "x".repeat(501) }, "note"],
  [{ weighed_at: "yesterday" }, "weighed_at"],
  [{ weighed_at: "1999-12-31T23:59:59Z" }, "weighed_at"],
  [{ weighed_at: new Date(Date.now() + 120_000).toISOString() }, "weighed_at"],
])("%p is refused", async (change, field) => {
  const answer = await enter({ ...hand, ...change });
  expect(answer.status).toBe(422);
  expect(await json(answer)).toMatchObject({ errors: [{ field }] });
});

test("while the database is away nothing is stored, and that is said", async () => {
  app.setAway(true);
  const answer = await enter(hand, "away");
  app.setAway(false);
  expect(answer.status).toBe(503);
  expect(await app.sql`select 1 from filler_bag`).toHaveLength(0);
});

test("a weight off the target by more than twice the tolerance is stored only when it is confirmed", async () => {
  await startJob();
  const far = await enter({ ...hand, weight: "60.01" });
  expect(far.status).toBe(409);
  expect(await json(far)).toMatchObject({
    type: "urn:prepuff:problem:implausible_weight",
    detail: expect.stringContaining(
      "60.01 lb is off the target of 50.00 lb by more than twice the tolerance of 10.00 %",
    ),
  });
  expect((await enter({ ...hand, weight: "60.00" })).status).toBe(201);
  const confirmed = await enter({ ...hand, weight: "39.99", confirmed: true });
  expect(await json(confirmed, bagSchema)).toMatchObject({ bag_num: 2, in_tolerance: false });
  // Without a job there is no target to be far from.
  expect((await enter({ ...hand, station: "Station 2", weight: "1" })).status).toBe(201);
});
