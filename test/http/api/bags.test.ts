import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { boardController } from "../../../src/board/controller.ts";
import { DatabaseAway } from "../../../src/database/database.ts";
import type { AppEvent } from "../../../src/events/event.ts";
import { problemSchema } from "../../../src/http/answer/problem.ts";
import { createApp } from "../../../src/http/app.ts";
import { listen } from "../../../src/http/listen.ts";
import { listSchema } from "../../../src/http/request/paging.ts";
import { type Bag, bagSchema } from "../../../src/records/bags/bag-view.ts";
import { createMetrics } from "../../../src/runtime/metrics.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, type TestRequest, testApp } from "../../support/http.ts";
import { until } from "../../support/until.ts";

type TestApp = Awaited<ReturnType<typeof testApp>>;
let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

const get = (path: string, options: TestRequest = {}) =>
  app.request("GET", path, { token: app.tokens.viewer, ...options });
const correct = (path: string, body: object, token = app.tokens.operator) =>
  app.request("POST", path, { token, body });

async function list(query = ""): Promise<{ items: Bag[]; next: string | null }> {
  return json(await get(`/api/bags?${query}`), listSchema(bagSchema));
}

async function problem(response: Response) {
  const { type, status, detail } = await json(response, problemSchema);
  return { code: type.replace("urn:prepuff:problem:", ""), status, detail };
}

test("a bag has all that the API promises, decimals as strings and times in UTC", async () => {
  const job = await startedJob(app.sql);
  const { id } = await recordedBag(app.sql, { weight: "45.20", scale: 2, printedScale: 3 });
  await app.sql`
    insert into delivery (destination_id, filler_bag_id, station, attempts, last_error, next_attempt_at)
    values (1, ${id}, 'Station 1', 3, 'no route', '2025-06-01T12:00:00+02:00')`;
  const bag = await json(await get(`/api/bags/${id}`));
  expect(bag).toEqual({
    id,
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    job_id: job.id,
    bag_num: 1,
    station: "Station 1",
    scale: 2,
    printed_scale: 3,
    weight: "45.20",
    unit: "lb",
    weight_lb: "45.20",
    gross: null,
    tare: null,
    density: null,
    target_weight: "50.00",
    tolerance_percent: "10.00",
    in_tolerance: true,
    repeat_suspected: false,
    lot: null,
    doubt: null,
    followed_by: null,
    source: "manual",
    note: null,
    weighed_at: "2025-06-01T09:00:00.000Z",
    recorded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    voided_at: null,
    void_code: null,
    void_reason: null,
    delivery: {
      state: "pending",
      attempts: 3,
      next_attempt_at: "2025-06-01T10:00:00.000Z",
      last_error: "no route",
      delivered_at: null,
      upstream_bag_id: null,
      upstream_bag_num: null,
      upstream_in_tolerance: null,
      upstream_job_complete: null,
    },
  });
  expect((await list()).items).toEqual([bagSchema.parse(bag)]);
});

test("a bag without a job or a delivery says null", async () => {
  const { id } = await recordedBag(app.sql);
  expect(await json(await get(`/api/bags/${id}`))).toMatchObject({
    job_id: null,
    bag_num: null,
    target_weight: null,
    in_tolerance: null,
    delivery: null,
  });
});

test("a bag that is not there is 404, and an id that is none is 422", async () => {
  expect(await problem(await get("/api/bags/4711"))).toMatchObject({ code: "not_found", status: 404 });
  expect((await get("/api/bags/0")).status).toBe(422);
  expect((await get("/api/bags/x")).status).toBe(422);
  expect((await correct("/api/bags/4711/void", { reason: "torn" })).status).toBe(404);
});

test("the list is filtered and comes a page at a time", async () => {
  const job = await startedJob(app.sql);
  const minute = 60_000;
  const weigh = async (nth: number, weight: string, scale: number) =>
    (await recordedBag(app.sql, { weight, scale, receivedAt: operator.at + nth * minute })).id;
  const under = await weigh(1, "40", 1);
  const inside = await weigh(2, "50", 2);
  const over = await weigh(3, "60", 1);
  const loose = (await recordedBag(app.sql, { station: "Station 2" })).id;
  const ids = async (query: string) => (await list(query)).items.map((bag) => bag.id);

  const page = await list("limit=3");
  expect(page.items.map((bag) => bag.id)).toEqual([loose, over, inside]);
  expect(await list(`limit=3&cursor=${page.next}`)).toMatchObject({ items: [{ id: under }], next: null });
  expect(await ids(`job_id=${job.id}`)).toEqual([over, inside, under]);
  expect(await ids("station=Station+2")).toEqual([loose]);
  expect(await ids("scale=1&station=Station%201")).toEqual([over, under]);
  expect(await ids("verdict=in")).toEqual([inside]);
  expect(await ids("verdict=under")).toEqual([under]);
  expect(await ids("verdict=over")).toEqual([over]);
  expect(await ids("verdict=no_job")).toEqual([loose]);
  expect(await ids("voided=true")).toEqual([]);
  for (const [id, isIn] of [
    [under, false],
    [inside, false],
    [over, null],
    [loose, true],
  ] as const) {
    await app.sql`
      insert into delivery (destination_id, filler_bag_id, station, state, upstream_in_tolerance)
      values (1, ${id}, 'Station 1', 'delivered', ${isIn})`;
  }
  expect(await ids("disputed=true")).toEqual([inside]);
  expect(await ids("from=2025-06-01T08:02:00Z&to=2025-06-01T10:03:00%2B02:00")).toEqual([inside]);
});

