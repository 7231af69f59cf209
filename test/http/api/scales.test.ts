import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { ScaleSetting } from "../../../src/journal/file.ts";
import type { ConnectionView, ScaleView } from "../../../src/scale/presence.ts";
import { createStations } from "../../../src/scale/stations.ts";
import { startedJob } from "../../support/bags.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { connectionView, scaleView } from "../../support/presence.ts";

const config = testConfig({
  station: { fallback: "Station 1", byScale: new Map([[2, "Station 2"]]) },
});
const saved: ScaleSetting[] = [];
const stations = createStations(config, {
  scaleSettings: () => [],
  saveScaleSetting: (setting) => saved.push(setting),
});
let views: ScaleView[] = [];
let connections: ConnectionView[] = [];
let standIns: ScaleView[] = [];
const presence = {
  standIns: () => standIns,
  forget: (id: number) => {
    views = views.filter((view) => view.id !== id);
  },
  scales: () => views,
  connections: () => connections,
  close: (id: number) => {
    const before = connections.length;
    connections = connections.filter((connection) => connection.id !== id);
    return connections.length < before;
  },
};
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ config, stations, presence });
});
beforeEach(async () => {
  views = [];
  standIns = [];
  connections = [connectionView({ id: 1 }), connectionView({ id: 2, lastReadingAt: Date.UTC(2026, 0, 2) })];
  await app.sql`truncate scale, audit_event`;
  await app.sql`insert into scale (id, name) values (2, 'Silo 2')`;
  stations.set({ scale: 2, station: null, enabled: null, aliasOf: null, weighsGross: false });
  saved.length = 0;
});
afterAll(() => app.stop());

describe("GET /api/scales", () => {
  test("has the connected, the remembered and the configured ones, by id", async () => {
    views = [scaleView({ id: 5 }), scaleView({ id: 1, connected: false, connectedSince: null })];
    await app.sql`truncate scale`;
    await app.sql`
      insert into scale (id, name, remote_address, last_seen_at)
      values (5, 'Scale at the silo', '10.0.0.9', '2026-01-01T00:00:00Z'), (9, null, '10.0.0.9', '2026-01-01T00:00:00Z')`;
    const answer = await app.request("GET", "/api/scales", { token: tokens.viewer });
    const never = { connected: false, connected_since: null, last_weight: null, unit: null, readings: 0 };
    expect(await json(answer)).toMatchObject({
      items: [
        { id: 1, name: null, station: "Station 1", connected: false, readings: 3 },
        { ...never, id: 2, station: "Station 2", remote_address: null, last_reading_at: null },
        {
          id: 5,
          name: "Scale at the silo",
          station: "Station 1",
          connected: true,
          remote_address: "10.0.0.1",
          connected_since: "2026-01-02T08:00:00.000Z",
          last_reading_at: "2026-01-02T08:30:00.000Z",
          last_weight: "50.00",
          unit: "lb",
          readings: 3,
          rejected: 1,
        },
        { ...never, id: 9, remote_address: "10.0.0.9", last_reading_at: "2026-01-01T00:00:00.000Z" },
      ],
      next: null,
    });
  });

  test("says which connected ones are silent although a job runs on their station", async () => {
    const now = Date.now();
    views = [
      scaleView({ id: 1, lastReadingAt: now - 301_000 }),
      scaleView({ id: 2, lastReadingAt: now - 301_000 }),
      scaleView({ id: 3, lastReadingAt: now - 100_000 }),
    ];
    const { id } = await startedJob(app.sql);
    const answer = await app.request("GET", "/api/scales");
    await app.sql`delete from prepuff_job where id = ${id}`;
    expect(await json(answer)).toMatchObject({
      items: [
        { id: 1, silent: true },
        { id: 2, silent: false },
        { id: 3, silent: false },
      ],
    });
  });

  test("tells those that appeared by themselves from the configured and the named ones", async () => {
    views = [scaleView({ id: 5 }), scaleView({ id: 6 }), scaleView({ id: 2 })];
    await app.request("PATCH", "/api/scales/6", { body: { name: "Silo 6" } });
    const answer = await app.request("GET", "/api/scales");
    expect(await json(answer)).toMatchObject({
      items: [
        { id: 2, adopted: true },
        { id: 5, adopted: false },
        { id: 6, adopted: true },
      ],
    });
  });

  test("answers while the database is away, with the names as they were", async () => {
    await app.request("GET", "/api/scales");
    app.setAway(true);
    const answer = await app.request("GET", "/api/scales");
    app.setAway(false);
    expect(answer.status).toBe(200);
    expect(await json(answer)).toMatchObject({ items: [{ id: 2, name: "Silo 2" }] });
  });
});

