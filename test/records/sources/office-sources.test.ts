import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Source, sourceSchema } from "../../../src/config/sources/source.ts";
import { createDatabase, type Database } from "../../../src/database/database.ts";
import { createOfficeSources, type OfficeSources } from "../../../src/records/sources/office-sources.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import type { KeptSource } from "../../../src/scale/sources/kept-sources.ts";
import { createSources } from "../../../src/scale/sources/sources.ts";
import { type TestDatabase, testDatabase } from "../../support/postgres.ts";
import { silentLogger as logger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

let stored: TestDatabase;
let database: Database;
const running: OfficeSources[] = [];

beforeAll(async () => {
  stored = await testDatabase();
  database = createDatabase({ locate: async () => stored.url, logger, clock: systemClock });
  database.start();
  await until("the database is up", () => database.up);
});
beforeEach(() => stored.sql`truncate source, audit_event`.then(() => undefined));
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});
afterAll(() => database.stop());

/** An appliance of the plant, with the copy that its data folder has. */
function appliance(copied: readonly KeptSource[] = [], fixed: readonly Source[] = []) {
  let copy = copied;
  const sources = createSources(fixed, [], logger);
  const office = createOfficeSources({
    config: { sources: fixed, scale: { port: 10_001 }, http: { port: 8080 } },
    database,
    plant: { id: 1 },
    sources,
    copy: {
      read: () => copy,
      write: (kept) => {
        copy = kept;
      },
    },
    given: copied,
    clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(20, signal) },
    logger,
  });
  running.push(office);
  return {
    ...office,
    sources,
    copy: () => copy,
    names: () => sources.all().map(({ source }) => source.name),
  };
}

function source(name: string, scale: number, station: string | null = null): Source {
  return sourceSchema.parse({
    name,
    connection: { kind: "listen", from: [`10.0.0.${scale}`] },
    dialect: "sma",
    scale,
    station,
  });
}

function kept(of: Source, changedAt: number): KeptSource {
  return { name: of.name, changedAt, source: of };
}

async function inDatabase(): Promise<string[]> {
  const rows = await stored.sql<{ name: string }[]>`
    select name from source where definition is not null order by name`;
  return rows.map(({ name }) => name);
}