test.each(["verdict=good", "voided=yes", "from=today", "scale=0", "limit=501", "cursor=abc", "stations=A"])(
  "the query %s is refused, not ignored",
  async (query) => {
    expect((await get(`/api/bags?${query}`)).status).toBe(422);
  },
);

test("a voided bag is answered whole, once, and then it is a conflict", async () => {
  await startedJob(app.sql);
  const { id } = await recordedBag(app.sql);
  const response = await correct(`/api/bags/${id}/void`, { reason: "  torn " });
  expect(response.status).toBe(200);
  expect(await json(response, bagSchema)).toMatchObject({ id, bag_num: 1, void_reason: "torn" });
  expect(await problem(await correct(`/api/bags/${id}/void`, { reason: "wet" }))).toMatchObject({
    code: "already_voided",
    status: 409,
  });
  const [row] = await app.sql`select voided_by from filler_bag`;
  expect(row).toEqual({ voided_by: "operator" });
});

test("voiding wants a reason", async () => {
  const { id } = await recordedBag(app.sql);
  for (const body of [{}, { reason: "  " }, { reason: "x".repeat(501) }, { reason: "a\u0000b" }]) {
    expect((await correct(`/api/bags/${id}/void`, body)).status).toBe(422);
  }
});

test("a bag is assigned to a job of its station, and each refusal says why", async () => {
  const { id } = await recordedBag(app.sql, { receivedAt: operator.at - 1 });
  const other = await recordedBag(app.sql, { receivedAt: operator.at - 1 });
  const job = await startedJob(app.sql, { quantity: 1 });
  const elsewhere = await startedJob(app.sql, { station: "Station 2" });
  const assign = (bag: number, job_id: number) => correct(`/api/bags/${bag}/assign`, { job_id });

  expect(await problem(await assign(id, 4711))).toMatchObject({
    status: 422,
    detail: "job_id: there is no job 4711",
  });
  expect(await problem(await assign(id, elsewhere.id))).toEqual({
    code: "other_station",
    status: 409,
    detail: `bag ${id} was weighed on Station 1, job ${elsewhere.id} is of Station 2`,
  });
  expect(await json(await assign(id, job.id), bagSchema)).toMatchObject({ job_id: job.id, bag_num: 1 });
  expect(await problem(await assign(id, job.id))).toEqual({
    code: "already_assigned",
    status: 409,
    detail: `bag ${id} is number 1 of job ${job.id}`,
  });
  expect(await problem(await assign(other.id, job.id))).toEqual({
    code: "job_full",
    status: 409,
    detail: `job ${job.id} has its 1 bags`,
  });
});

test("a viewer corrects nothing", async () => {
  const { id } = await recordedBag(app.sql);
  const { viewer } = app.tokens;
  expect((await correct(`/api/bags/${id}/void`, { reason: "torn" }, viewer)).status).toBe(403);
  expect((await correct(`/api/bags/${id}/assign`, { job_id: 1 }, viewer)).status).toBe(403);
  expect((await get("/api/bags", { token: null })).status).toBe(401);
});

test("who looks on sees the corrected bag, and its job's new count", async () => {
  const job = await startedJob(app.sql);
  const { id } = await recordedBag(app.sql);
  const heard: AppEvent[] = [];
  const end = app.parts.events.subscribe("test", (event) => heard.push(event));
  await correct(`/api/bags/${id}/void`, { reason: "torn" });
  await until("both are heard", () => heard.length >= 2);
  end();
  expect(heard).toMatchObject([
    { type: "bag", bag: { id, void_reason: "torn" } },
    { type: "job", job: { id: job.id, bags_completed: 0 } },
  ]);
});

const csv = { headers: { accept: "text/csv" } };

test("as CSV come all bags that match, whatever the limit, with CRLF and a header", async () => {
  await startedJob(app.sql);
  for (let nth = 0; nth < 5; nth++) await recordedBag(app.sql, { weight: `5${nth}.00` });
  await recordedBag(app.sql, { station: "Station 2" });
  const response = await get("/api/bags?station=Station%201&limit=2", csv);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(response.headers.get("vary")).toBe("accept");
  const lines = (await response.text()).split("\r\n");
  expect(lines).toHaveLength(7);
  expect(lines[0]).toStartWith("id,uid,job_id,bag_num,station,scale,printed_scale,weight,unit,weight_lb,");
  expect(lines.slice(1, 6).map((line) => line.split(",").slice(3, 9).join())).toEqual([
    "5,Station 1,1,1,54.00,lb",
    "4,Station 1,1,1,53.00,lb",
    "3,Station 1,1,1,52.00,lb",
    "2,Station 1,1,1,51.00,lb",
    "1,Station 1,1,1,50.00,lb",
  ]);
  expect(lines[6]).toBe("");
});

