import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { type Clock, systemClock } from "../../../src/runtime/clock.ts";
import { emptyTables, operator, startedJob } from "../../support/bags.ts";
import { json, testApp, testCouriers } from "../../support/http.ts";

type TestApp = Awaited<ReturnType<typeof testApp>>;
let app: TestApp;
const now = operator.at + 3_600_000;
const clock: Clock = { ...systemClock, now: () => now };
const bag = { weight: "50.00", unit: "lb", scale: "2", station: "Station 1" };

beforeAll(async () => {
  app = await testApp({ clock });
});
beforeEach(async () => {
  app.setAway(false);
  app.recorded.length = 0;
  await emptyTables(app.sql);
});
afterAll(() => app.stop());

interface Post {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
}

/** As Python's requests sends it: a form. */
function post({ body = new URLSearchParams(bag), headers = {}, token = app.tokens.ingest }: Post = {}) {
  return app.request("POST", "/api/prepuff/scan_bag", { token, body, headers });
}

async function answer(given: Post = {}) {
  const response = await post(given);
  return { status: response.status, body: await json(response) };
}

function storedBags() {
  return app.sql`
    select id, weight, unit, scale_id, printed_scale_id, station, source, weighed_at, raw, repeat_suspected
    from filler_bag order by id`;
}

async function stored(): Promise<number> {
  return (await storedBags()).length;
}

test("a bag in a form is recorded and answered in the words of the contract, and nothing more", async () => {
  await startedJob(app.sql, { quantity: 2 });
  const response = await post();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toStartWith("application/json");
  const [row] = await storedBags();
  expect(await response.text()).toBe(
    `{"success":true,"bag_id":${row?.id},"bag_num":1,"in_tolerance":true,"job_complete":false}`,
  );
  expect(row).toEqual({
    id: row?.id,
    weight: "50.00",
    unit: "lb",
    scale_id: 2,
    printed_scale_id: 2,
    station: "Station 1",
    source: "api",
    weighed_at: new Date(now),
    raw: "weight=50.00&unit=lb&scale=2&station=Station+1",
    repeat_suspected: false,
  });
  expect(app.recorded).toEqual([row?.id]);
});

/** Id 20,000,000 belongs to no range that there is. */
async function useUpRanges(): Promise<void> {
  await app.sql`
    select setval('filler_bag_id_seq', (
      select max(substring(relname from 'filler_bag_below_(\\d+)$')::bigint) - 1 from pg_class where relkind = 'r'
    ))`;
}

test("a bag whose id belongs to no range gets one made", async () => {
  await startedJob(app.sql);
  await useUpRanges();
  expect(await answer()).toMatchObject({ status: 200, body: { bag_num: 1 } });
  expect(await stored()).toBe(1);
});

test("a bag for whose id no range can be made is answered with 503, and nothing is stored", async () => {
  const { id } = await startedJob(app.sql);
  await useUpRanges();
  await app.sql`alter function make_filler_bag_ranges rename to make_no_ranges`;
  try {
    expect(await answer()).toEqual({
      status: 503,
      body: {
        success: false,
        error: "database_busy",
        message: "the database cannot do this now; nothing was changed, try again",
      },
    });
  } finally {
    await app.sql`alter function make_no_ranges rename to make_filler_bag_ranges`;
  }
  expect(await stored()).toBe(0);
  const [job] = await app.sql`select bags_completed, last_bag_num from prepuff_job where id = ${id}`;
  expect(job).toEqual({ bags_completed: 0, last_bag_num: 0 });
  expect(await answer()).toMatchObject({ status: 200, body: { bag_num: 1 } });
});

test("a bag in JSON keeps the digits it was written with", async () => {
  await startedJob(app.sql);
  const body =
    '{"weight": 45.20, "unit": "LBS", "scale": 3, "station": "Station 1", "more": {"weight": [1]}}';
  expect(
    (await answer({ body, headers: { "content-type": "application/json; charset=utf-8" } })).status,
  ).toBe(200);
  expect((await answer({ body: { ...bag, weight: "45.2", scale: 3 } })).status).toBe(200);
  expect((await storedBags()).map((row) => [row.weight, row.unit, row.scale_id])).toEqual([
    ["45.20", "lb", 3],
    ["45.2", "lb", 3],
  ]);
});

test("the bag that completes the job says so, and the next one finds none", async () => {
  const job = await startedJob(app.sql, { quantity: 1 });
  const light = new URLSearchParams({ ...bag, weight: "44.99" });
  expect(await answer({ body: light })).toMatchObject({
    status: 200,
    body: { bag_num: 1, in_tolerance: false, job_complete: true },
  });
  expect(await answer()).toEqual({
    status: 409,
    body: {
      success: false,
      error: "no_active_job",
      message: "no job wanted a bag on Station 1 at 2025-06-01T09:00:00.000Z; nothing was stored",
    },
  });
  expect(await stored()).toBe(1);
  expect([...(await app.sql`select bags_completed, status from prepuff_job where id = ${job.id}`)]).toEqual([
    { bags_completed: 1, status: "completed" },
  ]);
});

