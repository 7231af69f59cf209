import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { type Source, sourceSchema } from "../../../src/config/sources/source.ts";
import { createDatabase, type Database } from "../../../src/database/database.ts";
import { createSourceCallers, type SourceCallers } from "../../../src/records/sources/source-callers.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { createSources } from "../../../src/scale/sources/sources.ts";
import { type TestDatabase, testDatabase } from "../../support/postgres.ts";
import { silentLogger as logger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

let stored: TestDatabase;
let database: Database;
const running: SourceCallers[] = [];

beforeAll(async () => {
  stored = await testDatabase();
  database = createDatabase({ locate: async () => stored.url, logger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
  await stored.sql`truncate source_caller`;
});
afterAll(() => database.stop());

function calling(name: string, host: string): Source {
  return sourceSchema.parse({
    name,
    connection: { kind: "connect", host, port: 4001 },
    dialect: "sma",
    scale: 7,
  });
}

/** An appliance of the plant on a machine. */
function appliance(machine: string, ...own: readonly Source[]) {
  const sources = createSources(own, [], logger);
  const callers = createSourceCallers({
    database,
    plant: { id: 1 },
    journalId: crypto.randomUUID(),
    machine,
    sources,
    clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(20, signal) },
    logger,
  });
  running.push(callers);
  callers.start();
  return { ...callers, sources };
}

test("two appliances that call one indicator know of each other, until one does not call it any more", async () => {
  const silo = calling("Silo", "10.0.0.1");
  const sameSilo = calling("Silo of the mill", "10.0.0.1");
  const mill = calling("Mill", "10.0.0.2");
  const one = appliance("press", silo, mill);
  const other = appliance("mill");
  other.sources.set([sameSilo]);
  await until("one knows", () => one.otherOf(silo) === "mill");
  await until("the other knows", () => other.otherOf(sameSilo) === "press");
  expect(one.otherOf(mill)).toBeNull();
  other.sources.set([]);
  await until("it is over", () => one.otherOf(silo) === null);
});

test("an appliance that is off is forgotten after two minutes", async () => {
  await stored.sql`
    insert into source_caller (plant_id, journal_id, address, machine, called_at)
    values
      (1, gen_random_uuid(), '10.0.0.1:4001', 'off', now() - interval '121 seconds'),
      (1, gen_random_uuid(), '10.0.0.2:4001', 'stopped', now() - interval '119 seconds'),
      (1, gen_random_uuid(), '10.0.0.3:4001', 'gone', now() - interval '1 hour')`;
  const [off, stopped] = [calling("Off", "10.0.0.1"), calling("Stopped", "10.0.0.2")];
  const one = appliance("press", off, { ...stopped, scale: 8 });
  await until("it has looked", () => one.otherOf(stopped) === "stopped");
  expect(one.otherOf(off)).toBeNull();
  const rows = await stored.sql`select machine from source_caller where address like '%.3:%'`;
  expect(rows).toHaveLength(0);
});
