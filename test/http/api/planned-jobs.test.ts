import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import type { AppEvent } from "../../../src/events/event.ts";
import { problemSchema } from "../../../src/http/answer/problem.ts";
import { listSchema } from "../../../src/http/request/paging.ts";
import { jobHistorySchema } from "../../../src/records/jobs/job-history.ts";
import { jobSchema } from "../../../src/records/jobs/job-view.ts";
import { productSchema } from "../../../src/records/products/products.ts";
import { emptyTables } from "../../support/bags.ts";
import { json, testApp } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

const request = (method: string, path: string, body?: object) =>
  app.request(method, path, { token: app.tokens.operator, ...(body && { body }) });
const order = { company: "Shelter", station: "Station 1", target_weight: "50", quantity: 20 };
const post = (body: object) => request("POST", "/api/jobs", body);
const plan = async (changes: object = {}) =>
  json(await post({ ...order, status: "planned", ...changes }), jobSchema);
const problem = async (response: Response) => {
  const { type, status, detail } = await json(response, problemSchema);
  return [status, type.split(":").at(-1), detail];
};
const queue = async () => {
  const path = "/api/jobs?status=planned&station=Station%201";
  const { items } = await json(await request("GET", path), listSchema(jobSchema));
  return items.toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0)).map(({ id }) => id);
};

test("jobs are planned, moved, removed and started, and the stations say what comes next", async () => {
  const heard: AppEvent[] = [];
  const end = app.parts.events.subscribe("test", (event) => heard.push(event));
  const [a, b, c] = [await plan(), await plan({ company: "Acme" }), await plan()];
  expect(a).toMatchObject({ status: "planned", place: 1, started_at: null });
  expect((await request("POST", `/api/jobs/${c.id}/move`, { place: 1 })).status).toBe(200);
  expect(await queue()).toEqual([c.id, a.id, b.id]);
  expect((await request("DELETE", `/api/jobs/${a.id}`)).status).toBe(204);
  expect(await queue()).toEqual([c.id, b.id]);
  const stations = z.looseObject({ items: z.array(z.looseObject({ station: z.string() })) });
  const [station] = (await json(await request("GET", "/api/stations"), stations)).items;
  expect(station).toMatchObject({ next_job: { id: c.id }, planned_jobs: 2, next_job_begins: "by_hand" });
  const started = await json(
    await request("POST", `/api/jobs/${b.id}/start`, { started_by: "Eve" }),
    jobSchema,
  );
  expect(started).toMatchObject({ id: b.id, status: "active", started_by: "Eve", place: null });
  end();
  const stationsHeard = heard.map((event) => (event.type === "queue" ? event.queue.station : event.type));
  expect(new Set(stationsHeard)).toEqual(new Set(["job", "Station 1"]));
  expect(await problem(await request("POST", `/api/jobs/${b.id}/start`, {}))).toEqual([
    409,
    "job_not_planned",
    `job ${b.id} is active since ${started.started_at}`,
  ]);
  expect(await problem(await request("POST", `/api/jobs/${c.id}/start`, {}))).toEqual([
    409,
    "station_busy",
    expect.stringContaining(`job ${b.id} for Acme`),
  ]);
  expect((await problem(await request("DELETE", `/api/jobs/${b.id}`)))[1]).toBe("job_not_planned");
  expect((await problem(await request("POST", "/api/jobs/4711/move", { place: 1 })))[0]).toBe(404);
});

test("a station begins the next job by itself where it is set so, and who looks on hears of both", async () => {
  const set = await request("PATCH", "/api/stations/Station%201", { next_job_begins: "by_itself" });
  expect(await json(set)).toEqual({ next_job_begins: "by_itself" });
  const first = await json(await post(order), jobSchema);
  const next = await plan();
  const heard: AppEvent[] = [];
  const end = app.parts.events.subscribe("test", (event) => heard.push(event));
  expect(await json(await request("POST", `/api/jobs/${first.id}/complete`))).toMatchObject({ id: first.id });
  end();
  expect(heard.flatMap((event) => (event.type === "job" ? [[event.job.id, event.job.status]] : []))).toEqual([
    [first.id, "completed"],
    [next.id, "active"],
  ]);
});

test("a job that runs is changed with a reason, and its history says what and from when on", async () => {
  const { id } = await json(await post({ ...order, lot: "L 1" }), jobSchema);
  const change = (body: object) => request("PATCH", `/api/jobs/${id}`, body);
  expect(await problem(await change({ quantity: 30 }))).toEqual([
    422,
    "validation",
    "reason: is missing: the job runs",
  ]);
  expect((await problem(await change({ reason: "none" })))[0]).toBe(422);
  const changed = await json(await change({ quantity: 30, target_weight: "51", reason: "more" }), jobSchema);
  expect(changed).toMatchObject({ quantity: 30, target_weight: "51.00" });
  expect(await json(await change({ lot: "L 2" }), jobSchema)).toMatchObject({ lot: "L 2" });
  const history = await json(await request("GET", `/api/jobs/${id}/history`), jobHistorySchema);
  expect(history).toMatchObject({
    changes: [{ reason: "more", from_bag: null, before: { quantity: 20 }, after: { quantity: 30 } }],
    lots: [{ lot: "L 1" }, { lot: "L 2" }],
  });
  await request("POST", `/api/jobs/${id}/complete`);
  expect((await problem(await change({ quantity: 40, reason: "more" })))[1]).toBe("job_not_open");
  expect((await request("GET", "/api/jobs/4711/history")).status).toBe(404);
});

