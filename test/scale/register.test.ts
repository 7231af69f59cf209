import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { createDatabase, type Database } from "../../src/database/database.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createPresence } from "../../src/scale/presence.ts";
import { createScaleRegister, type ScaleRegister } from "../../src/scale/register.ts";
import { createStations } from "../../src/scale/stations.ts";
import { type TestDatabase, testDatabase } from "../support/postgres.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

let stored: TestDatabase;
let database: Database;
let register: ScaleRegister | undefined;

beforeAll(async () => {
  stored = await testDatabase();
  database = createDatabase({ locate: async () => stored.url, logger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
});
afterAll(() => database.stop());
beforeEach(async () => {
  await stored.sql`truncate scale`;
});

/** An appliance's register, whose scales have printed the ids, in this order. */
function started(printed: readonly (readonly [printed: number, actual: number])[]) {
  const { config } = loadConfig({
    env: { PREPUFF_STATIONS: "1:Line A", PREPUFF_SCALE_ALIASES: "9:2" },
    cwd: "/nonexistent",
  });
  const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
  const presence = createPresence(stations.isConfigured, logger);
  presence.connected(1, "10.0.0.7", 1_000, { source: null });
  for (const [index, [printedScale, scale]] of printed.entries()) {
    presence.reading(1, scale, { printedScale, weight: "20.00", unit: "lb" }, 2_000 + index);
  }
  register = createScaleRegister({
    database,
    plant: { id: 1 },
    presence,
    stations,
    clock: systemClock,
    logger,
  });
  register.start();
  return presence;
}

const idsOf = async () =>
  (await stored.sql<{ id: number }[]>`select id from scale order by id`).map(({ id }) => id);

test("of the scales that nobody has named or configured the 1,000 heard last are kept; also of earlier runs", async () => {
  await stored.sql`
    insert into scale (id, last_seen_at, name, station, enabled, alias_of) values
      (1, null, null, null, null, null), (2, 'epoch', null, null, null, null), (31, 'epoch', 'Silo', null, null, null),
      (32, 'epoch', null, 'Line B', null, null), (33, 'epoch', null, null, false, null), (34, 'epoch', null, null, null, 1)`;
  await stored.sql`
    insert into scale (id, last_seen_at)
    select id, timestamptz 'epoch' + id * interval '1 ms' from generate_series(100001, 110000) as id`;
  started([]);
  await until("the invented ones are gone", async () => (await idsOf()).length === 1_006);
  await register?.stop();
  const ids = await idsOf();
  expect(ids.slice(0, 6)).toEqual([1, 2, 31, 32, 33, 34]);
  expect([ids[6], ids.at(-1)]).toEqual([109_001, 110_000]);
});

test("a scale that is deleted and does not print is not written again; one that prints is", async () => {
  const presence = started([
    [7, 7],
    [8, 8],
  ]);
  await until("both are there", async () => (await idsOf()).length === 2);
  await stored.sql`delete from scale`;
  presence.forget(7);
  presence.forget(8);
  presence.reading(1, 8, { printedScale: 8, weight: "21.00", unit: "lb" }, 9_000);
  await until("one is back", async () => (await idsOf()).length > 0, 15_000);
  await register?.stop();
  expect(await idsOf()).toEqual([8]);
}, 30_000);

test("a scale that stands in for another is remembered under its own number too", async () => {
  started([[9, 2]]);
  await until("both are there", async () => (await idsOf()).length === 2);
  await register?.stop();
  const rows = await stored.sql`select id, remote_address, last_seen_at from scale order by id`;
  expect([...rows]).toEqual([
    { id: 2, remote_address: "10.0.0.7", last_seen_at: new Date(2_000) },
    { id: 9, remote_address: "10.0.0.7", last_seen_at: new Date(2_000) },
  ]);
});
