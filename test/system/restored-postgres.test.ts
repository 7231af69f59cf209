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

/**
 * An appliance records 100 bags; then Postgres has only the first `kept` of them, and 50 more are weighed.
 *
 * @param lost how many are to be lost.
 */
async function expectStored(
  kept: number,
  lost: number,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  using folder = tempFolder();
  const before = await testDatabase({ migrated: false });
  const after = kept === 0 ? await testDatabase({ migrated: false }) : before;
  {
    await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: before.url, env });
    await appliance.ready();
    await weigh(appliance.scalePort, 0, 100);
    await until("all are recorded", async () => (await readLedger(appliance)).bags === 100);
    await appliance.stop();
  }
  if (kept > 0) {
    await before.sql`delete from filler_bag where journal_seq > ${kept}`;
    await before.sql`update journal set recorded_through = ${kept}, bags = ${kept}`;
  }

  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: after.url, env });
  await appliance.ready();
  await weigh(appliance.scalePort, 100, 50);
  await until("the bags are recorded", async () => (await readLedger(appliance)).bags === 150 - lost);
  const wanted = Array.from({ length: 150 }, (_, index) => uniqueWeight(index));
  expect((await storedWeights(after.sql)).get(1)).toEqual([
    ...wanted.slice(0, kept),
    ...wanted.slice(kept + lost),
  ]);
  expect(await readLedger(appliance)).toMatchObject({ received: 150, pending: 0, missing: lost });
  expect(await readMetric(appliance, "prepuff_ledger_missing")).toBe(lost);
  const [told] = appliance.log().filter(({ level }) => level === "error");
  expect(told).toMatchObject({ missing: lost, again: 100 - kept - lost });
}

test("a Postgres restored from an older backup gets again what the journal still has", async () => {
  await expectStored(60, 0);
}, 60_000);

test("so does a new and empty one", async () => {
  await expectStored(0, 0);
}, 60_000);

test("where the journal keeps nothing it takes new bags, and the ledger tells how many it lost", async () => {
  await expectStored(60, 40, { PREPUFF_JOURNAL_KEEP_S: "0" });
}, 60_000);

test("and where it keeps fewer than were lost, the others come back", async () => {
  await expectStored(60, 30, { PREPUFF_JOURNAL_KEEP_ENTRIES: "10" });
}, 60_000);
