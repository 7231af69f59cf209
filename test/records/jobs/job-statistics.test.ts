import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Big } from "big.js";
import fc from "fast-check";
import { voidBag } from "../../../src/records/bags/voids.ts";
import {
  type JobStatistics,
  jobStatisticsSchema,
  readJobStatistics,
} from "../../../src/records/jobs/job-statistics.ts";
import { completeJob } from "../../../src/records/jobs/jobs.ts";
import type { Unit } from "../../../src/weighing/units.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, tokens } from "../../support/http.ts";

const minuteMs = 60_000;
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

/** Weighs bags a minute apart, beginning when the job does. */
async function weigh(bags: readonly (readonly [weight: string, unit?: Unit, scale?: number])[]) {
  const made = [];
  for (const [index, [weight, unit = "lb", scale = 1]] of bags.entries()) {
    made.push(
      await recordedBag(app.sql, { weight, unit, scale, receivedAt: operator.at + index * minuteMs }),
    );
  }
  return made;
}

async function statistics(id: number): Promise<JobStatistics> {
  const found = await readJobStatistics(app.sql, 1, id, operator.at);
  if (found === null) throw new Error(`no job ${id}`);
  return jobStatisticsSchema.parse(found);
}

test("a job without bags has no mean, and no bars", async () => {
  const { id } = await startedJob(app.sql);
  expect(await statistics(id)).toEqual({
    job_id: id,
    bags: 0,
    in: 0,
    under: 0,
    over: 0,
    voided: 0,
    mean: null,
    standard_deviation: null,
    minimum: null,
    maximum: null,
    giveaway: null,
    giveaway_percent: null,
    share_in: null,
    first_weighed_at: null,
    last_weighed_at: null,
    bags_per_hour: null,
    finish_estimate: null,
    by_scale: [],
    by_hour: [],
    histogram: [],
  });
});

test("figures are those of pencil and paper", async () => {
  // 50 lb ± 10 %: 45 to 55 are in.
  const { id } = await startedJob(app.sql);
  const [, , , torn] = await weigh([
    ["44.99"],
    ["50.00", "lb", 2],
    ["55.00"],
    ["9999.00"],
    ["55.01", "lb", 2],
    ["51.00"],
  ]);
  await voidBag(app.sql, torn?.id ?? 0, { code: "torn", reason: null }, operator);
  expect(await statistics(id)).toMatchObject({
    bags: 5,
    in: 3,
    under: 1,
    over: 1,
    voided: 1,
    // (44.99 + 50 + 55 + 55.01 + 51) / 5 = 256 / 5
    mean: "51.2000",
    // Squares of -6.21, -1.2, 3.8, 3.81, -0.2 sum to 69.0002; / 4 = 17.25005; its root is 4.15331…
    standard_deviation: "4.1533",
    minimum: "44.99",
    maximum: "55.01",
    // 256 - 5 × 50
    giveaway: "6.00",
    giveaway_percent: "2.4000",
    share_in: "0.6000",
    first_weighed_at: "2025-06-01T08:00:00.000Z",
    last_weighed_at: "2025-06-01T08:05:00.000Z",
    // Five bags: four intervals in five minutes.
    bags_per_hour: "48.0",
    by_scale: [
      // 44.99, 55, 51: the mean is 150.99 / 3; squares of -5.34, 4.67, 0.67 sum to 50.7734; / 2; the root.
      { scale: 1, bags: 3, mean: "50.3300", standard_deviation: "5.0385", under: 1, over: 0 },
      { scale: 2, bags: 2, mean: "52.5050", standard_deviation: "3.5426", under: 0, over: 1 },
    ],
    by_hour: [{ hour: "2025-06-01T08:00:00.000Z", bags: 5, mean: "51.2000", under: 1, over: 1 }],
  });
});

test("the histogram has every bar from the lightest to the heaviest, a tenth of the tolerance wide", async () => {
  const { id } = await startedJob(app.sql);
  await weigh([["49.49"], ["49.50"], ["50.00"], ["50.49"], ["51.00"]]);
  expect((await statistics(id)).histogram).toEqual([
    { from: "49", to: "49.5", bags: 1 },
    { from: "49.5", to: "50", bags: 1 },
    { from: "50", to: "50.5", bags: 2 },
    { from: "50.5", to: "51", bags: 0 },
    { from: "51", to: "51.5", bags: 1 },
  ]);
});

