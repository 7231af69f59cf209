import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import type { ConnectionView } from "../../../src/scale/presence.ts";
import { createSourceTally } from "../../../src/scale/sources/tally.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { connectionView } from "../../support/presence.ts";

const fixed = sourceSchema.parse({
  name: "Fixed one",
  connection: { kind: "listen", from: ["10.0.0.9"] },
  dialect: "sma",
  scale: 9,
});
const base = testConfig();
const config = testConfig({
  sources: [fixed],
  scale: { ...base.scale, port: 10_001 },
  http: { ...base.http, port: 8080 },
});
const sma = {
  name: "Old indicator",
  connection: { kind: "listen", from: ["192.168.7.21"] },
  dialect: "sma",
  scale: 7,
  station: "Station 7",
};

let connections: ConnectionView[] = [];
const troubles = new Map<string, string>();
let sourceTally = createSourceTally();
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    config,
    // The one of the test that runs.
    sourceTally: { of: (source) => sourceTally.of(source) },
    listener: {
      troubleOf: ({ name }) => troubles.get(name) ?? null,
      recentBytes: () => null,
      watch: () => undefined,
    },
    presence: {
      connections: () => connections,
      scales: () => [],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
});
beforeEach(async () => {
  connections = [];
  sourceTally = createSourceTally();
  troubles.clear();
  for (const name of await names()) await remove(name);
  await app.sql`truncate audit_event`;
});
afterAll(() => app.stop());

/** Of those kept here. */
async function names(): Promise<string[]> {
  const answer = await app.request("GET", "/api/sources");
  const { items } = (await answer.json()) as { items: { name: string; fixed: boolean }[] };
  return items.flatMap((source) => (source.fixed ? [] : [source.name]));
}

function add(source: object) {
  return app.request("POST", "/api/sources", { body: source });
}

function put(name: string, source: object) {
  return app.request("PUT", `/api/sources/${encodeURIComponent(name)}`, { body: source });
}

function remove(name: string) {
  return app.request("DELETE", `/api/sources/${encodeURIComponent(name)}`);
}

describe("GET /api/sources", () => {
  test("has the default source first, then the fixed ones, then those kept here, each with all its fields", async () => {
    await add(sma);
    const answer = await app.request("GET", "/api/sources", { token: tokens.viewer });
    const idle = { connections: 0, scales: [], last_print_at: null, bags: 0, rejected: 0, samples: 0 };
    const waiting = { is: "waiting", trouble: null, also_called_by: null, ...idle };
    const open = { kind: "listen", port: null, registration: null };
    expect(await json(answer)).toEqual({
      items: [
        {
          ...sourceSchema.parse({ name: "x", connection: open, dialect: "line" }),
          name: null,
          fixed: true,
          state: waiting,
        },
        { ...fixed, fixed: true, state: waiting },
        { ...sourceSchema.parse(sma), fixed: false, state: waiting },
      ],
      next: null,
    });
  });

  test("says who is connected and what came", async () => {
    await add(sma);
    connections = [
      connectionView({ id: 1, source: "Old indicator" }),
      connectionView({ id: 2, source: null }),
      connectionView({ id: 3, source: null }),
    ];
    sourceTally.bag(null, 2, Date.UTC(2026, 0, 2));
    sourceTally.bag(null, 1, Date.UTC(2026, 0, 3));
    sourceTally.sample("Old indicator", Date.UTC(2026, 0, 2));
    sourceTally.sample("Old indicator", Date.UTC(2026, 0, 3));
    sourceTally.rejected("Old indicator", Date.UTC(2026, 0, 4));
    expect(await json(await app.request("GET", "/api/sources"))).toMatchObject({
      items: [
        {
          name: null,
          state: {
            is: "connected",
            connections: 2,
            scales: [1, 2],
            last_print_at: "2026-01-03T00:00:00.000Z",
            bags: 2,
            rejected: 0,
            samples: 0,
          },
        },
        { name: "Fixed one", state: { is: "waiting", connections: 0 } },
        {
          name: "Old indicator",
          state: {
            is: "connected",
            connections: 1,
            scales: [],
            last_print_at: "2026-01-04T00:00:00.000Z",
            bags: 0,
            samples: 2,
            rejected: 1,
          },
        },
      ],
    });
  });

  test("says why a port is not open, or an indicator not connected, and which one is off", async () => {
    troubles.set("Old indicator", "port 10002 is taken").set("Called", "no connection within 5 s");
    await add({
      ...sma,
      name: "Called",
      scale: 6,
      connection: { kind: "connect", host: "10.0.0.1", port: 4001 },
    });
    await add({ ...sma, connection: { kind: "listen", port: 10_002 } });
    await add({ ...sma, name: "Spare", scale: 8, enabled: false });
    const { items } = (await json(await app.request("GET", "/api/sources"))) as { items: unknown[] };
    expect(items.slice(2)).toMatchObject([
      { name: "Called", state: { is: "waiting", trouble: "no connection within 5 s" } },
      { name: "Old indicator", state: { is: "not_open", trouble: "port 10002 is taken" } },
      { name: "Spare", enabled: false, state: { is: "off", trouble: null } },
    ]);
  });
});

