import { expect, test } from "bun:test";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { answered, listBags, readLedger, startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const items = z.object({ items: z.array(z.looseObject({ plant: z.string().optional() })) });

/** Of lists of the API: the plants that they name, each once. */
async function plantsSeenBy(appliance: Appliance): Promise<Record<string, readonly unknown[]>> {
  const seen: Record<string, readonly unknown[]> = {};
  for (const list of ["scales", "stations", "jobs", "bags", "rejected"]) {
    const { items: all } = await answered(appliance.api(`/api/${list}`), items);
    seen[list] = [...new Set(all.map(({ plant }) => plant))];
  }
  return seen;
}

async function weigh(appliance: Appliance, scale: number, bags: number): Promise<void> {
  using line = await connectScale(appliance.scalePort);
  await line.send(`${frames(scale, 0, bags)}no weight at all\r\n`);
  expect(await line.close()).toBe(true);
}

test("two plants on one database: the same stations, scales and keys, and neither sees the other's", async () => {
  using northFolder = tempFolder();
  using southFolder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  const begin = (dataDir: string, plant: string) =>
    startAppliance({ dataDir, databaseUrl: url, env: { PREPUFF_PLANT: plant } });
  await using north = await begin(northFolder.path, "Norte");
  await north.ready();
  const first = await startJob(north, { quantity: 100 });
  await weigh(north, 1, 5);
  await untilRecorded(north, 6);
  const alone = await plantsSeenBy(north);
  expect(alone).toEqual({
    ...{ scales: [undefined], stations: [undefined], jobs: [undefined], bags: [undefined] },
    rejected: [undefined],
  });

  await using south = await begin(southFolder.path, "Süd");
  await south.ready();
  // On the same station, at the same time: a plant has one job each.
  const second = await startJob(south, { quantity: 100 });
  await Promise.all([weigh(north, 2, 7), weigh(south, 1, 11)]);
  await untilRecorded(north, 14);
  await untilRecorded(south, 12);
  await until("scales are written down", async () => (await sql`select from scale`).length === 3);

  expect(await listBags(north)).toHaveLength(12);
  expect(await listBags(south)).toHaveLength(11);
  expect(await listBags(south, "&scale=2")).toHaveLength(0);
  const named = (plant: string) => ({
    ...{ scales: [plant], stations: [plant], jobs: [plant], bags: [plant], rejected: [plant] },
  });
  expect(await plantsSeenBy(north)).toEqual(named("Norte"));
  expect(await plantsSeenBy(south)).toEqual(named("Süd"));

  const [bag] = await listBags(north);
  for (const path of [`/api/bags/${bag?.id}`, `/api/jobs/${first.id}`, `/api/jobs/${first.id}/statistics`]) {
    expect((await north.api(path)).status, path).toBe(200);
    expect((await south.api(path)).status, path).toBe(404);
  }
  for (const path of [`/api/bags/${bag?.id}/void`, `/api/jobs/${first.id}/complete`]) {
    const request = { method: "POST", ...(path.endsWith("void") && { body: { reason: "none of ours" } }) };
    expect((await south.api(path, request)).status, path).toBe(404);
  }
  const scanned = async (appliance: Appliance) => {
    const response = await appliance.api("/api/prepuff/scan_bag", {
      method: "POST",
      body: { weight: "50.5", unit: "lb", scale: 1, station: "Station 1" },
      headers: { "idempotency-key": "one key of two plants" },
    });
    return answered(Promise.resolve(response), z.looseObject({ bag_num: z.int() }));
  };
  expect(await scanned(north)).toMatchObject({ bag_num: 13 });
  expect(await scanned(south)).toMatchObject({ bag_num: 12 });
  const jobs = await sql<{ id: number; bags: number }[]>`
    select id, bags_completed as bags from prepuff_job order by id`;
  expect([...jobs]).toEqual([
    { id: first.id, bags: 13 },
    { id: second.id, bags: 12 },
  ]);
  expect(await readLedger(north)).toMatchObject({ received: 14, bags: 12, rejected: 2, missing: 0 });
  expect(await readLedger(south)).toMatchObject({ received: 12, bags: 11, rejected: 1, missing: 0 });
}, 120_000);

test("another PREPUFF_PLANT renames the plant while scales send, and its history stays", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  const env = (plant: string) => ({
    dataDir: folder.path,
    databaseUrl: url,
    env: { PREPUFF_PLANT: plant },
  });
  {
    await using appliance = await startAppliance(env("Norte"));
    await appliance.ready();
    await weigh(appliance, 1, 5);
    await untilRecorded(appliance, 6);
  }
  await using appliance = await startAppliance(env("Norte 2"));
  await weigh(appliance, 1, 5);
  await appliance.ready();
  await untilRecorded(appliance, 12);
  expect(await listBags(appliance)).toHaveLength(10);
  expect<unknown>([...(await sql`select name from plant`)]).toEqual([{ name: "Norte 2" }]);
}, 60_000);