describe("sources of a plant", () => {
  test("made on one appliance hold on the others too, and on one with a new data folder", async () => {
    const one = appliance();
    const other = appliance();
    other.start();
    expect((await one.create(source("Silo", 7), "ann")).ok).toBe(true);
    expect(one.names()).toEqual(["Silo"]);
    await until("the other one has it", () => other.names().length === 1);
    expect(other.copy()).toMatchObject([{ name: "Silo", source: source("Silo", 7) }]);
    await one.remove("Silo", "ann");
    await until("it is gone there too", () => other.names().length === 0);
    await one.create(source("Mill", 8), "ann");
    const third = appliance();
    third.start();
    await until("the new one has it", () => third.names().length === 1);
    expect(third.sources.all()).toEqual([{ source: source("Mill", 8), isFixed: false }]);
  });

  test("that were deleted are forgotten after 90 days, in the database and in the copy", async () => {
    const day = 24 * 60 * 60 * 1000;
    const deleted = (name: string, days: number): KeptSource => ({
      name,
      changedAt: Date.now() - days * day,
      source: null,
    });
    const all = [deleted("Old", 91), deleted("Late", 89), kept(source("Silo", 7), Date.now() - 500 * day)];
    await stored.sql`
      insert into source (plant_id, name, definition, changed_at)
      values (1, 'Old', null, now() - interval '91 days'), (1, 'Late', null, now() - interval '89 days')`;
    const one = appliance(all);
    one.start();
    const rows = async () => [
      ...(await stored.sql<{ name: string }[]>`select name from source order by name`),
    ];
    await until("the old one is gone", async () => {
      const names = (await rows()).map(({ name }) => name);
      return Bun.deepEquals(names, ["Late", "Silo"]);
    });
    expect(one.copy().map(({ name }) => name)).toEqual(["Late", "Silo"]);
  });

  test("that a restored database lacks, or has as they were before, are put back, and the trail says so", async () => {
    const one = appliance();
    await one.create(source("Silo", 7, "Station 1"), "ann");
    const old = await stored.sql`select * from source`;
    await one.change("Silo", source("Silo", 7, "Station 2"), "ann");
    await one.create(source("Mill", 8), "ann");
    await stored.sql`truncate source, audit_event`;
    await stored.sql`insert into source ${stored.sql(old)}`;
    one.start();
    await until("both are there", async () => (await inDatabase()).length === 2);
    const rows = await stored.sql`select name, definition->>'station' as station from source order by name`;
    expect([...rows]).toEqual([
      { name: "Mill", station: null },
      { name: "Silo", station: "Station 2" },
    ]);
    expect(one.names()).toEqual(["Mill", "Silo"]);
    const events = await stored.sql`
      select actor, action, subject, detail, before from audit_event order by subject`;
    const by = { actor: "appliance", detail: { from: "sources.json" } };
    expect([...events]).toEqual([
      { ...by, action: "source.create", subject: "source:Mill", before: null },
      { ...by, action: "source.change", subject: "source:Silo", before: { station: "Station 1" } },
    ]);
  });

  test("that were deleted elsewhere while an appliance was away do not come back with its copy", async () => {
    const one = appliance();
    await one.create(source("Silo", 7), "ann");
    const copied = one.copy();
    await one.remove("Silo", "ann");
    const back = appliance(copied);
    back.sources.set(copied.flatMap((each) => each.source ?? []));
    back.start();
    await until("it is gone", () => back.names().length === 0);
    expect(await inDatabase()).toEqual([]);
  });

  test("are not deleted by a change that comes before the copy was compared", async () => {
    const one = appliance([kept(source("Silo", 7), 1_000)]);
    expect(await one.create(source("Other", 7), "ann")).toMatchObject({ ok: false, reason: "faults" });
    expect((await one.create(source("Mill", 8), "ann")).ok).toBe(true);
    expect(one.names()).toEqual(["Mill", "Silo"]);
    one.start();
    await until("both are there", async () => (await inDatabase()).length === 2);
  });

  test("that cannot hold beside the configuration's are kept, and named", async () => {
    await appliance().create(source("Silo", 7), "ann");
    const one = appliance([], [source("Fixed", 7)]);
    one.start();
    await until("it is named", () => one.sources.leftOut().length === 1);
    expect(one.names()).toEqual(["Fixed"]);
    expect(one.sources.leftOut()).toEqual([
      { source: source("Silo", 7), why: "connection takes the same connections as source Fixed" },
    ]);
    expect(await inDatabase()).toEqual(["Silo"]);
  });

  test("changed at the same time on two appliances are checked against each other", async () => {
    const [one, other] = [appliance(), appliance()];
    const answers = await Promise.all([
      one.create(source("Silo", 7), "ann"),
      other.create(source("SILO", 8), "bob"),
      one.create(source("Mill", 9), "ann"),
      other.create({ ...source("Tower", 9), connection: source("x", 3).connection }, "bob"),
    ]);
    expect(answers.filter(({ ok }) => ok).length).toBe(2);
    expect((await inDatabase()).length).toBe(2);
  });

  test("whose definition this version does not understand stay as they are", async () => {
    await stored.sql`
      insert into source (plant_id, name, definition, changed_at) values (1, 'New kind', '{"dialect": "morse"}', now())`;
    const one = appliance([kept(source("New kind", 7), 1_000)]);
    expect((await one.create(source("Mill", 8), "ann")).ok).toBe(true);
    one.start();
    await until("Mill is there", async () => (await inDatabase()).length === 2);
    const [row] = await stored.sql`select definition from source where name = 'New kind'`;
    expect(row).toEqual({ definition: { dialect: "morse" } });
  });
});
