import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { readLedger, storedWeights } from "../support/outside.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

async function weigh(appliance: Appliance, from: number, count: number): Promise<void> {
  using line = await connectScale(appliance.scalePort);
  await line.send(frames(1, from, count));
  expect(await line.close()).toBe(true);
}

async function allRecorded(appliance: Appliance): Promise<void> {
  await until("the journal is empty", async () => {
    const ledger = await readLedger(appliance).catch(() => null);
    return ledger !== null && ledger.pending === 0;
  });
}

/**
 * A folder whose journal ends at bag 100, of which the last `pending` were not recorded when it was copied, and a
 * Postgres that has 150 bags of it.
 */
async function restoredFolder(postgres: SystemPostgres, folder: string, pending: number): Promise<string> {
  const data = join(folder, "data");
  const copy = join(folder, "copy");
  {
    await using appliance = await startAppliance({ dataDir: data, databaseUrl: postgres.url });
    await appliance.ready();
    await weigh(appliance, 0, 100 - pending);
    await allRecorded(appliance);
    if (pending > 0) {
      await postgres.stop();
      await weigh(appliance, 100 - pending, pending);
      await until("Postgres is missed", async () => (await appliance.api("/api/bags")).status === 503);
    }
    await appliance.stop();
    await postgres.start();
  }
  cpSync(data, copy, { recursive: true });
  {
    await using appliance = await startAppliance({ dataDir: data, databaseUrl: postgres.url });
    await appliance.ready();
    await weigh(appliance, 100, 50);
    await allRecorded(appliance);
    await appliance.stop();
  }
  rmSync(data, { recursive: true });
  return copy;
}

async function expectAll(postgres: SystemPostgres, appliance: Appliance, count: number): Promise<void> {
  await allRecorded(appliance);
  expect((await storedWeights(postgres.sql)).get(1)).toEqual(uniqueWeights(count));
  expect(await readLedger(appliance)).toMatchObject({ rejected: 0, missing: 0, pending: 0 });
}

test("a data folder restored from an older copy loses no new bag, and stores none twice", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const dataDir = await restoredFolder(postgres, folder.path, 0);
  await using appliance = await startAppliance({ dataDir, databaseUrl: postgres.url });
  await appliance.ready();
  await weigh(appliance, 150, 80);
  await expectAll(postgres, appliance, 230);
}, 60_000);

test("nor where more bags come before Postgres is met than it knows", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const dataDir = await restoredFolder(postgres, folder.path, 0);
  await postgres.stop();
  await using appliance = await startAppliance({ dataDir, databaseUrl: postgres.url });
  await weigh(appliance, 150, 80);
  await postgres.start();
  await expectAll(postgres, appliance, 230);
}, 60_000);

test("nor where the copy held bags that were recorded after it was made", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const dataDir = await restoredFolder(postgres, folder.path, 30);
  await postgres.stop();
  await using appliance = await startAppliance({ dataDir, databaseUrl: postgres.url });
  await weigh(appliance, 150, 80);
  await postgres.start();
  await expectAll(postgres, appliance, 230);
}, 60_000);
