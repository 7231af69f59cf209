import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Registry } from "prom-client";
import { registerProcessMetrics } from "../../src/metrics/process-metrics.ts";
import { registerStateMetrics } from "../../src/metrics/state-metrics.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createStations } from "../../src/scale/stations.ts";
import { operator, recordedBag, startedJob } from "../support/bags.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testApp, testConfig, testJournal, tokens } from "../support/http.ts";
import { isInTime } from "../support/in-time.ts";
import { connectionView, scaleView } from "../support/presence.ts";
import { checking, madeCheck } from "../support/scale-checks.ts";

const now = operator.at + 7_200_000;
const config = testConfig({
  frame: { ...testConfig().frame, aliases: new Map([[90, 1]]) },
  station: { fallback: "Station 1", byScale: new Map([[2, "Station 2"]]) },
});
const journal = testJournal({
  lastSeq: 5,
  recordedThrough: 3,
  entries: 2,
  oldestReceivedAt: now - 30_000,
  diskFreeBytes: 123_456,
});
const scales = [scaleView({ id: 1 }), scaleView({ id: 7, connected: false, lastReadingAt: null })];
/** One has printed; of the others nobody knows yet whose they are. */
const connections = [
  connectionView({ scales: [1] }),
  connectionView({ id: 2, scales: [] }),
  connectionView({ id: 3, scales: [] }),
];
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  const clock = { ...systemClock, now: () => now };
  const presence = {
    scales: () => scales,
    connections: () => connections,
    close: () => false,
    standIns: () => [],
    forget: () => undefined,
  };
  const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
  app = await testApp({ config, clock, journal, presence, stations });
  await app.sql`insert into journal (id) values (${journal.id})`;
  await startedJob(app.sql, { quantity: 10 });
  const receivedAt = operator.at + 3_600_000;
  const entries = [weighed({ receivedAt }), weighed({ receivedAt }), rejected()];
  await recordJournaled(
    app.sql,
    journal.id,
    entries.map((entry, index) => ({ ...entry, seq: index + 1 })),
    [1],
  );
  await app.sql`update delivery set state = 'delivered' where filler_bag_id = 2`;
  await app.sql`
    insert into scale (id, last_seen_at, enabled) values
      (3, now(), null), (4, now() - interval '8 days', null), (5, now(), false)`;
});
afterAll(() => app.stop());