test("what is far out is in the first and the last bar", async () => {
  const { id } = await startedJob(app.sql);
  await weigh([["1.00"], ["39.99"], ["40.00"], ["59.99"], ["60.00"], ["900.00"]]);
  const { histogram } = await statistics(id);
  expect(histogram).toHaveLength(42);
  expect(histogram.at(0)).toEqual({ from: "1.00", to: "40", bags: 2 });
  expect(histogram.at(1)).toEqual({ from: "40", to: "40.5", bags: 1 });
  expect(histogram.at(-2)).toEqual({ from: "59.5", to: "60", bags: 1 });
  expect(histogram.at(-1)).toEqual({ from: "60", to: "900.00", bags: 2 });
});

test("a job without tolerance has bars of 0.1 % of the target", async () => {
  const { id } = await startedJob(app.sql, { tolerance_percent: "0" });
  await weigh([["50.00"], ["50.06"]]);
  expect((await statistics(id)).histogram).toEqual([
    { from: "50", to: "50.05", bags: 1 },
    { from: "50.05", to: "50.1", bags: 1 },
  ]);
});

test("under and over are the verdict's, exact in the printed unit, also where the pounds are rounded", async () => {
  // 50 lb is 22.6796185 kg: ± 0 % means exactly that.
  const { id } = await startedJob(app.sql, { tolerance_percent: "0" });
  await weigh([
    ["22.6796", "kg"],
    ["22.6797", "kg"],
    ["800", "oz"],
  ]);
  expect(await statistics(id)).toMatchObject({ bags: 3, in: 1, under: 1, over: 1 });
});

test("hours are those in which bags were weighed, oldest first", async () => {
  const { id } = await startedJob(app.sql);
  for (const [hours, weight] of [
    [0, "50.00"],
    [0.99, "52.00"],
    [1, "44.00"],
    [26, "56.00"],
  ] as const) {
    await recordedBag(app.sql, { weight, receivedAt: operator.at + hours * 60 * minuteMs });
  }
  expect((await statistics(id)).by_hour).toEqual([
    { hour: "2025-06-01T08:00:00.000Z", bags: 2, mean: "51.0000", under: 0, over: 0 },
    { hour: "2025-06-01T09:00:00.000Z", bags: 1, mean: "44.0000", under: 1, over: 0 },
    { hour: "2025-06-02T10:00:00.000Z", bags: 1, mean: "56.0000", under: 0, over: 1 },
  ]);
});

describe("the finish is estimated", () => {
  test("for an active job, from the pace of its last bags", async () => {
    const { id } = await startedJob(app.sql, { quantity: 10 });
    await weigh(Array.from({ length: 8 }, () => ["50.00"] as const));
    const last = operator.at + 7 * minuteMs;
    const found = await readJobStatistics(app.sql, 1, id, last);
    expect(found?.finish_estimate).toBe(new Date(last + 2 * minuteMs).toISOString());
    await completeJob(app.sql, id, { ...operator, at: last + 1 });
    expect((await readJobStatistics(app.sql, 1, id, last))?.finish_estimate).toBeNull();
  });
});

test("whatever is weighed, the figures agree with exact decimals, and the parts with the whole", async () => {
  const weights = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_200_000 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 30,
  });
  const property = fc.asyncProperty(weights, fc.integer({ min: 0, max: 100 }), async (given, tolerance) => {
    await emptyTables(app.sql);
    const { id } = await startedJob(app.sql, { tolerance_percent: String(tolerance) });
    const bags = given.map(
      ([weight, scale]) => [new Big(weight).div(10_000).toFixed(4), "lb", scale] as const,
    );
    await weigh(bags);
    const found = await statistics(id);
    const sum = bags.reduce((total, [weight]) => total.plus(weight), new Big(0));
    const count = bags.length;
    expect(new Big(found.giveaway ?? "").eq(sum.minus(count * 50))).toBe(true);
    expect(found.mean).toBe(sum.div(count).toFixed(4));
    expect(found.in + found.under + found.over).toBe(count);
    for (const part of [found.by_scale, found.by_hour, found.histogram]) {
      expect(part.reduce((total, { bags: each }) => total + each, 0)).toBe(count);
    }
    for (const { from, to, bags: each } of found.histogram.slice(1, -1)) {
      const inside = bags.filter(([weight]) => new Big(weight).gte(from) && new Big(weight).lt(to));
      expect(each).toBe(inside.length);
    }
  });
  await fc.assert(property, { numRuns: 25 });
}, 60_000);

test("no such job is 404; a viewer may ask", async () => {
  const { id } = await startedJob(app.sql);
  const ask = (job: number) => app.request("GET", `/api/jobs/${job}/statistics`, { token: tokens.viewer });
  expect(await json(await ask(id))).toMatchObject({ job_id: id, bags: 0 });
  expect((await ask(id + 1)).status).toBe(404);
});
