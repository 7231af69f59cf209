import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import type { AppEvent } from "../../../src/events/event.ts";
import { problemSchema } from "../../../src/http/answer/problem.ts";
import { listSchema } from "../../../src/http/request/paging.ts";
import { jobSchema } from "../../../src/records/jobs/job-view.ts";
import { auditTrail, emptyTables } from "../../support/bags.ts";
import { json, testApp } from "../../support/http.ts";
import { plainJob } from "../../support/shown-job.ts";

type TestApp = Awaited<ReturnType<typeof testApp>>;
let app: TestApp;
const order = { company: "Shelter", station: "Station 1", target_weight: "50.00", quantity: 200 };

beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

const start = (body: object = order, token = app.tokens.operator) =>
  app.request("POST", "/api/jobs", { token, body });

async function startedId(body: object = order): Promise<number> {
  return (await json(await start(body), jobSchema)).id;
}

test("an operator starts a job and gets it whole, with the house's tolerance, and nobody's name as the starter", async () => {
  const response = await start();
  expect(response.status).toBe(201);
  const job = await json(response, jobSchema);
  expect(job).toEqual({
    ...plainJob,
    id: job.id,
    company: "Shelter",
    station: "Station 1",
    target_weight: "50.00",
    tolerance_percent: "10.00",
    quantity: 200,
    bags_completed: 0,
    status: "active",
    started_by: null,
    started_at: job.started_at,
    ended_at: null,
  });
  expect(Math.abs(Date.parse(job.started_at ?? "") - Date.now())).toBeLessThan(60_000);
  expect(await json(await app.request("GET", `/api/jobs/${job.id}`))).toEqual(job);
});

test("weights may be numbers, texts lose the blanks around them, and a person can be named", async () => {
  const response = await start({
    company: "  Shelter  ",
    station: " Station 1 ",
    target_weight: 50.5,
    tolerance_percent: 2.25,
    quantity: 1,
    started_by: "Ann",
  });
  expect(await json(response)).toMatchObject({
    company: "Shelter",
    station: "Station 1",
    target_weight: "50.50",
    tolerance_percent: "2.25",
    started_by: "Ann",
  });
  expect((await auditTrail(app.sql)).map((event) => event.actor)).toEqual(["operator"]);
});

const wrong: [string, object, string][] = [
  ["no company", { company: undefined }, "company"],
  ["a blank company", { company: "   " }, "company"],
  ["a company of 201 letters", { company: "x".repeat(201) }, "company"],
  ["a company with a control character", { company: "Shel\u0000ter" }, "company"],
  ["a station of 51 letters", { station: "x".repeat(51) }, "station"],
  ["a target of 0", { target_weight: "0.00" }, "target_weight"],
  ["a negative target", { target_weight: -50 }, "target_weight"],
  ["a target of three decimals", { target_weight: "50.001" }, "target_weight"],
  ["a target beyond the column", { target_weight: "100000000" }, "target_weight"],
  ["a target that is no number", { target_weight: "fifty" }, "target_weight"],
  ["a quantity of 0", { quantity: 0 }, "quantity"],
  ["half a bag", { quantity: 1.5 }, "quantity"],
  ["a quantity beyond a million", { quantity: 1_000_001 }, "quantity"],
  ["a tolerance above 100", { tolerance_percent: "100.01" }, "tolerance_percent"],
  ["a negative tolerance", { tolerance_percent: "-1" }, "tolerance_percent"],
  ["a field that is none", { tolerance: 5 }, "tolerance"],
];

test.each(wrong)("%s is refused with the field's name, and no job starts", async (_, change, field) => {
  const response = await start({ ...order, ...change });
  expect(response.status).toBe(422);
  const problem = await json(response, problemSchema);
  expect(problem.errors?.map((fault) => fault.field)).toEqual([field]);
  expect([...(await app.sql`select from prepuff_job`)]).toBeEmpty();
});

test("a second job on a station is a conflict that names the running one", async () => {
  const id = await startedId();
  const response = await start({ ...order, company: "Other" });
  expect(response.status).toBe(409);
  const problem = await json(response, problemSchema);
  expect(problem.type).toBe("urn:prepuff:problem:station_busy");
  expect(problem.detail).toStartWith(`Station 1 is at job ${id} for Shelter since `);
  expect(problem.detail).toEndWith("(0 of 200 bags): complete or cancel it first");
});

test("of ten starts at once on a station one is made and nine are conflicts", async () => {
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await start()).status));
  expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
});

