import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { z } from "zod";
import { type AskedCheckOf, askedCheckSchema } from "../../../src/records/scale-checks/asked.ts";
import { standingSchema } from "../../../src/records/scale-checks/standing.ts";
import { createArmedChecks } from "../../../src/scale/armed-checks.ts";
import { createStations } from "../../../src/scale/stations.ts";
import { auditTrail, emptyTables, recordedBag } from "../../support/bags.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { type MadeCheck, madeCheck, checking as plain } from "../../support/scale-checks.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const minute = 60_000;
const hour = 60 * minute;
const config = testConfig({
  station: { fallback: "Station 1", byScale: new Map([[3, "Station 3"]]) },
  frame: { ...testConfig().frame, aliases: new Map([[9, 3]]) },
});
// Noon, in the middle of the day shift.
const clock = createFakeClock(Date.UTC(2026, 0, 5, 12));
const checks = createArmedChecks<AskedCheckOf>(clock, silentLogger);
const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ config, stations, clock, checks });
  const shifts = [
    { name: "Day", starts: "06:00", ends: "18:00", days: [1, 2, 3, 4, 5, 6, 7] },
    { name: "Night", starts: "18:00", ends: "06:00", days: [1, 2, 3, 4, 5, 6, 7] },
  ];
  const calendar = { time_zone: "UTC", day_starts: "06:00", week_starts: 1, standstill_minutes: 10 };
  await app.request("PUT", "/api/shifts", { body: { ...calendar, currency: "USD", shifts } });
});
beforeEach(async () => {
  await emptyTables(app.sql);
  await app.sql`truncate scale, scale_checking, scale_check_request cascade`;
  stations.set({ scale: 3, station: null, enabled: null, aliasOf: null, weighsGross: false });
});
afterAll(async () => {
  checks.stop();
  await app.stop();
});

const fifty = { name: "50 lb", weight: "50", unit: "lb" } as const;
const ten = { name: "10 lb", weight: "10", unit: "lb" } as const;

function set(changes: object = {}, token = tokens.admin) {
  return app.request("PUT", "/api/scales/3/checking", { token, body: { ...plain, ...changes } });
}

function ask(body: object = {}, id = 3) {
  return app.request("POST", `/api/scales/${id}/checks`, { token: tokens.operator, body });
}

async function standing() {
  return (
    await json(await app.request("GET", "/api/scales/3/checking"), z.object({ standing: standingSchema }))
  ).standing;
}

function asked(uid: string) {
  return app.request("GET", `/api/scales/3/checks/${uid}`).then((answer) => json(answer, askedCheckSchema));
}

const made = (changes: Partial<MadeCheck> = {}) =>
  madeCheck(app.sql, { scale: 3, at: clock.now(), ...changes });