test("no bag gives a CSV of the header alone", async () => {
  expect((await (await get("/api/bags", csv)).text()).split("\r\n")).toEqual([
    expect.stringMatching(/^id,uid,/),
    "",
  ]);
});

test.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@sum", "'@sum"],
  ["＝1", "'＝1"],
  ["a, b", '"a, b"'],
  ["torn", "torn"],
])("the reason %j is the harmless cell %s", async (reason, cell) => {
  const { id } = await recordedBag(app.sql);
  await correct(`/api/bags/${id}/void`, { reason });
  const text = await (await get("/api/bags", csv)).text();
  expect(text).toContain(`Z,${cell},,,,,,,other,,`);
});

test.each([
  ["text/csv", "text/csv"],
  ["text/csv;q=0.9, application/json;q=0.1", "text/csv"],
  ["application/json, text/csv", "application/json"],
  ["text/*", "text/csv"],
  ["*/*", "application/json"],
  ["text/html", "application/json"],
  ["text/csv;q=0", "application/json"],
])("Accept: %s is answered with %s", async (accept, contentType) => {
  const response = await get("/api/bags", { headers: { accept } });
  expect(response.headers.get("content-type")).toStartWith(contentType);
  // A download that nobody reads takes one of its token's places.
  await response.body?.cancel();
});

/** 5,000 bags: more than two pages of the export. */
async function manyBags(): Promise<void> {
  await app.sql`
    insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source)
    select gen_random_uuid(), 'Station 1', 1, 1, 50, 'lb', 50, now() - n * interval '1 s', 'manual'
    from generate_series(1, 5000) n`;
}

/** The app on a real port, its database counting its calls, and away from call `awayFrom` on. */
async function served(awayFrom: number) {
  let calls = 0;
  const { database } = app.parts;
  const counting: typeof database = {
    ...database,
    run: (work, limitMs) =>
      ++calls >= awayFrom ? Promise.reject(new DatabaseAway("away for a test")) : database.run(work, limitMs),
  };
  const server = await listen(
    createApp({ ...app.parts, metrics: createMetrics(), database: counting }, boardController()),
    "127.0.0.1",
    0,
  );
  const fetchCsv = () =>
    fetch(`http://127.0.0.1:${server.port}/api/bags`, {
      headers: { authorization: `Bearer ${app.tokens.viewer}`, accept: "text/csv" },
    });
  return { fetchCsv, stop: server.stop, calls: () => calls };
}

test("a large export comes whole, each bag once", async () => {
  await manyBags();
  const { fetchCsv, stop } = await served(Number.POSITIVE_INFINITY);
  const lines = (await (await fetchCsv()).text()).trimEnd().split("\r\n");
  await stop();
  expect(lines).toHaveLength(5_001);
  expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(5_001);
});

test("an export that loses the database at once is 503; later it breaks off, and is never taken for the whole", async () => {
  await manyBags();
  const atOnce = await served(1);
  expect((await atOnce.fetchCsv()).status).toBe(503);
  await atOnce.stop();
  const midway = await served(2);
  const response = await midway.fetchCsv();
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  await midway.stop();
});

test("an export whose reader goes away asks the database no further", async () => {
  await manyBags();
  const { fetchCsv, stop, calls } = await served(Number.POSITIVE_INFINITY);
  const { body } = await fetchCsv();
  await body?.cancel();
  await stop();
  expect(calls()).toBeLessThanOrEqual(4);
});

test("links download the same: all that match, and all of a job under its own name", async () => {
  const { id } = await startedJob(app.sql, { station: "Linked" });
  const { id: bag } = await recordedBag(app.sql, { station: "Linked", weight: "44.00" });
  await recordedBag(app.sql, { station: "Linked" });
  const under = await app.request("GET", "/api/bags.csv?station=Linked&verdict=under");
  expect(under.headers.get("content-type")).toStartWith("text/csv");
  expect(under.headers.get("content-disposition")).toBe('attachment; filename="bags.csv"');
  const [header, line, ...rest] = (await under.text()).split("\r\n");
  expect(header).toStartWith("id,uid,job_id,bag_num");
  expect(line).toStartWith(`${bag},`);
  expect(rest).toEqual([""]);
  const ofJob = await app.request("GET", `/api/jobs/${id}/bags.csv`);
  expect(ofJob.headers.get("content-disposition")).toBe(`attachment; filename="job-${id}-bags.csv"`);
  expect((await ofJob.text()).split("\r\n")).toHaveLength(4);
  expect((await app.request("GET", "/api/jobs/999999/bags.csv")).status).toBe(404);
  expect((await app.request("GET", "/api/bags.csv?limit=5")).status).toBe(422);
});
