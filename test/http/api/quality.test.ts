import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { capabilitySchema } from "../../../src/records/quality/capability-answer.ts";
import { chartSchema } from "../../../src/records/quality/chart-answer.ts";
import { limitsSchema } from "../../../src/records/quality/limits-schema.ts";
import { referenceSchema } from "../../../src/records/quality/references.ts";
import { scalesSchema } from "../../../src/records/quality/scales-answer.ts";
import type { Unit } from "../../../src/weighing/units.ts";
import { auditTrail, emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

const minuteMs = 60_000;
const ask = (what: string, query: string) =>
  app.request("GET", `/api/quality/${what}?${query}`, { token: tokens.viewer });
const chart = async (query: string) => json(await ask("chart", query), chartSchema);
const capability = async (query: string) => json(await ask("capability", query), capabilitySchema);
const limits = async (query: string) => json(await ask("limits", query), limitsSchema);

/** A minute apart, from the start of the job on. */
async function weigh(weights: readonly string[], changes: { scale?: number; unit?: Unit } = {}) {
  const ids: number[] = [];
  for (const [index, weight] of weights.entries()) {
    const bag = await recordedBag(app.sql, {
      weight,
      receivedAt: operator.at + index * minuteMs,
      ...changes,
    });
    ids.push(bag.id);
  }
  return ids;
}
const times = (count: number, weight: string) => Array.from({ length: count }, () => weight);

test("subgroups are of one scale, in the order of weighing, and what is behind the last full one is left out", async () => {
  const { id } = await startedJob(app.sql);
  await weigh(["50.00", "50.10", "50.20", "50.30", "50.40"]);
  await weigh(["60.00", "60.10", "60.20"], { scale: 2 });
  const found = await chart(`job=${id}&size=2&explain=true`);
  expect(found).toMatchObject({ bags: 8, left_out: 2, points_total: 3, subgroup_size: 2 });
  expect(found.points.map(({ scale, mean, spread }) => [scale, mean.toFixed(2), spread?.toFixed(2)])).toEqual(
    [
      [1, "50.05", "0.10"],
      [2, "60.05", "0.10"],
      [1, "50.25", "0.10"],
    ],
  );
  expect((await chart(`job=${id}&scale=2&chart=i_mr`)).points.map(({ mean }) => mean)).toEqual([
    60, 60.1, 60.2,
  ]);
  // By time: those of one scale in five minutes, of any number.
  const byTime = await chart(`job=${id}&chart=xbar_s&minutes=5`);
  expect(byTime.points.map(({ scale, n }) => [scale, n])).toEqual([
    [2, 3],
    [1, 5],
  ]);
  expect(byTime.location).toBeNull();
});

test("a signal names its rule and its points, and limits of a reference period stay", async () => {
  const { id } = await startedJob(app.sql);
  await weigh([...times(5, "50.00"), "50.40", ...times(9, "50.02")]);
  const found = await chart(`job=${id}&chart=i_mr&center=50&sigma=0.1`);
  expect(found.limits_from).toBe("given");
  expect(found.location).toMatchObject({ center: 50, lower: 49.7 });
  const said = found.signals.map(({ rule, of, side, points }) => `${rule} ${of} ${side} ${points.join(" ")}`);
  expect(said).toEqual([
    "nelson1 location above 5",
    "nelson2 location above 5 6 7 8 9 10 11 12 13 14",
    "limits dispersion above 5",
    "limits dispersion above 6",
  ]);
  expect((await chart(`job=${id}&chart=i_mr&center=50&sigma=0.1&rules=none`)).signals).toHaveLength(2);
  const sums = await chart(`job=${id}&chart=cusum&center=50&sigma=0.1&h=3`);
  expect(sums.signals[0]).toMatchObject({ side: "above", points: [5] });
});

test("voiding a bag and taking that back is nothing", async () => {
  const { id } = await startedJob(app.sql);
  const ids = await weigh(["50.00", "50.10", "49.90", "50.20", "50.30", "50.10"]);
  const before = [await chart(`job=${id}&size=2`), await capability(`job=${id}&size=2`)];
  await voidBag(app.sql, ids[2] ?? 0, { code: "torn", reason: null }, operator);
  expect((await chart(`job=${id}&size=2`)).bags).toBe(5);
  await unvoidBag(app.sql, ids[2] ?? 0, operator);
  expect([await chart(`job=${id}&size=2`), await capability(`job=${id}&size=2`)]).toEqual(before);
});

test("capability is by the job's tolerance unless limits are given, and counts what is out exactly", async () => {
  const { id } = await startedJob(app.sql, { tolerance_percent: "1" });
  await weigh(["49.50", "49.4999", "50.50", "50.5001", "50.00", "50.10", "49.90", "50.20", "49.80", "50.00"]);
  const found = await capability(`job=${id}&explain=true`);
  expect(found).toMatchObject({
    lower: "49.5",
    upper: "50.5",
    target: "50.00",
    limits_from: "job",
    observed_out_bags: { below: 1, above: 1 },
    observed_out: { total: 0.2 },
    subgroups: 2,
  });
  expect(found.normality?.p).toBeGreaterThan(0.05);
  expect(found.explained?.find(({ name }) => name === "ppk")?.value).toBe(found.ppk?.value ?? null);
  expect(found.bag_ids).toHaveLength(10);
  await recordedBag(app.sql, { station: "Station 2" });
  const jobless = await capability("station=Station 2");
  expect(jobless).toMatchObject({ bags: 1, limits_from: "none", cpk: null });
  expect(await capability(`job=${id}&upper=50.1`)).toMatchObject({
    cp: null,
    cpm: null,
    limits_from: "given",
    lower: null,
    observed_out_bags: { below: 0, above: 3 },
  });
});

test("nothing but noise, too few bags, and all alike are answered too", async () => {
  const { id } = await startedJob(app.sql);
  expect(await chart(`job=${id}`)).toMatchObject({ bags: 0, mean: null, points: [], location: null });
  expect(await capability(`job=${id}&lower=1`)).toMatchObject({ bags: 0, ppk: null, histogram: [] });
  expect(await limits(`job=${id}&rule=eu&quantity=50`)).toMatchObject({
    bags: 0,
    holds: null,
    reference_test: null,
  });
  await weigh(times(5, "50.00"));
  expect(await chart(`job=${id}`)).toMatchObject({ points_total: 1, sigma_within: 0, signals: [] });
  expect(await capability(`job=${id}`)).toMatchObject({
    sigma_overall: 0,
    cp: null,
    ppk: null,
    normality: null,
  });
});

test("at 50 lb bags of 49.49 and 48.99 are below T1 and T2; three of 50 are accepted, four are not", async () => {
  const { id } = await startedJob(app.sql);
  await weigh([...times(47, "50.10"), "49.50", "49.49", "49.49"]);
  const first = await limits(`job=${id}&rule=eu&quantity=50&unit=lb&explain=true`);
  expect(first.tne).toBe("226.8");
  expect(first.limits).toMatchObject([
    { name: "t1", value: "49.5", bags_beyond: 2 },
    { name: "t2", value: "49", bags_beyond: 0 },
  ]);
  await weigh(["49.00"]);
  const three = await limits(`job=${id}&rule=eu&quantity=50&batch=500`);
  expect(three.limits.map(({ bags_beyond }) => bags_beyond)).toEqual([3, 0]);
  await weigh(["48.99"]);
  const four = await limits(`job=${id}&rule=eu&quantity=50`);
  expect(four.limits.map(({ bags_beyond }) => bags_beyond)).toEqual([4, 1]);
  expect(four.rules.map(({ holds }) => holds)).toEqual([true, false, false]);
  expect(four.holds).toBe(false);
});

test.each([
  [3, "pass"],
  [4, "fail"],
] as const)("%i bags of 50 below T1: the reference test says %s", async (light, verdict) => {
  const { id } = await startedJob(app.sql);
  await weigh([...times(50 - light, "50.10"), ...times(light, "49.49")]);
  const found = await limits(`job=${id}&rule=eu&quantity=50&explain=true`);
  expect(found.reference_test).toMatchObject({
    batch: 100,
    sample: 50,
    accept: 3,
    reject: 4,
    defective: light,
    contents: verdict,
    average: "pass",
    verdict,
  });
  expect(new Set(found.reference_test?.bags).size).toBe(50);
  // The whole batch is of 50: at most 5 % of them.
  const whole = await limits(`job=${id}&rule=eu&quantity=50&batch=50`);
  expect(whole.reference_test).toMatchObject({ sample: 50, accept: 2, contents: "fail" });
  const larger = await limits(`job=${id}&rule=eu&quantity=50&batch=600`);
  expect(larger.reference_test).toBeNull();
  expect(larger.reference_test_missing).toContain("a sample of 80 bags: there are 50");
});

test("limits are of the weight as it was printed, in any unit", async () => {
  const { id } = await startedJob(app.sql, { target_weight: "22.05" });
  // T1 of 10 kg is 9,850 g.
  await weigh(["9.85", "9.8499"], { unit: "kg" });
  await weigh(["9850", "9849.9"], { unit: "g" });
  const found = await limits(`job=${id}&rule=eu&quantity=10&unit=kg`);
  expect(found.limits[0]).toMatchObject({ value: "9.85", grams: "9850", bags_beyond: 2 });
});

test("USA: the sample error limit; own limits; and what the target costs above the lowest lawful one", async () => {
  const product = { name: "EPS 15", target_weight: "50.5", quantity: 1000, price_per_lb: "2" };
  await app.request("POST", "/api/products", { body: product });
  const body = { company: "Shelter", station: "Station 1", product_id: 1 };
  await app.request("POST", "/api/jobs", { body });
  await app.sql`update prepuff_job set started_at = ${new Date(operator.at)}`;
  await weigh(["49.90", "50.00", "50.05", "49.95", "50.00"]);
  const us = await limits("product=1&rule=us&quantity=50&mav=0.05");
  expect(us.sample_error?.passes).toBe(true);
  expect(us.limits).toMatchObject([{ name: "mav", value: "49.95", bags_beyond: 1 }]);
  expect(us.rules.map(({ holds }) => holds)).toEqual([true, false]);
  const own = await limits("product=1&rule=own&lower=49.95&upper2=50.04");
  expect(own.limits.map(({ name, bags_beyond }) => [name, bags_beyond])).toEqual([
    ["lower", 1],
    ["upper2", 1],
  ]);
  const { lawful_target: target } = await limits("product=1&rule=eu&quantity=50");
  expect(target).toMatchObject({
    lowest_lb: 50,
    target_lb: "50.50",
    bags_30_days: 5,
    price_per_lb: "2.0000",
  });
  expect(target?.cost_30_days).toBeCloseTo(5, 9);
});

test("a product says what is looked at where the question says nothing", async () => {
  await app.request("POST", "/api/products", {
    body: { name: "EPS 15", target_weight: "50", quantity: 100 },
  });
  const put = (body: object, token = tokens.operator) =>
    app.request("PUT", "/api/products/1/quality", { body, token });
  const body = {
    label_rule: "eu",
    label_quantity: "50",
    unit: "lb",
    upper: "51",
    chart_rules: ["we4"],
  };
  expect((await put(body)).status).toBe(200);
  expect((await put(body)).status).toBe(200);
  const set = await app.request("GET", "/api/products/1/quality", { token: tokens.viewer });
  const rest = { mav: null, lower: null, lower2: null, upper2: null, live_reference: null };
  expect(await json(set)).toEqual({ ...body, ...rest });
  // Nothing changed the second time.
  const [, change, ...others] = await auditTrail(app.sql);
  expect(others).toEqual([]);
  expect(change).toMatchObject({
    action: "product.change",
    subject: "product:1",
    before: { label_quantity: null, chart_rules: null },
    after: { label_quantity: "50", chart_rules: ["we4"] },
  });
  await app.request("POST", "/api/jobs", {
    body: { company: "Shelter", station: "Station 1", product_id: 1 },
  });
  await app.sql`update prepuff_job set started_at = ${new Date(operator.at)}`;
  await weigh([...times(8, "49.40"), "51.01", "49.40"]);
  const found = await limits("job=1");
  expect(found).toMatchObject({ rule: "eu", quantity: "50", limits_from: "product", holds: false });
  expect(found.limits.map(({ name, bags_beyond }) => [name, bags_beyond])).toEqual([
    ["t1", 9],
    ["t2", 0],
    ["upper", 1],
  ]);
  expect(await limits("job=1&rule=own&lower=49")).toMatchObject({ limits_from: "given", quantity: null });
  expect((await chart("job=1&chart=i_mr")).rules.map(({ rule }) => rule)).toEqual(["we4"]);
  expect((await chart("job=1&chart=i_mr&rules=nelson3")).rules.map(({ rule }) => rule)).toEqual(["nelson3"]);

  for (const [wrong, says] of [
    [{ label_rule: "us" }, "label_quantity: is missing"],
    [{ label_rule: "eu", label_quantity: "4", unit: "g" }, "must be at least 5 g"],
    [{ lower: "50", lower2: "50" }, "lower: must be above `lower2`"],
    [{ chart_rules: ["nelson9"] }, "chart_rules"],
  ] as const) {
    const answer = await put(wrong);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(await json(answer))).toContain(says);
  }
  expect((await app.request("PUT", "/api/products/9/quality", { body })).status).toBe(404);
});

