import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { checks } from "../../src/health/checks.ts";
import { createPatient } from "../cli/patient.ts";
import { json, testApp, testConfig, tokens } from "../support/http.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const shape = z.object({
  items: z.array(
    z.object({ check: z.string(), ok: z.boolean(), what: z.string(), remedy: z.string().nullable() }),
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
  });
  expect(items.find(({ check }) => check === "ledger")).toMatchObject({ ok: true, remedy: null });
  expect(items.filter(({ ok, remedy }) => !ok && remedy === null)).toEqual([]);
  // What only somebody outside can see is not asked.
  expect(items.map(({ check }) => check)).not.toContain("appliance");
});

test("while the database is away what cannot be told is left out", async () => {
  app.setAway(true);
  const { items } = await findings();
  app.setAway(false);
  expect(items.map(({ check }) => check)).toContain("part: database");
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
  const { items } = shape.parse(await (await appliance.api("/api/findings")).json());
  const { lines } = await patient.examine();
  const withoutTimes = (text: string) => text.replace(/\d+ s ago|\d+\.\d GiB/g, "…");
  for (const { check, ok, what } of items) {
    expect(withoutTimes(lines.get(check) ?? "")).toBe(withoutTimes(`${ok ? "passed" : "failed"}: ${what}`));
  }
  expect(items.map(({ check }) => check)).toEqual([
    "part: scales' port",
    "part: journal",
    "part: database",
    "disk room",
    "scale 1",
    "bags in doubt",
    "connections without a scale",
    "data bits",
    "job on Station 1",
    "station names",
    "rejected frames",
    "connections of no scale",
    "journal",
    "ledger",
    "refused connections",
    "open files",
    "log",
    "database fallback",
  ]);
  expect(checks.filter(({ inside }) => inside).length).toBeGreaterThan(10);
}, 60_000);