/** The samples of a scrape: `name{labels}` → value. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await app.request("GET", "/metrics", { token: tokens.metrics });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

test("open signals are counted by station and rule, 0 for the rules that are looked for", async () => {
  const name = (rule: string) => `prepuff_spc_signal{station="Station 1",rule="${rule}"}`;
  expect(Object.fromEntries(await scrape())).toMatchObject({ [name("nelson1")]: 0, [name("nelson2")]: 0 });
  await app.sql`
    insert into quality_signal (
      plant_id, station, job_id, rule, side, first_bag_id, first_at, last_bag_id, last_at, points, goes_on, center, weights,
      raised_at
    )
    select 1, 'Station 1', 1, rule, 'above', 1, now(), 1, now(), 1, false, 50, '{50}', now()
    from unnest(array['nelson2', 'we4']) as given (rule)`;
  expect(Object.fromEntries(await scrape())).toMatchObject({
    [name("nelson1")]: 0,
    [name("nelson2")]: 1,
    [name("we4")]: 1,
  });
  await app.sql`
    update quality_signal
    set acknowledged_at = now(), acknowledged_by = 'Ann', cause = 'gate worn', action = 'adjusted'`;
  const after = await scrape();
  expect(after.get(name("nelson2"))).toBe(0);
  expect(after.has(name("we4"))).toBe(false);
});

test("a scrape tells how things stand", async () => {
  expect(Object.fromEntries(await scrape())).toMatchObject({
    prepuff_database_up: 1,
    prepuff_journal_entries: 2,
    prepuff_journal_oldest_seconds: 30,
    prepuff_journal_disk_free_bytes: 123_456,
    prepuff_ledger_missing: 0,
    prepuff_scales_connected: 1,
    prepuff_connections_unidentified: 2,
    'prepuff_job_bags_completed{station="Station 1"}': 2,
    'prepuff_job_bags_target{station="Station 1"}': 10,
    'prepuff_deliveries{destination="Web application",state="pending"}': 1,
    'prepuff_deliveries{destination="Web application",state="delivered"}': 1,
    'prepuff_deliveries{destination="Web application",state="parked"}': 0,
    'prepuff_delivery_oldest_pending_seconds{destination="Web application"}': 3_600,
    'prepuff_scale_last_reading_timestamp_seconds{scale="1"}': Date.UTC(2026, 0, 2, 8, 30) / 1000,
    prepuff_event_clients: 0,
  });
});

test("a scale that should be there and is not reads 0: configured, or seen lately and not disabled", async () => {
  const connected = [...(await scrape())].filter(([name]) => name.startsWith("prepuff_scale_connected"));
  expect(connected).toEqual([
    ['prepuff_scale_connected{scale="2"}', 0],
    ['prepuff_scale_connected{scale="3"}', 0],
    ['prepuff_scale_connected{scale="1"}', 1],
    ['prepuff_scale_connected{scale="7"}', 0],
  ]);
});

test("one that stands in for another is missed under that one's number alone, and a forgotten one leaves nothing", async () => {
  await app.sql`insert into scale (id, last_seen_at) values (90, now()), (91, now())`;
  const before = await scrape();
  expect(before.has('prepuff_scale_connected{scale="90"}')).toBe(false);
  expect(before.has('prepuff_scale_last_reading_timestamp_seconds{scale="90"}')).toBe(false);
  expect(before.get('prepuff_scale_connected{scale="91"}')).toBe(0);
  expect(before.has('prepuff_scale_last_reading_timestamp_seconds{scale="91"}')).toBe(true);
  await app.sql`delete from scale where id in (90, 91)`;
  const after = await scrape();
  expect(after.has('prepuff_scale_connected{scale="91"}')).toBe(false);
  expect(after.has('prepuff_scale_last_reading_timestamp_seconds{scale="91"}')).toBe(false);
});

test("every scale that should be there says on which station it stands", async () => {
  const places = [...(await scrape()).keys()].filter((name) => name.startsWith("prepuff_scale_info"));
  expect(places).toEqual([
    'prepuff_scale_info{scale="2",station="Station 2"}',
    'prepuff_scale_info{scale="3",station="Station 1"}',
    'prepuff_scale_info{scale="1",station="Station 1"}',
    'prepuff_scale_info{scale="7",station="Station 1"}',
  ]);
});

test("a connected scale that prints nothing while its station is at work is silent", async () => {
  const [spoken] = scales.splice(0, 1, scaleView({ id: 1, lastReadingAt: now - 301_000 }));
  const samples = await scrape();
  if (spoken) scales[0] = spoken;
  expect(samples.get('prepuff_scale_silent{scale="1"}')).toBe(1);
  expect(samples.get('prepuff_scale_silent{scale="7"}')).toBe(0);
  expect((await scrape()).get('prepuff_scale_silent{scale="1"}')).toBe(0);
});

test("of scales that are checked it is told whether one failed or is overdue", async () => {
  const name = (what: string) => `prepuff_scale_check_${what}{scale="1"}`;
  const told = async () => {
    const samples = await scrape();
    return [samples.get(name("failed")), samples.get(name("overdue"))];
  };
  expect(await told()).toEqual([undefined, undefined]);
  const body = { ...checking, every: "bags", every_bags: 1 };
  await app.request("PUT", "/api/scales/1/checking", { body });
  expect(await told()).toEqual([0, 0]);
  await madeCheck(app.sql, { scale: 1, at: now, passes: false });
  // At another station, so that the job of the others stays as it is.
  await recordedBag(app.sql, { scale: 1, station: "Station 9", receivedAt: now + 1_000 });
  expect(await told()).toEqual([1, 1]);
  app.setAway(true);
  const away = await told();
  app.setAway(false);
  expect(away).toEqual([undefined, undefined]);
});

test("while the database is away its numbers are left out; the scales' stay", async () => {
  await scrape();
  app.setAway(true);
  const samples = await scrape();
  app.setAway(false);
  expect(samples.get("prepuff_database_up")).toBe(0);
  expect(samples.get("prepuff_journal_entries")).toBe(2);
  expect(samples.get('prepuff_scale_connected{scale="3"}')).toBe(0);
  for (const name of samples.keys()) {
    expect(name).not.toMatch(/^prepuff_(ledger_missing|job_bags|scale_silent|deliver(ies|y_oldest))/);
  }
  expect((await scrape()).get("prepuff_ledger_missing")).toBe(0);
});

describe("a scrape", () => {
  test("waits 2 s at most for a database that hangs, and does not ask it again meanwhile", async () => {
    let asked = 0;
    const hanging = {
      ...app.parts.database,
      up: true,
      run: () => {
        asked++;
        return new Promise<never>(() => undefined);
      },
    };
    const metrics = createMetrics();
    const collect = registerStateMetrics(metrics, { ...app.parts, database: hanging });
    expect(await isInTime(Promise.all([collect(), collect()]), 6_000)).toBe(true);
    expect(asked).toBe(1);
    expect(await metrics.registry.metrics()).toContain("prepuff_journal_entries 2");
  });

  test("does not fail because the journal's disk does", async () => {
    const broken = {
      ...journal,
      get diskFreeBytes(): number {
        throw new Error("ENOENT");
      },
    };
    const metrics = createMetrics();
    await registerStateMetrics(metrics, { ...app.parts, journal: broken })();
    const text = await metrics.registry.metrics();
    expect(text).toContain("prepuff_journal_entries 2");
    expect(text).not.toMatch(/^prepuff_journal_disk_free_bytes/m);
  });
});

test("the process's own metrics are there and make sense, scrape after scrape", async () => {
  const registry = new Registry();
  registerProcessMetrics(registry);
  await registry.metrics();
  await Bun.sleep(20);
  const text = await registry.metrics();
  expect(text).not.toContain("NaN");
  expect(text).not.toMatch(/process_heap_bytes|nodejs_(gc|active|heap|version)/);
  const value = (name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(Math.abs(value("process_start_time_seconds") - performance.timeOrigin / 1000)).toBeLessThan(5);
  expect(value("process_resident_memory_bytes")).toBeWithin(10_000_000, 2_000_000_000);
  expect(value("process_open_fds")).toBeWithin(3, 100_000);
  expect(value("nodejs_eventloop_lag_p99_seconds")).toBeWithin(0, 60);
});