test("limits of a reference period are frozen by name, and stay when its bags are voided", async () => {
  const { id } = await startedJob(app.sql);
  const ids = await weigh(["50.00", "50.10", "49.90", "50.20", "50.30", "50.10", "49.80", "50.00"]);
  const shown = await chart(`job=${id}&size=2`);
  const body = { name: "Phase I", job: id, chart: "xbar_r", size: 2 };
  const post = (changes: object) =>
    app.request("POST", "/api/quality/references", { body: { ...body, ...changes }, token: tokens.operator });
  const made = await post({});
  expect(made.status).toBe(201);
  const reference = await json(made, referenceSchema);
  expect(reference).toMatchObject({
    name: "Phase I",
    scope: { job: id, station: null, from: null },
    subgroup_size: 2,
    bags: 8,
    points: 4,
    frozen_by: "operator",
    first_at: new Date(operator.at).toISOString(),
  });
  expect([reference.center, reference.sigma]).toEqual([shown.mean ?? 0, shown.sigma_within ?? 0]);
  await voidBag(app.sql, ids[4] ?? 0, { code: "torn", reason: null }, operator);
  const later = await chart(`job=${id}&size=2&reference=${reference.id}`);
  expect(later).toMatchObject({
    limits_from: "reference",
    reference: { name: "Phase I", frozen_by: "operator" },
    location: shown.location,
  });
  expect(later.mean).not.toBe(shown.mean);
  const sums = await chart(`job=${id}&chart=cusum&center=50&reference=${reference.id}`);
  expect(sums.location?.upper).toBeCloseTo(5 * reference.sigma, 12);

  expect((await post({ from: "2030-01-01T00:00:00Z" })).status).toBe(409);
  expect((await post({ job: undefined })).status).toBe(422);
  expect((await ask("chart", `job=${id}&reference=99`)).status).toBe(422);
  expect((await ask("chart", `job=${id}&reference=1&center=50&sigma=1`)).status).toBe(422);
  const remove = () =>
    app.request("DELETE", `/api/quality/references/${reference.id}`, { token: tokens.operator });
  expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
  const trail = (await auditTrail(app.sql)).map(({ action }) => action);
  expect(trail.filter((action) => action.startsWith("quality."))).toEqual([
    "quality.freeze",
    "quality.unfreeze",
  ]);
});

