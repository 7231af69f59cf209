import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import { readLedger, readMetric, storedWeights } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames, uniqueWeight } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

async function weigh(port: number, from: number, count: number): Promise<void> {
  using line = await connectScale(port);
  await line.send(frames(1, from, count));
  expect(await line.close()).toBe(true);
}

/** An appliance records 100 bags; then Postgres has only the first `kept` of them, and 50 more are weighed. */
async function expectNewBagsStored(kept: number): Promise<void> {
  using folder = tempFolder();
  const before = await testDatabase({ migrated: false });
  const after = kept === 0 ? await testDatabase({ migrated: false }) : before;
  {
    await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: before.url });
    await appliance.ready();
    await weigh(appliance.scalePort, 0, 100);
    await until("all are recorded, and gone from the journal", async () => {
      return (await readLedger(appliance)).bags === 100;
    });
    await appliance.stop();
  }
  if (kept > 0) {
    await before.sql`delete from filler_bag where journal_seq > ${kept}`;
    await before.sql`update journal set recorded_through = ${kept}, bags = ${kept}`;
  }

  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: after.url });
  await appliance.ready();
  await weigh(appliance.scalePort, 100, 50);
  await until("the new bags are recorded", async () => (await readLedger(appliance)).bags === kept + 50);
  const wanted = Array.from({ length: 150 }, (_, index) => uniqueWeight(index));
  expect((await storedWeights(after.sql)).get(1)).toEqual([...wanted.slice(0, kept), ...wanted.slice(100)]);
  const lost = 100 - kept;
  expect(await readLedger(appliance)).toMatchObject({ received: 150, pending: 0, missing: lost });
  expect(await readMetric(appliance, "prepuff_ledger_missing")).toBe(lost);
  const [told] = appliance.log().filter(({ level }) => level === "error");
  expect(told).toMatchObject({ missing: lost });
}

test("a Postgres restored from an older backup takes new bags, and the ledger tells how many it lost", async () => {
  await expectNewBagsStored(60);
}, 60_000);

test("so does a new and empty one", async () => {
  await expectNewBagsStored(0);
}, 60_000);