test("with no job on its station a bag is not stored, and nobody hears of it", async () => {
  await startedJob(app.sql, { station: "Station 2" });
  expect((await answer()).status).toBe(409);
  expect(await stored()).toBe(0);
  expect(app.recorded).toBeEmpty();
});

test.each([
  ["lb", "lb"],
  ["Lbs", "lb"],
  ["KG", "kg"],
  ["g", "g"],
  [" oz ", "oz"],
])("unit %j is %s", async (unit, stored) => {
  await startedJob(app.sql);
  expect((await answer({ body: new URLSearchParams({ ...bag, unit }) })).status).toBe(200);
  expect((await storedBags())[0]?.unit).toBe(stored);
});

const wrong: [string, Readonly<Record<string, string | undefined>>, string][] = [
  ["no weight", { weight: undefined }, "weight"],
  ["an empty weight", { weight: "" }, "weight"],
  ["a weight of 0", { weight: "0.00" }, "weight"],
  ["a negative weight", { weight: "-50" }, "weight"],
  ["a decimal comma", { weight: "45,20" }, "weight"],
  ["five decimals", { weight: "45.20001" }, "weight"],
  ["a weight no scale prints", { weight: "1000000" }, "weight"],
  ["dashes", { weight: "------" }, "weight"],
  ["NaN", { weight: "NaN" }, "weight"],
  ["an exponent", { weight: "5e1" }, "weight"],
  ["no unit", { unit: undefined }, "unit"],
  ["stones", { unit: "st" }, "unit"],
  ["no scale", { scale: undefined }, "scale"],
  ["scale 0", { scale: "0" }, "scale"],
  ["half a scale", { scale: "1.5" }, "scale"],
  ["a scale beyond the column", { scale: "2147483648" }, "scale"],
  ["a scale that is no number", { scale: "two" }, "scale"],
  ["no station", { station: undefined }, "station"],
  ["a blank station", { station: "  " }, "station"],
  ["a station of 51 letters", { station: "x".repeat(51) }, "station"],
  ["a station with a NUL", { station: "Station\u00001" }, "station"],
];