test("scale against scale: what each is off, and that the one that moves is named", async () => {
  const { id } = await startedJob(app.sql, { quantity: 1000 });
  // Ten days; the third scale goes up by 0.02 lb a day. Weights that no day has alike, so that there is scatter.
  for (let day = 0; day < 10; day++) {
    for (const scale of [1, 2, 3]) {
      for (let bag = 0; bag < 6; bag++) {
        const jitter = (((day * 7 + scale * 3 + bag * 5) % 11) - 5) / 1000;
        await recordedBag(app.sql, {
          scale,
          weight: (50 + jitter + (scale === 3 ? 0.02 * day : 0)).toFixed(3),
          receivedAt: operator.at + day * 1440 * minuteMs + bag * minuteMs,
        });
      }
    }
  }
  const answer = await ask("scales", `job=${id}`);
  const found = await json(answer, scalesSchema);
  expect(found).toMatchObject({ verdict: "scales", named: [3], days: 10 });
  expect(found.scales.map(({ scale, bags, days }) => [scale, bags, days])).toEqual([
    [1, 60, 10],
    [2, 60, 10],
    [3, 60, 10],
  ]);
  expect(found.scales[2]?.movement?.per_day).toBeCloseTo(0.02, 2);
  expect(found.scales[2]?.bias).toBeCloseTo(0.09, 2);
  expect(found).toMatchObject({ explained: null, day_means: null });
  const work = await json(await ask("scales", `job=${id}&explain=true`), scalesSchema);
  const value = (named: string) => work.explained?.find(({ name }) => name === named)?.value;
  expect(value("scales.3.bias")).toBe(found.scales[2]?.bias);
  expect(value("scales.3.movement")).toBe(found.scales[2]?.movement?.per_day);
  const meansOf = (wanted: (scale: number) => boolean) => {
    const means = (work.day_means ?? []).flatMap(({ scale, mean }) => (wanted(scale) ? [mean] : []));
    return means.reduce((sum, mean) => sum + mean, 0) / means.length;
  };
  expect(meansOf((scale) => scale === 3) - meansOf((scale) => scale !== 3)).toBeCloseTo(
    found.scales[2]?.bias ?? Number.NaN,
    9,
  );
});

test.each([
  ["chart", "job=1&size=5&minutes=5", "leave `size` out"],
  ["chart", "job=1&size=1", "single bags: `chart=i_mr`"],
  ["chart", "job=1&size=26", "size"],
  ["chart", "job=1&rules=nelson9", "must be of we1"],
  ["chart", "job=1&center=50", "sigma: is missing"],
  ["capability", "job=1&lower=51&upper=50", "must be above `lower`"],
  ["limits", "job=1&rule=eu", "the label's quantity"],
  ["limits", "job=1&rule=eu&quantity=4&unit=g", "must be at least 5 g"],
])("%s?%s is refused: %s", async (what, query, says) => {
  const answer = await ask(what, query);
  expect(answer.status).toBe(422);
  expect(JSON.stringify(await json(answer))).toContain(says);
});
