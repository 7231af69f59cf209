import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { densityOf } from "../../../src/quality/density.ts";
import { recordJournaled } from "../../../src/recording/record.ts";
import { bagSchema } from "../../../src/records/bags/bag-view.ts";
import { jobSchema } from "../../../src/records/jobs/job-view.ts";
import { productSchema } from "../../../src/records/products/products.ts";
import { chartSchema } from "../../../src/records/quality/chart-answer.ts";
import { scaleSchema } from "../../../src/records/scales/scale-list.ts";
import type { Unit } from "../../../src/weighing/units.ts";
import { auditTrail, emptyTables, operator, recordedBag } from "../../support/bags.ts";
import { weighed } from "../../support/entries.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
  await app.sql`insert into scale (id) values (1), (2)`;
});
beforeEach(async () => {
  await emptyTables(app.sql);
  for (const id of [1, 2]) await setGross(id, id === 1);
  await app.sql`truncate audit_event restart identity`;
});
afterAll(() => app.stop());

const send = (method: "POST" | "PATCH" | "GET", path: string, body?: object) =>
  app.request(method, path, { token: tokens.operator, ...(body !== undefined && { body }) });

const product = {
  name: "EPS 15",
  target_weight: "50",
  tolerance_percent: "10",
  quantity: 1_000,
  tare: "0.55",
  bag_volume: "48",
};

/** A job of a product whose empty bag weighs 0.55 lb; it begins before the bags of `weigh`. */
async function startedJob(changes: object = {}) {
  const made = await json(await send("POST", "/api/products", { ...product, ...changes }), productSchema);
  const started = await send("POST", "/api/jobs", {
    company: "Acme",
    station: "Station 1",
    product_id: made.id,
  });
  const job = await json(started, jobSchema);
  await app.sql`update prepuff_job set started_at = ${new Date(operator.at)} where id = ${job.id}`;
  return job;
}

const bag = async (id: number) => json(await send("GET", `/api/bags/${id}`), bagSchema);
const setGross = (id: number, isGross: boolean) =>
  app.request("PATCH", `/api/scales/${id}`, { token: tokens.admin, body: { weighs_gross: isGross } });
const weigh = async (weight: string, changes: { unit?: Unit; scale?: number } = {}) =>
  bag((await recordedBag(app.sql, { weight, gross: changes.scale !== 2, ...changes })).id);

test("of a scale that weighs gross the product's tare is taken off, and the gross is kept beside it", async () => {
  const job = await startedJob();
  expect(job.tare).toBe("0.5500");
  expect(await weigh("50.55")).toMatchObject({
    weight: "50.00",
    unit: "lb",
    weight_lb: "50.00",
    gross: "50.55",
    tare: "0.55",
    in_tolerance: true,
  });
  // The bounds are 45 and 55 lb of beads.
  expect(await weigh("55.55")).toMatchObject({ in_tolerance: true });
  expect(await weigh("55.56")).toMatchObject({ in_tolerance: false });
  expect(await weigh("45.54")).toMatchObject({ in_tolerance: false });
  expect(await weigh("22.9293", { unit: "kg" })).toMatchObject({
    weight: "22.6798",
    gross: "22.9293",
    tare: "0.2495",
    weight_lb: "50.0004",
  });
});

test("a scale that weighs net is left alone, and so is a job without a tare", async () => {
  await startedJob();
  expect(await weigh("50.55", { scale: 2 })).toMatchObject({ weight: "50.55", gross: null, tare: null });
  await emptyTables(app.sql);
  await startedJob({ tare: null });
  expect(await weigh("50.55")).toMatchObject({ weight: "50.55", gross: null, tare: null });
});

test("of an empty bag nothing is taken off: it is a bag that is too light", async () => {
  await startedJob();
  expect(await weigh("0.55")).toMatchObject({ weight: "0.55", tare: null, in_tolerance: false });
});

test("a bag without a job is gross until it is assigned, alone or with others", async () => {
  const before = await weigh("50.55");
  const others = [await weigh("50.60"), await weigh("50.70", { scale: 2 })];
  expect(before).toMatchObject({
    weight: "50.55",
    gross: null,
    tare: null,
    in_tolerance: null,
    density: null,
  });
  const job = await startedJob();
  const assigned = await json(
    await send("POST", `/api/bags/${before.id}/assign`, { job_id: job.id }),
    bagSchema.loose(),
  );
  expect(assigned).toMatchObject({ weight: "50.00", gross: "50.55", tare: "0.55", in_tolerance: true });
  const span = {
    from: new Date(operator.at).toISOString(),
    to: new Date(operator.at + 86_400_000).toISOString(),
  };
  expect((await send("POST", `/api/jobs/${job.id}/assign`, span)).status).toBe(200);
  expect(await Promise.all(others.map(async ({ id }) => (await bag(id)).weight))).toEqual(["50.05", "50.70"]);
});