describe("what a scale is checked by", () => {
  test("is set whole, and the audit trail has it before and after", async () => {
    expect(await json(await set({ every: "shift", blocks_jobs: true, weights: [fifty, ten] }))).toMatchObject(
      {
        ...{ scale: 3, station: "Station 3", division: "0.02", unit: "lb", class: "hb44-iii", steps: null },
        ...{ every: "shift", every_bags: null, blocks_jobs: true, weights: [ten, fifty], asked: null },
        standing: { check: "ok", missing: [], failed: [], checked_at: null },
      },
    );
    await set({ document: "Certificate 4711", calibrated_on: "2026-01-02", calibration_due: "2027-01-02" });
    expect(await json(await app.request("GET", "/api/scale-checks"))).toMatchObject({
      items: [{ scale: 3, every: null, weights: [fifty], document: "Certificate 4711" }],
    });
    expect((await app.request("DELETE", "/api/scales/3/checking")).status).toBe(204);
    expect((await app.request("GET", "/api/scales/3/checking")).status).toBe(404);
    const trail = await auditTrail(app.sql);
    expect(trail).toMatchObject([
      {
        action: "scale.checking",
        subject: "scale:3",
        before: null,
        after: { every: "shift", weights: ["10 lb: 10 lb", "50 lb: 50 lb"] },
      },
      { before: { every: "shift", document: null }, after: { every: null, document: "Certificate 4711" } },
      { before: { weights: ["50 lb: 50 lb"] }, after: null },
    ]);
  });

  test.each([
    [{ class: "own" }, "steps"],
    [{ steps: [{ up_to: "500", divisions: "1" }] }, "steps"],
    [
      {
        class: "own",
        steps: [
          { up_to: "5000", divisions: "1" },
          { up_to: "500", divisions: "2" },
        ],
      },
      "steps.1.up_to",
    ],
    [{ every: "bags" }, "every_bags"],
    [{ every: "day", every_bags: 5 }, "every_bags"],
    [{ weights: [] }, "weights"],
    [{ weights: [fifty, { ...fifty, name: "50 LB" }] }, "weights.1.name"],
    // 10,000 divisions are the most of class III in Europe.
    [{ class: "eu-iii", division: "0.001" }, "weights.0.weight"],
    [{ calibrated_on: "2026-01-02", calibration_due: "2026-01-01" }, "calibration_due"],
    [{ calibrated_on: "0000-01-01" }, "calibrated_on"],
    [{ calibrated_on: "2 January" }, "calibrated_on"],
  ])("%j is refused at %s", async (changes, field) => {
    const answer = await set(changes);
    expect(answer.status).toBe(422);
    const { errors } = await json(answer, z.object({ errors: z.array(z.object({ field: z.string() })) }));
    expect(errors.map((error) => error.field)).toContain(field);
  });

  test("goes with a scale that is removed; checks that were made stay", async () => {
    await app.sql`insert into scale (id, name) values (7, 'Silo 7')`;
    const put = await app.request("PUT", "/api/scales/7/checking", { body: plain });
    expect(put.status).toBe(200);
    await madeCheck(app.sql, { scale: 7, at: clock.now() });
    expect((await app.request("DELETE", "/api/scales/7")).status).toBe(204);
    expect((await app.request("GET", "/api/scales/7/checking")).status).toBe(404);
    expect(await json(await app.request("GET", "/api/scales/7/checks"))).toMatchObject({
      items: [{ scale: 7, weight_name: "50 lb", prints: [{ weight: "50.02", unit: "lb" }] }],
    });
  });

  test("is not set for what was never seen, and not for one that stands in for another", async () => {
    const put = (id: number) => app.request("PUT", `/api/scales/${id}/checking`, { body: plain });
    expect((await put(77)).status).toBe(404);
    const standIn = await put(9);
    expect(standIn.status).toBe(409);
    expect(await json(standIn)).toMatchObject({ type: "urn:prepuff:problem:scale_stands_in" });
  });
});

