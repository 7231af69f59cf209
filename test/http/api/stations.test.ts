import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { cancelJob } from "../../../src/records/jobs/jobs.ts";
import type { ScaleView } from "../../../src/scale/presence.ts";
import { createStations } from "../../../src/scale/stations.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { scaleView } from "../../support/presence.ts";

const answer = z.object({
  items: z.array(
    z.object({
      station: z.string(),
      scales: z.array(z.number()),
      active_job: z.object({ id: z.number() }).nullable(),
      last_job: z.object({ id: z.number() }).nullable(),
      last_bag: z.object({ id: z.number() }).nullable(),
    }),
  ),
  as_of: z.string().nullable(),
});

let views: ScaleView[] = [];
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  const config = testConfig({ station: { fallback: "Station 1", byScale: new Map([[12, "Station 10"]]) } });
  app = await testApp({
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
  await emptyTables(app.sql);
});
afterAll(() => app.stop());

const stations = async () =>
  json(await app.request("GET", "/api/stations", { token: tokens.viewer }), answer);

test("those of the configuration are there when nothing ever happened, in the order of people", async () => {
  expect(await stations()).toMatchObject({
    items: [
      { station: "Station 1", scales: [], active_job: null, last_job: null, last_bag: null },
      { station: "Station 10", scales: [12] },
    ],
    as_of: expect.any(String),
  });
});

test("those that scales, jobs and recent bags name are there too, each with its jobs and its last bag", async () => {
  views = [scaleView({ id: 1 }), scaleView({ id: 2 })];
  const now = Date.now();
  const earlier = await startedJob(app.sql, { station: "Station 2" });
  await cancelJob(app.sql, earlier.id, operator);
  const running = await startedJob(app.sql, { station: "Station 2" }, now - 5_000);
  await recordedBag(app.sql, { station: "Station 2", receivedAt: now - 1_000 });
  const last = await recordedBag(app.sql, { station: "Station 2", receivedAt: now });
  await recordedBag(app.sql, { station: "Station 2", receivedAt: now - 2_000 });
  const posted = await recordedBag(app.sql, { station: "Posted", receivedAt: now - 86_400_000 });
  await recordedBag(app.sql, { station: "Closed", receivedAt: now - 31 * 86_400_000 });
  const { items } = await stations();
  expect(items).toMatchObject([
    { station: "Posted", scales: [], active_job: null, last_job: null, last_bag: { id: posted.id } },
    { station: "Station 1", scales: [1, 2], active_job: null, last_bag: null },
    {
      station: "Station 2",
      active_job: { id: running.id },
      last_job: { id: earlier.id },
      last_bag: { id: last.id },
    },
    { station: "Station 10", scales: [12] },
  ]);
});

test("while the database is away they are as they were, with the time of that", async () => {
  const running = await startedJob(app.sql);
  const before = await stations();
  app.setAway(true);
  views = [scaleView({ id: 3 })];
  const away = await stations();
  app.setAway(false);
  expect(away.items[0]).toMatchObject({ station: "Station 1", scales: [3], active_job: { id: running.id } });
  expect(away.as_of).toBe(before.as_of);
});

test("before the database ever answered nobody knows of jobs, and that is said", async () => {
  const fresh = await testApp();
  fresh.setAway(true);
  expect(await json(await fresh.request("GET", "/api/stations"))).toMatchObject({
    items: [{ station: "Station 1", active_job: null }],
    as_of: null,
  });
  await fresh.stop();
});