test.each(wrong)(
  "%s is 422 with the field that is wrong, and nothing is stored",
  async (_, change, field) => {
    await startedJob(app.sql);
    const given = Object.entries({ ...bag, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const form = await answer({ body: new URLSearchParams(given) });
    expect(form).toMatchObject({ status: 422, body: { success: false, error: "validation", field } });
    const asJson = await answer({ body: Object.fromEntries(given) });
    expect(asJson).toEqual(form);
    expect(await stored()).toBe(0);
  },
);

test("a missing field is said to be missing", async () => {
  const body = new URLSearchParams({ weight: "50.00" });
  expect((await answer({ body })).body).toEqual({
    success: false,
    error: "validation",
    message: "unit: is missing; scale: is missing; station: is missing",
    field: "unit",
  });
});

test("a field given twice is not guessed", async () => {
  const body = `${new URLSearchParams(bag)}&weight=51`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect(await answer({ body, headers })).toMatchObject({ status: 422, body: { field: "weight" } });
});

test.each([
  ["broken JSON", '{"weight": 50', "application/json", 422],
  ["a JSON list", "[1]", "application/json", 422],
  ["null", "null", "application/json", 422],
  ["an empty form", "", "application/x-www-form-urlencoded", 422],
  ["XML", "<bag/>", "text/xml", 415],
])("%s is refused in the contract's shape", async (_, body, contentType, status) => {
  const refused = await answer({ body, headers: { "content-type": contentType } });
  expect(refused).toMatchObject({ status, body: { success: false } });
});

test("a stranger is 401 and the wrong role 403, in the contract's shape", async () => {
  await startedJob(app.sql);
  const stranger = await answer({ token: null });
  expect(stranger).toMatchObject({ status: 401, body: { success: false, error: "unauthorized" } });
  const viewer = await answer({ token: app.tokens.viewer });
  expect(viewer).toMatchObject({ status: 403, body: { success: false, error: "forbidden" } });
  expect(await stored()).toBe(0);
});

test("while the database is away the answer is 503, so that the sender keeps the bag", async () => {
  await startedJob(app.sql);
  app.setAway(true);
  const response = await post();
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).not.toBeNull();
  expect(await json(response)).toMatchObject({ success: false, error: "database_away" });
  expect(await stored()).toBe(0);
  app.setAway(false);
  expect((await answer()).status).toBe(200);
});

const keyed = { headers: { "idempotency-key": "0192f0c0-0000-7000-8000-00000000000a" } };

test("a repeated key gets the first answer word for word, and nothing is stored", async () => {
  await startedJob(app.sql, { quantity: 2 });
  const first = await (await post(keyed)).text();
  await post();
  for (const body of [bag, { ...bag, weight: 50, unit: "LB", scale: 2 }]) {
    const again = await post({ ...keyed, body });
    expect(again.status).toBe(200);
    expect(await again.text()).toBe(first);
  }
  expect(await stored()).toBe(2);
  expect(app.recorded).toHaveLength(2);
});

test("a repeated key is answered as the first time also when its job is over and its bag void", async () => {
  await startedJob(app.sql, { quantity: 1 });
  const first = await answer(keyed);
  expect(first.body).toMatchObject({ job_complete: true });
  await app.sql`update filler_bag set voided_at = now()`;
  expect(await answer(keyed)).toEqual(first);
});

test("of equal requests at once one is stored and all get its answer", async () => {
  await startedJob(app.sql);
  const answers = await Promise.all(Array.from({ length: 12 }, () => answer(keyed)));
  const [first] = answers;
  expect(first?.status).toBe(200);
  expect(answers).toEqual(Array.from({ length: 12 }, () => first ?? { status: 0, body: null }));
  expect(await stored()).toBe(1);
  expect(app.recorded).toHaveLength(1);
});

test("different keys at once are numbered without gaps", async () => {
  await startedJob(app.sql);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => post({ headers: { "idempotency-key": `key ${index}` } })),
  );
  const rows = await app.sql<{ bag_num: number }[]>`select bag_num from filler_bag order by bag_num`;
  expect(rows.map((row) => row.bag_num)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test.each([
  ["weight", "50.01"],
  ["unit", "kg"],
  ["scale", "3"],
  ["station", "Station 2"],
])("the same key with another %s is 422", async (field, value) => {
  await startedJob(app.sql);
  await startedJob(app.sql, { station: "Station 2" });
  await post(keyed);
  const other = await answer({ ...keyed, body: new URLSearchParams({ ...bag, [field]: value }) });
  expect(other).toMatchObject({ status: 422, body: { success: false, field: "Idempotency-Key" } });
  expect(await stored()).toBe(1);
});

test("a key whose bag found no job is free: later the bag is taken", async () => {
  expect((await answer(keyed)).status).toBe(409);
  await startedJob(app.sql);
  expect((await answer(keyed)).status).toBe(200);
});

test.each([
  ["empty", ""],
  ["too long", "k".repeat(256)],
  ["with a tab inside", "a\tb"],
  ["not ASCII", "ключ".replaceAll(/./g, "é")],
])("a key that is %s is 422", async (_, key) => {
  await startedJob(app.sql);
  const refused = await answer({ headers: { "idempotency-key": key } });
  expect(refused).toMatchObject({ status: 422, body: { field: "Idempotency-Key" } });
  expect(await stored()).toBe(0);
});

test("a bag belongs to the job that was active when the sender weighed it", async () => {
  const job = await startedJob(app.sql, { quantity: 1 }, operator.at - 3_600_000);
  await app.sql`update prepuff_job set status = 'completed', ended_at = ${new Date(operator.at)}`;
  await startedJob(app.sql, {}, operator.at);
  const headers = { "prepuff-weighed-at": "2025-06-01T09:30:00.123+02:00" };
  expect((await answer({ headers })).status).toBe(200);
  const [row] = await app.sql`select prepuff_job_id, weighed_at from filler_bag`;
  expect(row).toEqual({ prepuff_job_id: job.id, weighed_at: new Date("2025-06-01T07:30:00.123Z") });
});

test.each([
  ["no time", "yesterday"],
  ["a number", "1748768400"],
  ["a time without an offset", "2025-06-01T08:30:00"],
  ["a day that is none", "2025-02-30T08:30:00Z"],
  ["1970", "1970-01-01T00:00:12Z"],
  ["more than a day ahead", "2025-06-02T09:00:01Z"],
])("a time of weighing that is %s is 422", async (_, time) => {
  await startedJob(app.sql);
  const refused = await answer({ headers: { "prepuff-weighed-at": time } });
  expect(refused).toMatchObject({ status: 422, body: { field: "Prepuff-Weighed-At" } });
  expect(await stored()).toBe(0);
});

test("a sender's clock may be ahead by less than a day", async () => {
  await startedJob(app.sql);
  expect((await answer({ headers: { "prepuff-weighed-at": "2025-06-02T08:59:59z" } })).status).toBe(200);
});

test("a posted bag is delivered further where this appliance has an upstream", async () => {
  const central = await testApp({ clock, couriers: testCouriers({ destinations: [1] }) });
  await startedJob(central.sql);
  const response = await central.request("POST", "/api/prepuff/scan_bag", { body: new URLSearchParams(bag) });
  expect(response.status).toBe(200);
  expect([...(await central.sql`select station, state from delivery`)]).toEqual([
    { station: "Station 1", state: "pending" },
  ]);
  await central.stop();
  await startedJob(app.sql);
  await post();
  expect([...(await app.sql`select from delivery`)]).toBeEmpty();
});