test.each(["complete", "cancel"])("%s ends a job once, and then says how it ended", async (action) => {
  const id = await startedId();
  const end = () => app.request("POST", `/api/jobs/${id}/${action}`, { token: app.tokens.operator });
  const job = await json(await end(), jobSchema);
  expect(job.status).toBe(action === "complete" ? "completed" : "cancelled");
  const again = await end();
  expect(again.status).toBe(409);
  expect((await json(again, problemSchema)).detail).toBe(`job ${id} is ${job.status} since ${job.ended_at}`);
  expect(await json(await app.request("GET", `/api/jobs/${id}`))).toEqual(job);
  expect((await start()).status).toBe(201);
});

test("a job that is not there is 404, and an id that is none is 422", async () => {
  for (const [method, path] of [
    ["GET", "/api/jobs/4711"],
    ["POST", "/api/jobs/4711/complete"],
    ["POST", "/api/jobs/4711/cancel"],
  ] as const) {
    expect((await app.request(method, path)).status).toBe(404);
  }
  expect((await app.request("GET", "/api/jobs/first")).status).toBe(422);
  expect((await app.request("GET", "/api/jobs/2147483648")).status).toBe(422);
});

test("jobs are listed newest first, filtered, a page at a time", async () => {
  const first = await startedId({ ...order, station: "A" });
  const second = await startedId({ ...order, station: "B" });
  const third = await startedId({ ...order, station: "C", company: "Other" });
  const list = async (query: string) =>
    json(await app.request("GET", `/api/jobs?${query}`, { token: app.tokens.viewer }), listSchema(jobSchema));
  const ids = async (query: string) => (await list(query)).items.map((job) => job.id);

  const page = await list("limit=2");
  expect(page.items.map((job) => job.id)).toEqual([third, second]);
  expect(await list(`limit=2&cursor=${page.next}`)).toMatchObject({ items: [{ id: first }], next: null });
  expect(await ids("station=B")).toEqual([second]);
  expect(await ids("company=Other&status=active")).toEqual([third]);
  expect(await ids("status=cancelled")).toEqual([]);
  expect((await app.request("GET", "/api/jobs?stations=B")).status).toBe(422);
});

test("a viewer sees jobs and changes none, and a stranger sees none", async () => {
  const id = await startedId();
  const { viewer, ingest } = app.tokens;
  expect((await start(order, viewer)).status).toBe(403);
  expect((await app.request("POST", `/api/jobs/${id}/complete`, { token: viewer })).status).toBe(403);
  expect((await app.request("POST", `/api/jobs/${id}/cancel`, { token: viewer })).status).toBe(403);
  expect((await app.request("GET", "/api/jobs", { token: viewer })).status).toBe(200);
  expect((await app.request("GET", "/api/jobs", { token: ingest })).status).toBe(403);
  expect((await app.request("GET", "/api/jobs", { token: null })).status).toBe(401);
});

test("who looks on hears of every start and end", async () => {
  const heard: AppEvent[] = [];
  const end = app.parts.events.subscribe("test", (event) => heard.push(event));
  const id = await startedId();
  await app.request("POST", `/api/jobs/${id}/complete`);
  await app.request("POST", `/api/jobs/${id}/complete`);
  end();
  const jobs = heard.flatMap((event) => (event.type === "job" ? [event.job] : []));
  expect(
    z
      .array(jobSchema)
      .parse(jobs)
      .map(({ status }) => status),
  ).toEqual(["active", "completed"]);
});

test("a job that nobody put a name to has none; a token's name is one, a role is not", async () => {
  const startedBy = async (token: string, changes: object) => {
    const body = {
      company: "Shelter",
      station: `S ${crypto.randomUUID()}`,
      target_weight: "50",
      quantity: 2,
    };
    const answer = await app.request("POST", "/api/jobs", { token, body: { ...body, ...changes } });
    expect(answer.status).toBe(201);
    return (await json(answer, z.object({ started_by: z.string().nullable() }))).started_by;
  };
  const made = await app.request("POST", "/api/tokens", { body: { name: "night shift", role: "operator" } });
  const { token: named } = await json(made, z.object({ token: z.string() }));
  expect(await startedBy(app.tokens.operator, {})).toBeNull();
  expect(await startedBy(app.tokens.admin, { started_by: null })).toBeNull();
  expect(await startedBy(named, {})).toBe("night shift (operator)");
  expect(await startedBy(named, { started_by: "Ann" })).toBe("Ann");
  // Who did it by the token is in the trail in any case.
  expect((await auditTrail(app.sql)).at(-4)).toMatchObject({ actor: "operator", action: "job.start" });
});