test("a job takes over what its product says, and keeps it when the product changes", async () => {
  const made = await request("POST", "/api/products", {
    name: "EPS 15",
    target_weight: "50",
    tolerance_percent: "2.5",
    quantity: 80,
    unit: "kg",
    price_per_lb: "1.125",
    bag_volume: "45.5",
    tare: "0.55",
    note: "double liner",
  });
  expect(made.status).toBe(201);
  const product = await json(made, productSchema);
  const body = { company: "Acme", station: "Station 1", product_id: product.id };
  const job = await json(await post(body), jobSchema);
  const taken = {
    product_id: product.id,
    product: "EPS 15",
    target_weight: "50.00",
    tolerance_percent: "2.50",
    quantity: 80,
    unit: "kg",
    price_per_lb: "1.1250",
    bag_volume: "45.500",
    tare: "0.5500",
    note: "double liner",
  };
  expect(job).toMatchObject(taken);
  await request("PATCH", `/api/products/${product.id}`, {
    name: "EPS 15 new",
    target_weight: "55",
    price_per_lb: null,
  });
  expect(await json(await request("GET", `/api/jobs/${job.id}`), jobSchema)).toMatchObject(taken);
  await request("PATCH", `/api/products/${product.id}`, { retired: true });
  const planned = { ...body, status: "planned" };
  expect(await problem(await post(planned))).toEqual([
    422,
    "validation",
    'product_id: product "EPS 15 new" is retired',
  ]);
  expect((await problem(await post({ ...planned, product_id: 4711 })))[2]).toBe(
    "product_id: there is no product 4711",
  );
  expect((await problem(await post({ company: "Acme", station: "Station 1", quantity: 3 })))[2]).toBe(
    "target_weight: is missing",
  );
});

test("products have names of their own, as long as they are in use", async () => {
  const make = (body: object) => request("POST", "/api/products", { target_weight: "50", ...body });
  const { id } = await json(await make({ name: "EPS 15" }), productSchema);
  expect((await problem(await make({ name: "eps 15" })))[1]).toBe("name_taken");
  await request("PATCH", `/api/products/${id}`, { retired: true });
  const other = await json(await make({ name: "eps 15" }), productSchema);
  expect(other).toMatchObject({ tolerance_percent: "10.00", quantity: null, unit: null, retired_at: null });
  expect((await problem(await request("PATCH", `/api/products/${id}`, { retired: false })))[1]).toBe(
    "name_taken",
  );
  const named = async (query: string) => {
    const { items } = await json(await request("GET", `/api/products${query}`), listSchema(productSchema));
    return items.map(({ name }) => name);
  };
  expect(await named("?retired=false")).toEqual(["eps 15"]);
  expect(await named("?retired=true")).toEqual(["EPS 15"]);
  expect((await problem(await request("PATCH", "/api/products/4711", { note: "x" })))[0]).toBe(404);
});

const imported = (csv: string) => request("POST", "/api/products/import", { csv });

test("products are imported from CSV, as spreadsheets of either kind write it", async () => {
  const first = await imported(
    '\uFEFFName,Target weight,quantity,Note\r\n"EPS 15, grey",50.5,80,"says ""wide"""\r\nEPS 20,40,,\r\n',
  );
  expect(await json(first)).toEqual({ made: 2, changed: 0 });
  const second = await imported("name;target_weight;price_per_lb\nEPS 20;41,25;1,1\n\nEPS 30;45;\n");
  expect(await json(second)).toEqual({ made: 1, changed: 1 });
  const { items } = await json(await request("GET", "/api/products"), listSchema(productSchema));
  expect(
    items.map(({ name, target_weight, quantity, price_per_lb, note }) => [
      name,
      target_weight,
      quantity,
      price_per_lb,
      note,
    ]),
  ).toEqual([
    ["EPS 15, grey", "50.50", 80, null, 'says "wide"'],
    ["EPS 20", "41.25", null, "1.1000", null],
    ["EPS 30", "45.00", null, null, null],
  ]);
});

test.each([
  ["an empty file", "", ["csv: is empty"]],
  ["no name", "target_weight\n50", ["line 1: has no column name"]],
  [
    "an unknown column",
    "name,target_weight,colour\nA,50,red",
    ['line 1, column 3: "colour" is none of name, target_weight'],
  ],
  ["a column twice", "name,target_weight,name\nA,50,B", ["line 1, column 3: name is there twice"]],
  [
    "an open quotation mark",
    'name,target_weight\nA,50\n"B,50\n',
    ["line 3: has a quotation mark that is not closed"],
  ],
  [
    "wrong cells",
    "name,target_weight,tolerance_percent,quantity,unit\nA,fifty,10,1.5,lb\nB,50,101,3,stone\n,50,,,",
    [
      "line 2, target_weight: must be a decimal",
      "line 2, quantity: must be",
      "line 3, tolerance_percent: must be a decimal",
      "line 3, unit: must be",
      "line 4, name: is missing",
    ],
  ],
  [
    "a decimal comma between commas",
    "name,target_weight\nA,50,5",
    ["line 2: has 3 cells; the first line has 2"],
  ],
  ["a name twice", "name,target_weight\nA,50\nB,50\na,51", ["line 4, name: is the name of line 2, too"]],
])("a file with %s is refused whole, with each fault's place", async (_, csv, faults) => {
  const response = await imported(csv);
  expect(response.status).toBe(422);
  const { errors } = await json(response, problemSchema);
  const said = (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
  expect(said).toHaveLength(faults.length);
  for (const [index, fault] of faults.entries()) expect(said[index]).toStartWith(fault);
  expect((await json(await request("GET", "/api/products"), listSchema(productSchema))).items).toEqual([]);
});

test("the bags of a lot are listed", async () => {
  expect((await request("GET", "/api/bags?lot=L%201")).status).toBe(200);
  expect((await request("GET", "/api/bags.csv?lot=L%201")).status).toBe(200);
});
