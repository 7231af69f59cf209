import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { sourceSchema } from "../../src/config/sources/source.ts";
import { checks } from "../../src/health/checks.ts";
import { createPatient, type Patient } from "../cli/patient.ts";
import type { Appliance } from "../support/appliance.ts";
import { recordedBag, startedJob } from "../support/bags.ts";
import { startFakeUpstream, success } from "../support/fake-upstream.ts";
import { json, testApp, testConfig, tokens } from "../support/http.ts";
import { startJob } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { scaleView } from "../support/presence.ts";
import { checking, madeCheck } from "../support/scale-checks.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const shape = z.object({
  items: z.array(
    z.object({
      check: z.string(),
      ok: z.boolean(),
      what: z.string(),
      remedy: z.string().nullable(),
      severity: z.string().nullable(),
      snoozed: z.object({ until: z.string(), by: z.string(), reason: z.string().nullable() }).nullable(),
    }),
  ),
  as_of: z.iso.datetime(),
});

const folder = tempFolder();
let now = Date.now();
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    config: testConfig({ dataDir: folder.path }),
    clock: { now: () => now, sleep: () => Promise.resolve() },
  });
});
afterAll(async () => {
  await app.stop();
  folder[Symbol.dispose]();
});

async function findings(asked: Pick<typeof app, "request"> = app) {
  now += 6_000;
  return json(await asked.request("GET", "/api/findings", { token: tokens.viewer }), shape);
}

test("the appliance says what is wrong and what to do, in the doctor's words, to whoever may read", async () => {
  const { items } = await findings();
  expect(items.find(({ check }) => check === "scales")).toEqual({
    check: "scales",
    ok: false,
    what: "no scale has ever connected",
    remedy: expect.stringContaining("TCP client"),
    severity: "today",
    snoozed: null,
  });
  expect(items.find(({ check }) => check === "count check")).toMatchObject({ ok: true, remedy: null });
  expect(items.filter(({ ok, remedy }) => !ok && remedy === null)).toEqual([]);
  // What only somebody outside can see is not asked.
  expect(items.map(({ check }) => check)).not.toContain("appliance");
});

test("an indicator that another appliance of the plant connects to is told, with the source and the machine", async () => {
  const connection = { kind: "connect", host: "10.0.0.7", port: 4001 };
  const called = sourceSchema.parse({ name: "Silo", connection, dialect: "sma", scale: 7 });
  await using stack = new AsyncDisposableStack();
  const twice = await testApp({
    config: testConfig({ sources: [called] }),
    clock: { now: () => now, sleep: () => Promise.resolve() },
    sourceCallers: { otherOf: () => "press-2" },
  });
  stack.defer(() => twice.stop());
  const { items } = await findings(twice);
  expect(items.find(({ check }) => check === "indicators called twice")).toMatchObject({
    ok: false,
    what: "the appliance on press-2 connects to the same indicator too: source Silo",
    remedy: expect.stringContaining("one connection only"),
  });
});

test("while the database is away what cannot be told is left out", async () => {
  app.setAway(true);
  const { items } = await findings();
  app.setAway(false);
  expect(items.map(({ check }) => check)).toContain("part: database");
});