describe("PATCH /api/scales/:id", () => {
  test("names a scale; whether it is accepted stays with the configuration", async () => {
    const answer = await app.request("PATCH", "/api/scales/2", { body: { name: " Silo 3 " } });
    expect(await json(answer)).toMatchObject({ id: 2, name: "Silo 3", station: "Station 2", enabled: true });
    expect(saved).toEqual([]);
  });

  test("moves it to a station and back, and disables it: from the next frame on", async () => {
    await app.request("PATCH", "/api/scales/2", { body: { station: "Station 7", enabled: false } });
    expect(stations.stationOf(2)).toBe("Station 7");
    expect(stations.isAccepted(2)).toBe(false);
    const answer = await app.request("PATCH", "/api/scales/2", { body: { station: null } });
    expect(await json(answer)).toMatchObject({ name: "Silo 2", station: "Station 2", enabled: false });
    expect(saved).toEqual([
      { scale: 2, station: "Station 7", enabled: false, aliasOf: null, weighsGross: false },
      { scale: 2, station: null, enabled: false, aliasOf: null, weighsGross: false },
    ]);
    const events = await app.sql`
      select actor, action, subject, before, after from audit_event where subject = 'scale:2' order by id`;
    expect([...events]).toEqual([
      {
        actor: "admin",
        action: "scale.change",
        subject: "scale:2",
        before: { station: null, enabled: null },
        after: { station: "Station 7", enabled: false },
      },
      {
        actor: "admin",
        action: "scale.change",
        subject: "scale:2",
        before: { station: "Station 7" },
        after: { station: null },
      },
    ]);
  });

  test("lets it stand in for another, also where the configuration says otherwise, and back", async () => {
    views = [scaleView({ id: 3 })];
    const change = (id: number, alias: number | null) =>
      app.request("PATCH", `/api/scales/${id}`, { body: { alias_of: alias } });
    expect(await json(await change(3, 2))).toMatchObject({ id: 3, alias_of: 2 });
    expect(stations.actualScale(3)).toBe(2);
    expect(saved).toEqual([{ scale: 3, station: null, enabled: null, aliasOf: 2, weighsGross: false }]);
    // No alias of an alias.
    views = [scaleView({ id: 3 }), scaleView({ id: 5 })];
    expect(await json(await change(5, 3))).toMatchObject({
      errors: [{ field: "alias_of", message: "scale 3 stands in for scale 2 itself" }],
    });
    expect(await json(await change(2, 5))).toMatchObject({
      errors: [{ field: "alias_of", message: "scale 3 stands in for scale 2: end that first" }],
    });
    expect(await json(await change(3, null))).toMatchObject({ id: 3, alias_of: null });
    expect(stations.actualScale(3)).toBe(3);
    const [event] =
      await app.sql`select before, after from audit_event where subject = 'scale:3' order by id`;
    expect(event).toEqual({ before: { alias_of: null }, after: { alias_of: 2 } });
  });

  test("knows a scale that only ever connected", async () => {
    views = [scaleView({ id: 77 })];
    expect((await app.request("PATCH", "/api/scales/77", { body: { name: "x" } })).status).toBe(200);
  });

  test("where unknown scales are refused, one is allowed by its number before it has printed", async () => {
    const strict = testConfig({ frame: { ...config.frame, unknownScales: "reject" } });
    const all = createStations(strict, { scaleSettings: () => [], saveScaleSetting: () => undefined });
    const other = await testApp({ config: strict, stations: all });
    expect((await other.request("PATCH", "/api/scales/79", { body: { name: "x" } })).status).toBe(404);
    expect(all.isAccepted(79)).toBe(false);
    expect((await other.request("PATCH", "/api/scales/79", { body: { enabled: true } })).status).toBe(200);
    expect(all.isAccepted(79)).toBe(true);
    await other.stop();
  });

  test("a mistyped id is 404 and leaves no trace", async () => {
    expect((await app.request("PATCH", "/api/scales/78", { body: { name: "x" } })).status).toBe(404);
    expect(await app.sql`select 1 from scale where id = 78`).toHaveLength(0);
  });

  test.each([
    [{}, "body"],
    [{ name: "" }, "name"],
    [{ station: "x".repeat(51) }, "station"],
    [{ enabled: 1 }, "enabled"],
    [{ color: "red" }, "color"],
  ])("%p is refused, naming %p", async (body, field) => {
    const answer = await app.request("PATCH", "/api/scales/2", { body });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(await json(answer))).toContain(`"field":"${field}"`);
  });

  test("0, 2147483648 and x are no scales", async () => {
    for (const id of ["0", "2147483648", "x"]) {
      expect((await app.request("PATCH", `/api/scales/${id}`, { body: { name: "x" } })).status).toBe(422);
    }
  });

  test("needs the database, so that no setting holds that Postgres does not know", async () => {
    app.setAway(true);
    const answer = await app.request("PATCH", "/api/scales/2", { body: { station: "Station 8" } });
    app.setAway(false);
    expect(answer.status).toBe(503);
    expect(stations.stationOf(2)).toBe("Station 2");
  });

  test("changes at once end the same in Postgres and beside the journal", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `Station ${index}`);
    await Promise.all(names.map((station) => app.request("PATCH", "/api/scales/2", { body: { station } })));
    const [row] = await app.sql`select station from scale where id = 2`;
    expect(stations.stationOf(2)).toBe(row?.station);
  });
});