describe("a check that is asked for", () => {
  test("waits for a minute, then the print is a bag again, and the row says so", async () => {
    await set();
    const check = await json(await ask(), askedCheckSchema);
    expect(check).toMatchObject({
      ...{ state: "waiting", weight_name: "50 lb", weight: "50", allowed: "0.06", weighings: 1 },
      ...{
        asked_by: "operator",
        station: "Station 3",
        expires_at: new Date(clock.now() + minute).toISOString(),
      },
    });
    expect(await json(await app.request("GET", "/api/scale-checks"))).toMatchObject({
      items: [{ asked: { uid: check.uid, state: "waiting" } }],
    });
    await clock.advance(minute);
    expect(checks.take(3, { weight: "50", unit: "lb" }, clock.now())).toBeNull();
    expect((await asked(check.uid)).state).toBe("expired");
  });

  test("is called off, or replaced by the next one", async () => {
    await set({ weights: [fifty, ten] });
    const first = await json(await ask({ weight: "50 lb" }), askedCheckSchema);
    const second = await json(await ask({ weight: "10 LB" }), askedCheckSchema);
    expect(second.weight).toBe("10");
    expect((await asked(first.uid)).state).toBe("replaced");
    // At another scale there is no such check, and this one goes on.
    expect((await app.request("DELETE", `/api/scales/2/checks/${second.uid}`)).status).toBe(404);
    expect((await asked(second.uid)).state).toBe("waiting");
    const cancel = () =>
      app.request("DELETE", `/api/scales/3/checks/${second.uid}`, { token: tokens.operator });
    expect(await json(await cancel())).toMatchObject({ state: "cancelled" });
    expect(checks.take(3, { weight: "10", unit: "lb" }, clock.now())).toBeNull();
    expect(await json(await cancel())).toMatchObject({ state: "cancelled" });
  });

  test("has its print in memory until PostgreSQL has it", async () => {
    await set();
    const check = await json(await ask(), askedCheckSchema);
    expect(checks.take(3, { weight: "50.02", unit: "lb" }, clock.now())).toBe(check.uid);
    const printed = await asked(check.uid);
    expect(printed).toMatchObject({
      state: "printed",
      prints: [{ weight: "50.02", unit: "lb" }],
      result: null,
    });
  });

  test("of another plant is not called off, nor seen", async () => {
    await set();
    const { uid } = await json(await ask(), askedCheckSchema);
    const [plant] = await app.sql<{ id: number }[]>`insert into plant (name) values ('North') returning id`;
    await app.sql`update scale_check_request set plant_id = ${plant?.id ?? 0} where uid = ${uid}`;
    expect((await app.request("DELETE", `/api/scales/3/checks/${uid}`)).status).toBe(404);
    const [row] = await app.sql`select state from scale_check_request where uid = ${uid}`;
    expect(row).toEqual({ state: "waiting" });
  });

  test("is not called off once it has its print, which is on its way to PostgreSQL", async () => {
    await set();
    const check = await json(await ask(), askedCheckSchema);
    expect(checks.take(3, { weight: "50.02", unit: "lb" }, clock.now())).toBe(check.uid);
    const cancelled = await app.request("DELETE", `/api/scales/3/checks/${check.uid}`);
    expect(await json(cancelled)).toMatchObject({ state: "printed", prints: [{ weight: "50.02" }] });
    expect((await asked(check.uid)).state).toBe("printed");
  });

  test("is refused with what is wrong", async () => {
    expect((await ask()).status).toBe(404);
    await set({ weights: [fifty, ten] });
    expect((await ask()).status).toBe(422);
    expect((await ask({ weight: "20 lb" })).status).toBe(422);
    expect((await ask({ kind: "repeatability", weight: "50 lb" })).status).toBe(422);
    expect((await ask({ weight: "50 lb" }, 9)).status).toBe(409);
    stations.set({ scale: 3, station: null, enabled: false, aliasOf: null, weighsGross: false });
    expect(await json(await ask({ weight: "50 lb" }))).toMatchObject({
      type: "urn:prepuff:problem:scale_disabled",
    });
    expect((await app.request("GET", `/api/scales/3/checks/${Bun.randomUUIDv7()}`)).status).toBe(404);
  });

  test("needs PostgreSQL, and nothing waits where it is away", async () => {
    await set();
    app.setAway(true);
    const answer = await ask();
    app.setAway(false);
    expect(answer.status).toBe(503);
    expect(await json(answer)).toMatchObject({ type: "urn:prepuff:problem:database_away" });
    expect(checks.take(3, { weight: "50", unit: "lb" }, clock.now())).toBeNull();
  });
});