test("a fact that cannot be read fails its own finding, and no other", async () => {
  await using stack = new AsyncDisposableStack();
  const broken = await testApp({
    config: testConfig({ dataDir: folder.path }),
    presence: {
      connections: () => {
        throw new Error("no connections to be had");
      },
      scales: () => [],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
  stack.defer(() => broken.stop());
  const { items } = await findings(broken);
  const unchecked = items.filter(({ what }) => what.startsWith("could not be checked"));
  expect(unchecked).toEqual(
    ["connections without a scale", "data bits"].map((check) => ({
      check,
      ok: false,
      what: "could not be checked (no connections to be had)",
      remedy: expect.stringContaining("Wait a minute"),
      severity: "today",
      snoozed: null,
    })),
  );
  expect(items.length).toBe((await findings()).items.length);
});

test("scales that failed their check, are to be checked or calibrated, are told; those switched off are not", async () => {
  await using stack = new AsyncDisposableStack();
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const views = [1, 2, 3].map((id) => scaleView({ id }));
  const presence = { connections: () => [], standIns: () => [], forget: () => undefined, close: () => false };
  const checked = await testApp({
    config: testConfig({ dataDir: folder.path }),
    clock,
    presence: { ...presence, scales: () => views },
  });
  stack.defer(() => checked.stop());
  const set = (id: number, changes: object) =>
    checked.request("PUT", `/api/scales/${id}/checking`, { body: { ...checking, ...changes } });
  await set(1, { calibrated_on: "2020-01-01", calibration_due: "2020-12-31" });
  await set(2, { every: "day" });
  await set(3, {});
  await checked.request("PATCH", "/api/scales/3", { body: { enabled: false } });
  for (const scale of [1, 3]) await madeCheck(checked.sql, { scale, at: now, passes: false });
  now += 60_000;
  await recordedBag(checked.sql, { scale: 2, receivedAt: now });
  const told = async () =>
    (await findings(checked)).items.flatMap(({ check, what, severity }) =>
      /^(check|calibration)/.test(check) ? [[check, what, severity]] : [],
    );
  const ofScale1 = [
    ["check of scale 1", "failed the last check with 50 lb", "today"],
    ["calibration of scale 1", "was due on 2020-12-31", "today"],
  ];
  expect(await told()).toEqual([...ofScale1, ["check of scale 2", "to be checked with 50 lb", "know"]]);
  now += 3_600_000;
  expect((await told()).at(-1)).toEqual(["check of scale 2", "the check with 50 lb is overdue", "today"]);
  await madeCheck(checked.sql, { scale: 2, at: now });
  await madeCheck(checked.sql, { scale: 2, at: now, kind: "repeatability", passes: false });
  expect((await told()).at(-1)).toEqual([
    "check of scale 2",
    "shows different weights for one load (repeatability)",
    "today",
  ]);
});

test("a scale that prints another unit than before is told for a day", async () => {
  await using stack = new AsyncDisposableStack();
  const at = now;
  const view = scaleView({ lastReadingAt: at, unit: "kg", unitChange: { from: "lb", at } });
  const changed = await testApp({
    config: testConfig({ dataDir: folder.path }),
    clock: { now: () => now, sleep: () => Promise.resolve() },
    presence: {
      connections: () => [],
      scales: () => [view],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
  stack.defer(() => changed.stop());
  const said = async () =>
    (await findings(changed)).items.flatMap(({ check, ok, what }) =>
      check.startsWith("unit") ? [[check, ok, what]] : [],
    );
  expect(await said()).toEqual([
    ["unit of scale 1", false, expect.stringMatching(/^has printed kg since .*; before that, lb$/)],
  ]);
  now += 86_400_000;
  expect(await said()).toEqual([["units", true, "each scale prints the unit that it printed before"]]);
});

const severityOf = async (asked: Pick<typeof app, "request">, check: string) =>
  (await findings(asked)).items.find((each) => each.check === check)?.severity;

test("an idle station is only told; one that fills bags without a job, or misses a scale in a job, needs somebody", async () => {
  await using stack = new AsyncDisposableStack();
  let view = scaleView({ lastReadingAt: now - 3_600_000 });
  const idle = await testApp({
    config: testConfig({ dataDir: folder.path }),
    clock: { now: () => now, sleep: () => Promise.resolve() },
    presence: {
      connections: () => [],
      scales: () => [view],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
  stack.defer(() => idle.stop());
  expect(await severityOf(idle, "job on Station 1")).toBe("know");
  view = scaleView({ lastReadingAt: now });
  expect(await severityOf(idle, "job on Station 1")).toBe("today");
  view = scaleView({ connected: false, connectedSince: null, lastReadingAt: now - 3_600_000 });
  expect(await severityOf(idle, "scale 1")).toBe("know");
  await startedJob(idle.sql, {}, now);
  expect(await severityOf(idle, "scale 1")).toBe("today");
});

test("a finding is put off by a person until a time, and told again after it, or when somebody says so", async () => {
  const until = new Date(now + 3_600_000).toISOString();
  const put = (body: object, token = tokens.operator) =>
    app.request("POST", "/api/findings/snooze", { token, body });
  const of = async () => (await findings()).items.find(({ check }) => check === "scales");
  expect(await of()).toMatchObject({ severity: "today", snoozed: null });
  expect((await put({ check: "scales", until }, tokens.viewer)).status).toBe(403);
  expect((await put({ check: "scales", until, reason: "no order" })).status).toBe(200);
  expect(await of()).toMatchObject({ ok: false, snoozed: { until, by: "operator", reason: "no order" } });
  expect((await put({ check: "scales", until: null })).status).toBe(200);
  expect((await of())?.snoozed).toBeNull();
  await put({ check: "scales", until });
  now += 3_600_000;
  expect((await of())?.snoozed).toBeNull();
  expect((await put({ check: "scales", until })).status).toBe(422);
  expect((await put({ check: "scales", until: new Date(now + 32 * 86_400_000).toISOString() })).status).toBe(
    422,
  );
  expect((await put({ check: "weather", until: null })).status).toBe(404);
});

test("those who ask at once, and soon after, share one look", async () => {
  const first = await findings();
  const ask = () => app.request("GET", "/api/findings").then((answer) => json(answer, shape));
  const others = await Promise.all([ask(), ask()]);
  now += 1_000;
  expect([...others, await ask()].map(({ as_of: at }) => at)).toEqual([
    first.as_of,
    first.as_of,
    first.as_of,
  ]);
  now += 2_000;
  expect((await ask()).as_of).not.toBe(first.as_of);
});

/** What changes from one second to the next. */
const withoutTimes = (text: string) =>
  text.replace(/\d+ s ago|for \d+ s|attempts so far: \d+|\d+\.\d GiB/g, "…");

/** What the appliance finds, each looked up in what `prepuff doctor` says of it at the same time. */
async function bothFind(patient: Patient, appliance: Appliance) {
  let { items }: z.output<typeof shape> = { items: [], as_of: "" };
  // A part that starts may be up a moment later, when the doctor asks.
  await until("its parts have started", async () => {
    ({ items } = shape.parse(await (await appliance.api("/api/findings")).json()));
    return !items.some(({ what }) => what.includes("not connected yet"));
  });
  const { lines } = await patient.examine();
  return {
    checks: items.map(({ check }) => check),
    inside: items.map(({ ok, what }) => withoutTimes(`${ok ? "passed" : "failed"}: ${what}`)),
    outside: items.map(({ check }) => withoutTimes(lines.get(check) ?? "")),
  };
}

test("says the same as `prepuff doctor` of the same appliance", async () => {
  using plant = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  const patient = createPatient(plant.path, url);
  await using appliance = await patient.start();
  await appliance.ready();
  using line = await connectScale(appliance.scalePort);
  await line.send("1,45.20 lb\r\n1;45.20 lb\r\n");
  await until("both are recorded", async () => {
    const { rejected } = z
      .object({ rejected: z.int() })
      .parse(await (await appliance.api("/api/ledger")).json());
    return rejected === 1;
  });
  const { checks: made, inside, outside } = await bothFind(patient, appliance);
  expect(outside).toEqual(inside);
  expect(made).toEqual([
    "part: scales' port",
    "part: local store",
    "part: database",
    "disk room",
    "scale 1",
    "units",
    "bags in doubt",
    "connections without a scale",
    "data bits",
    "indicators called twice",
    "job on Station 1",
    "station names",
    "checks of scales",
    "signals",
    "rejected prints",
    "connections of no scale",
    "local store",
    "count check",
    "refused connections",
    "open files",
    "log",
    "database fallback",
    "reports by mail",
  ]);
  expect(checks.filter(({ inside }) => inside).length).toBeGreaterThan(10);
}, 60_000);

test("says the same as `prepuff doctor` of bags that wait, are held back or were answered oddly, and of a database that fell back", async () => {
  await using stack = new AsyncDisposableStack();
  const plant = stack.use(tempFolder());
  const { url, sql } = await testDatabase();
  const upstream = startFakeUpstream(({ number }) => {
    const taken = JSON.stringify({ success: true, bag_id: 1, bag_num: 1, in_tolerance: true });
    if (number === 1) return new Response(`Warning: no time zone ${taken}`);
    if (number === 2) return new Response("", { status: 422 });
    // Asked once: with each further failure both would have to look at the same moment.
    return new Response("", { status: 500, headers: { "retry-after": "3600" } });
  });
  stack.defer(() => upstream.stop());
  const patient = createPatient(plant.path, url, { PREPUFF_UPSTREAM_URL: upstream.url });
  const appliance = stack.use(await patient.start());
  await appliance.ready();
  const line = stack.use(await connectScale(appliance.scalePort));
  await line.send("1,50.00 lb\r\n1,51.00 lb\r\n1,52.00 lb\r\n");
  await until("the third was tried", async () => {
    const [row] = await sql<{ n: number }[]>`
      select count(*) as n from delivery where state = 'pending' and last_error is not null`;
    return row?.n === 1;
  });
  const now = new Date();
  const span = { weighed_from: new Date(now.getTime() - 600_000), weighed_until: now };
  for (const [action, detail] of [
    ["database.fell_back", { from: null, until: now, again: 3, missing: 1 }],
    ["database.recorded_again", { bags: 3, without_job: 3, ...span }],
  ] as const) {
    await sql`
      insert into audit_event (at, actor, action, subject, detail)
      values (${now}, 'appliance', ${action}, 'journal:1', ${sql.json(JSON.parse(JSON.stringify(detail)))})`;
  }

  const { checks: made, inside, outside } = await bothFind(patient, appliance);
  expect(outside).toEqual(inside);
  const found = (check: string) => inside[made.indexOf(check)];
  expect(found("waiting bags")).toMatch(/^passed: 1, the oldest …; bag \d+: …, last: .*500/);
  expect(found("bags held back")).toMatch(
    /^failed: 1 refused by the web application; bag \d+ of Station 1: /,
  );
  expect(found("web application's answers")).toStartWith("failed: bags taken since the start with other");
  expect(found("database fallback")).toEndWith(
    "bags recorded again: 3; prints that the local store no longer had: 1; bags of that time without a job now: 3",
  );
}, 60_000);

test("says the same as `prepuff doctor` of bags that the web application judges otherwise, and of a job that it should keep", async () => {
  await using stack = new AsyncDisposableStack();
  const plant = stack.use(tempFolder());
  const { url } = await testDatabase();
  const upstream = startFakeUpstream(() => success({ in_tolerance: false }));
  stack.defer(() => upstream.stop());
  const forwarding = { PREPUFF_UPSTREAM_URL: upstream.url };
  const patient = createPatient(plant.path, url, forwarding);
  {
    await using appliance = await patient.start();
    await appliance.ready();
    await startJob(appliance, { company: "Acme" });
    using line = await connectScale(appliance.scalePort);
    await line.send("1,50.00 lb\r\n1,60.00 lb\r\n");
    await until("both are judged there", async () => (await disputed(appliance)) === 1);
    const { checks: made, inside, outside } = await bothFind(patient, appliance);
    expect(outside).toEqual(inside);
    expect(inside[made.indexOf("web application's verdicts")]).toMatch(
      /^failed: bags of Station 1 in the last day judged differently: 1, such as bag \d+ of 50.00 lb: in tolerance here, out of tolerance there$/,
    );
  }
  const moved = createPatient(plant.path, url, { ...forwarding, PREPUFF_JOBS: "upstream" });
  await using appliance = await moved.start();
  await appliance.ready();
  const { checks: made, inside, outside } = await bothFind(moved, appliance);
  expect(outside).toEqual(inside);
  expect(inside[made.indexOf("job on Station 1")]).toMatch(
    /^failed: job \d+ for Acme still runs here, but jobs are kept in the web application$/,
  );
  expect(made).not.toContain("web application's verdicts");
  const refused = await appliance.api("/api/jobs", {
    method: "POST",
    body: { company: "Acme", station: "Station 2", target_weight: "50", quantity: 1 },
  });
  expect({ status: refused.status, ...z.object({ type: z.string() }).parse(await refused.json()) }).toEqual({
    status: 409,
    type: "urn:prepuff:problem:jobs_upstream",
  });
}, 60_000);

async function disputed(appliance: Appliance): Promise<number> {
  const answer = await appliance.api("/api/bags?disputed=true");
  return z.object({ items: z.array(z.unknown()) }).parse(await answer.json()).items.length;
}