test("a bag that is entered or posted again under its key is the same, by what the scale showed", async () => {
  const job = await startedJob();
  const enter = (weight: string) =>
    app.request("POST", "/api/bags", {
      token: tokens.operator,
      body: { station: "Station 1", scale: 1, weight, unit: "lb" },
      headers: { "idempotency-key": "once" },
    });
  const first = await json(await enter("50.55"), bagSchema);
  expect(first).toMatchObject({ job_id: job.id, weight: "50.00", gross: "50.55" });
  expect(await json(await enter("50.55"), bagSchema)).toMatchObject({ id: first.id });
  expect((await enter("50.00")).status).toBe(422);
  const post = (weight: string) =>
    app.request("POST", "/api/prepuff/scan_bag", {
      token: tokens.ingest,
      body: { weight, unit: "lb", scale: 1, station: "Station 1" },
      headers: { "idempotency-key": "once" },
    });
  expect((await post("50.55")).status).toBe(200);
  expect((await post("50.55")).status).toBe(200);
  expect((await post("50.00")).status).toBe(422);
});

test("what a person sets is in the audit trail, and a scale says how it weighs", async () => {
  const changed = await setGross(2, true);
  expect(await json(changed, scaleSchema)).toMatchObject({ id: 2, weighs_gross: true });
  const made = await json(await send("POST", "/api/products", product), productSchema);
  await send("PATCH", `/api/products/${made.id}`, { tare: "0.6" });
  expect(
    (await auditTrail(app.sql)).map(({ action, before, after }) => [action, before, after]),
  ).toMatchObject([
    ["scale.change", { weighs_gross: false }, { weighs_gross: true }],
    ["product.create", null, { tare: "0.5500" }],
    ["product.change", { tare: "0.5500" }, { tare: "0.6000" }],
  ]);
  const wrong = await send("POST", "/api/products", { ...product, name: "Other", tare: "0" });
  expect(wrong.status).toBe(422);
});

test("the density follows from the net weight and the volume of the product's bag", async () => {
  await startedJob();
  expect((await weigh("50.55")).density).toEqual({ lb_per_ft3: "1.0417", kg_per_m3: "16.686" });
  // 1 lb/ft³ = 16.018463… kg/m³ (NIST SP 811, appendix B.8).
  expect(densityOf("1", "1")).toEqual({ lb_per_ft3: "1.0000", kg_per_m3: "16.018" });
});

test("densities are charted as weights are, without bags that have no volume", async () => {
  await startedJob();
  for (const weight of ["50.55", "50.65", "50.75"]) await weigh(weight);
  const chart = async (query: string) =>
    json(await send("GET", `/api/quality/chart?chart=i_mr&station=Station%201&${query}`), chartSchema);
  const weights = await chart("");
  const found = await chart("unit=kg/m3&explain=true");
  expect(found).toMatchObject({ unit: "kg/m3", bags: 3, points_total: 3 });
  // As the bags say it: 16.686, 16.719 and 16.753.
  expect(found.points.map(({ value }) => value.toFixed(3))).toEqual(["16.686", "16.719", "16.753"]);
  const perPound = 0.45359237 / (48 * 0.028316846592);
  expect(found.sigma_within).toBeCloseTo((weights.sigma_within ?? 0) * perPound, 10);
  expect(found.location?.upper).toBeCloseTo((weights.location?.upper ?? 0) * perPound, 10);
  expect(found.explained?.find(({ name }) => name === "density")?.value).toBeCloseTo(16.018463, 6);
  await app.sql`update prepuff_job set bag_volume = null`;
  expect(await chart("unit=lb/ft3")).toMatchObject({ unit: "lb/ft3", bags: 0, points: [] });
  expect((await send("GET", "/api/quality/chart?unit=lb/ft3&reference=1")).status).toBe(422);
});

test("net and tare are what was printed, in every unit, and the verdict is that of the net weight", async () => {
  await startedJob({ tare: "0.3333" });
  const print = fc.record({
    unit: fc.constantFrom<Unit>("lb", "kg", "g", "oz"),
    scale: fc.constantFrom(1, 2),
    ten: fc.integer({ min: 1, max: 9_999_999 }),
    decimals: fc.integer({ min: 0, max: 4 }),
  });
  let seq = 0;
  await app.sql`insert into journal (id) values ('00000000-0000-4000-8000-000000000001')`;
  await fc.assert(
    fc.asyncProperty(fc.array(print, { minLength: 1, maxLength: 20 }), async (prints) => {
      const entries = prints.map(({ unit, scale, ten, decimals }) => ({
        ...weighed({
          unit,
          scale,
          gross: scale === 1,
          weight: (ten / 10 ** decimals).toFixed(decimals),
          receivedAt: operator.at + 1,
        }),
        seq: ++seq,
      }));
      await recordJournaled(app.sql, "00000000-0000-4000-8000-000000000001", entries, []);
      const rows = await app.sql<{ is_right: boolean }[]>`
        select
          b.in_tolerance is not distinct from is_in_tolerance(b.weight, b.unit, b.target_weight, b.tolerance_percent)
            and b.weight + coalesce(b.tare, 0) = e.printed
            and b.weight_lb = weight_in_lb(b.weight, b.unit)
            and (b.tare is not null) = (b.scale_id = 1 and e.printed > round(0.3333 * units_per_lb(b.unit), 4))
            and coalesce(b.tare, 0) in (0, round(0.3333 * units_per_lb(b.unit), 4)) as is_right
        from unnest(${entries.map(({ uid }) => uid)}::uuid[], ${entries.map(({ weight }) => weight)}::numeric[]) as e (uid, printed)
        join filler_bag b using (uid)`;
      expect(rows.map(({ is_right: isRight }) => isRight)).toEqual(prints.map(() => true));
    }),
    { numRuns: 30 },
  );
});