describe("POST /api/sources", () => {
  test("adds a source with its defaults, and says so in the audit trail", async () => {
    const answer = await add(sma);
    expect(answer.status).toBe(201);
    expect(await json(answer)).toMatchObject({ ...sma, mode: "print", enabled: true, fixed: false });
    const events = await app.sql`select actor, action, subject, before, after from audit_event`;
    expect([...events]).toMatchObject([
      {
        actor: "admin",
        action: "source.create",
        subject: "source:Old indicator",
        before: null,
        after: {
          name: "Old indicator",
          "connection.kind": "listen",
          "connection.port": null,
          "connection.from": ["192.168.7.21"],
          dialect: "sma",
          scale: 7,
          "stream.settle_ms": 600,
        },
      },
    ]);
  });

  test("refuses a name that is taken, whatever its case, also by a fixed one", async () => {
    await add(sma);
    for (const name of ["OLD indicator", "fixed ONE"]) {
      const answer = await add({ ...sma, name, scale: 8, connection: { kind: "listen", port: 10_002 } });
      expect(answer.status).toBe(409);
      expect(await json(answer)).toMatchObject({ type: "urn:prepuff:problem:name_taken" });
    }
    expect(await names()).toEqual(["Old indicator"]);
  });

  test.each([
    [{ dialect: "sms" }, ["dialect"]],
    [{ scale: undefined }, ["scale"]],
    [{ scale: 9 }, ["scale"]],
    [{ connection: { kind: "listen", from: ["10.0.0.9"] }, scale: 9 }, ["scale", "connection"]],
    [{ connection: { kind: "listen", port: 10_001 } }, ["connection.port"]],
    [{ connection: { kind: "listen", port: 8080 } }, ["connection.port"]],
    [{ connection: { kind: "listen", port: 70_000 } }, ["connection.port"]],
    [{ connection: { kind: "listen", registration: "\\q" } }, ["connection.registration"]],
    [{ name: "", unit: "stone" }, ["name", "unit"]],
    [{ name: ".." }, ["name"]],
    [{ stream: { band: 0 } }, ["stream.band"]],
    [{ speed: 9600 }, ["speed"]],
  ])("names what is wrong with %p", async (change, fields) => {
    const answer = await add({ ...sma, ...change });
    expect(answer.status).toBe(422);
    const { errors } = (await json(answer)) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
    expect(await names()).toEqual([]);
  });
});

describe("PUT /api/sources/{name}", () => {
  test("puts a source in the place of one; the trail has what differs", async () => {
    await add(sma);
    const answer = await put("Old indicator", { ...sma, station: "Station 8", unit: "kg" });
    expect(answer.status).toBe(200);
    expect(await json(answer)).toMatchObject({ station: "Station 8", unit: "kg" });
    const [event] = await app.sql`
      select subject, before, after from audit_event where action = 'source.change'`;
    expect(event).toEqual({
      subject: "source:Old indicator",
      before: { station: "Station 7", unit: null },
      after: { station: "Station 8", unit: "kg" },
    });
  });

  test("renames it, also where only the case differs, and to what another was called before", async () => {
    await add({ ...sma, name: "Käse / 1" });
    expect((await put("Käse / 1", { ...sma, name: "KÄSE / 1" })).status).toBe(200);
    expect(await names()).toEqual(["KÄSE / 1"]);
    expect((await put("KÄSE / 1", { ...sma, name: "Silo" })).status).toBe(200);
    expect(await names()).toEqual(["Silo"]);
    expect(
      (await add({ ...sma, name: "käse / 1", scale: 8, dialect: "nci", connection: { kind: "listen" } }))
        .status,
    ).toBe(201);
    expect(await names()).toEqual(["käse / 1", "Silo"]);
  });

  test("what changes nothing leaves no trace", async () => {
    await add(sma);
    expect((await put("old INDICATOR", sma)).status).toBe(200);
    const [row] = await app.sql`select count(*) as count from audit_event`;
    expect(row).toEqual({ count: 1 });
  });

  test("refuses a fixed one, an unknown one, and another's name", async () => {
    const answer = await put("Fixed one", { ...sma, name: "Mine" });
    expect(answer.status).toBe(409);
    expect(await json(answer)).toMatchObject({
      type: "urn:prepuff:problem:source_fixed",
      detail:
        'source "Fixed one" stands in the file that PREPUFF_SOURCES names: change it there, and start the appliance again',
    });
    expect((await put("Nobody", sma)).status).toBe(404);
    await add(sma);
    await add({ ...sma, name: "Second", scale: 8, connection: { kind: "listen" } });
    expect((await put("Second", { ...sma, scale: 8, connection: { kind: "listen" } })).status).toBe(409);
  });
});

describe("DELETE /api/sources/{name}", () => {
  test("deletes a source, and what is deleted can be added again", async () => {
    await add(sma);
    expect((await remove("old indicator")).status).toBe(204);
    expect(await names()).toEqual([]);
    expect((await remove("Old indicator")).status).toBe(404);
    expect((await remove("Fixed one")).status).toBe(409);
    const [event] = await app.sql`
      select before->>'name' as name, after from audit_event where action = 'source.delete'`;
    expect(event).toEqual({ name: "Old indicator", after: null });
    expect((await add(sma)).status).toBe(201);
  });
});

describe("while the database is away", () => {
  test("sources are shown, and cannot be changed", async () => {
    await add(sma);
    app.setAway(true);
    const shown = await names();
    const answers = [
      await add({ ...sma, name: "B" }),
      await put("Old indicator", sma),
      await remove("Old indicator"),
    ];
    app.setAway(false);
    expect(shown).toEqual(["Old indicator"]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  });
});