describe("a scale that stands in for another", () => {
  test("is shown where that one stands, with what it printed itself", async () => {
    views = [scaleView({ id: 2, lastWeight: "51.00" }), scaleView({ id: 9 })];
    await app.request("PATCH", "/api/scales/9", { body: { alias_of: 2 } });
    views = [scaleView({ id: 2, lastWeight: "51.00" })];
    standIns = [scaleView({ id: 9, lastWeight: "51.00", readings: 1 })];
    const answer = await app.request("GET", "/api/scales");
    expect(await json(answer)).toMatchObject({
      items: [
        { id: 2, station: "Station 2", alias_of: null, last_weight: "51.00" },
        { id: 9, station: "Station 2", alias_of: 2, connected: true, last_weight: "51.00", readings: 1 },
      ],
    });
    await app.request("PATCH", "/api/scales/9", { body: { alias_of: null } });
  });

  test("is wanted as that one is, unless it is itself disabled", async () => {
    views = [scaleView({ id: 9 })];
    await app.request("PATCH", "/api/scales/9", { body: { alias_of: 2, enabled: false } });
    expect([stations.isAccepted(9), stations.isAccepted(2)]).toEqual([false, true]);
    await app.request("PATCH", "/api/scales/9", { body: { enabled: null } });
    await app.request("PATCH", "/api/scales/2", { body: { enabled: false } });
    expect(stations.isAccepted(9)).toBe(false);
    await app.request("PATCH", "/api/scales/9", { body: { alias_of: null } });
    expect(stations.isAccepted(9)).toBe(true);
  });
});

describe("DELETE /api/scales/:id", () => {
  test("forgets a scale with what was set for it, and notes who did it", async () => {
    views = [scaleView({ id: 7 })];
    await app.request("PATCH", "/api/scales/7", {
      body: { name: "Loaned", station: "Station 9", enabled: false },
    });
    const answer = await app.request("DELETE", "/api/scales/7");
    expect(answer.status).toBe(204);
    expect(await json(await app.request("GET", "/api/scales"))).toMatchObject({ items: [{ id: 2 }] });
    expect(await app.sql`select 1 from scale where id = 7`).toHaveLength(0);
    expect([stations.stationOf(7), stations.isAccepted(7)]).toEqual(["Station 1", true]);
    expect(saved.at(-1)).toEqual({
      scale: 7,
      station: null,
      enabled: null,
      aliasOf: null,
      weighsGross: false,
    });
    const [event] = await app.sql`
      select actor, before, after from audit_event where subject = 'scale:7' and action = 'scale.delete'`;
    expect(event).toEqual({
      actor: "admin",
      before: {
        name: "Loaned",
        station: "Station 9",
        enabled: false,
        alias_of: null,
        weighs_gross: false,
        remote_address: null,
      },
      after: null,
    });
    expect((await app.request("DELETE", "/api/scales/7")).status).toBe(404);
  });

  test("a configured one, and one that another stands in for, stay", async () => {
    expect(await json(await app.request("DELETE", "/api/scales/2"))).toMatchObject({
      type: "urn:prepuff:problem:scale_configured",
    });
    views = [scaleView({ id: 5 }), scaleView({ id: 6 })];
    await app.request("PATCH", "/api/scales/6", { body: { alias_of: 5 } });
    const answer = await app.request("DELETE", "/api/scales/5");
    expect(answer.status).toBe(409);
    expect(await json(answer)).toMatchObject({
      type: "urn:prepuff:problem:scale_replaced",
      detail: "scale 6 stands in for scale 5: end that first",
    });
    expect(await app.sql`select 1 from scale where id = 2`).toHaveLength(1);
    await app.request("DELETE", "/api/scales/6");
    expect((await app.request("DELETE", "/api/scales/5")).status).toBe(204);
  });

  test("needs an admin, and the database", async () => {
    views = [scaleView({ id: 7 })];
    expect((await app.request("DELETE", "/api/scales/7", { token: tokens.operator })).status).toBe(403);
    app.setAway(true);
    const answer = await app.request("DELETE", "/api/scales/7");
    app.setAway(false);
    expect(answer.status).toBe(503);
    expect(views).toHaveLength(1);
  });
});

describe("connections", () => {
  test("are listed newest first", async () => {
    expect(await json(await app.request("GET", "/api/connections", { token: tokens.viewer }))).toMatchObject({
      items: [
        { id: 2, last_reading_at: "2026-01-02T00:00:00.000Z" },
        { id: 1, remote_address: "10.0.0.1", last_reading_at: null, scales: [1], bytes: 42 },
      ],
      next: null,
    });
  });

  test("can be closed, which is noted", async () => {
    const answer = await app.request("DELETE", "/api/connections/2");
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    expect(connections.map(({ id }) => id)).toEqual([1]);
    expect((await app.request("DELETE", "/api/connections/2")).status).toBe(404);
    const events = await app.sql`select before, after from audit_event where subject = 'connection:2'`;
    expect([...events]).toEqual([{ before: { remote_address: "10.0.0.1", scales: [1] }, after: null }]);
  });

  test("can be closed while the database is away", async () => {
    app.setAway(true);
    const answer = await app.request("DELETE", "/api/connections/1");
    app.setAway(false);
    expect(answer.status).toBe(204);
  });
});