describe("when a check is due", () => {
  const bag = () => recordedBag(app.sql, { scale: 3, station: "Station 3", receivedAt: clock.now() });

  test("each shift: from its first bag on, overdue an hour later, until each weight was checked", async () => {
    await set({ every: "shift", weights: [fifty, ten] });
    await clock.advance(hour);
    expect((await standing()).check).toBe("ok");
    await bag();
    expect(await standing()).toMatchObject({ check: "due", missing: ["10 lb", "50 lb"] });
    await clock.advance(hour);
    expect((await standing()).check).toBe("overdue");
    await made();
    expect(await standing()).toMatchObject({ check: "overdue", missing: ["10 lb"] });
    await made({ weight: "10" });
    expect(await standing()).toMatchObject({ check: "ok", missing: [] });
    // The next shift begins, and nobody weighs; then somebody does.
    await clock.advance(7 * hour);
    expect((await standing()).check).toBe("ok");
    await bag();
    expect((await standing()).check).toBe("due");
  });

  test("each so many bags: due from nine tenths of them on, overdue when all are weighed", async () => {
    await set({ every: "bags", every_bags: 10 });
    const found: string[] = [];
    for (let count = 1; count <= 10; count++) {
      await clock.advance(1_000);
      await bag();
      found.push((await standing()).check);
    }
    expect(found).toEqual([...Array(8).fill("ok"), "due", "overdue"]);
    await made();
    expect((await standing()).check).toBe("ok");
  });

  test("a weight that was changed was not checked yet", async () => {
    await set({ every: "day" });
    await clock.advance(1_000);
    await made();
    await bag();
    expect((await standing()).check).toBe("ok");
    await set({ every: "day", weights: [{ ...fifty, weight: "50.01" }] });
    expect((await standing()).check).toBe("due");
  });
});

describe("a check that failed", () => {
  test("stands until a later one of the same weight passes", async () => {
    await set({ weights: [fifty, ten] });
    await made({ passes: false });
    await clock.advance(1_000);
    await made({ weight: "10" });
    await made({ kind: "repeatability", passes: false });
    expect((await standing()).failed.sort()).toEqual(["50 lb", "repeatability"]);
    await clock.advance(1_000);
    await made();
    expect((await standing()).failed).toEqual(["repeatability"]);
  });

  test("stands no longer than that, also where it was made while the clock was ahead", async () => {
    await set();
    await made({ passes: false, at: clock.now() + 24 * 365 * hour });
    expect((await standing()).failed).toEqual(["50 lb"]);
    await made();
    expect((await standing()).failed).toEqual([]);
  });

  test("lets no job start at the station where the scale is set so; planning goes on", async () => {
    const body = { company: "Shelter", station: "Station 3", target_weight: "50", quantity: 10 };
    const start = (changes: object = {}) =>
      app.request("POST", "/api/jobs", { token: tokens.operator, body: { ...body, ...changes } });
    await set({ blocks_jobs: true });
    await made({ passes: false });
    const refused = await start();
    expect(refused.status).toBe(409);
    expect(await json(refused)).toMatchObject({
      type: "urn:prepuff:problem:scale_check",
      detail:
        "scale 3 failed its last check (50 lb): check the scale at Station 3; a job starts when it passes",
    });
    expect((await start({ station: "Station 1" })).status).toBe(201);
    const planned = await json(await start({ status: "planned" }), z.object({ id: z.int() }));
    const begin = () => app.request("POST", `/api/jobs/${planned.id}/start`, { body: {} });
    expect((await begin()).status).toBe(409);
    const again = await app.request("POST", `/api/jobs/${planned.id}/repeat`, { body: {} });
    expect(again.status).toBe(409);
    await clock.advance(1_000);
    await made();
    expect((await begin()).status).toBe(200);
    await set({ blocks_jobs: false });
  });

  test("of a scale that stands in for another since then blocks nothing, and can be taken away", async () => {
    await app.sql`insert into scale (id) values (7)`;
    const body = { ...plain, blocks_jobs: true };
    expect((await app.request("PUT", "/api/scales/7/checking", { body })).status).toBe(200);
    await madeCheck(app.sql, { scale: 7, at: clock.now(), passes: false });
    const job = { company: "Shelter", station: "Station 1", target_weight: "50", quantity: 10 };
    const start = () => app.request("POST", "/api/jobs", { token: tokens.operator, body: job });
    expect((await start()).status).toBe(409);
    stations.set({ scale: 7, station: null, enabled: null, aliasOf: 3, weighsGross: false });
    expect((await start()).status).toBe(201);
    expect((await app.request("DELETE", "/api/scales/7/checking")).status).toBe(204);
    stations.set({ scale: 7, station: null, enabled: null, aliasOf: null, weighsGross: false });
  });
});
