import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startAppliance } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/**
 * A whole server as it was some bags ago takes the place of the one that the appliance is connected to, as a standby that
 * was behind and is promoted.
 *
 * @param killed whether the appliance dies meanwhile.
 */
async function expectNothingLostOrTwice(killed: boolean): Promise<void> {
  using folder = tempFolder();
  const cluster = tempFolder();
  const data = join(cluster.path, "postgres");
  await using postgres = await startSystemPostgres({}, cluster);
  const upstream = startFakeUpstream();
  const options = {
    dataDir: folder.path,
    databaseUrl: postgres.url,
    env: { PREPUFF_UPSTREAM_URL: upstream.url },
  };
  await using first = await startAppliance(options);
  await first.ready();
  await startJob(first);
  const weigh = async (port: number, from: number, count: number) => {
    using line = await connectScale(port);
    await line.send(frames(1, from, count));
    expect(await line.close()).toBe(true);
  };
  const delivered = (count: number) =>
    until(`${count} are delivered and known to be`, async () => {
      const [row] = await postgres.sql`select delivered from delivery_tally`;
      return row?.delivered === count;
    });
  await weigh(first.scalePort, 0, 60);
  // Of these the bags are in the copy, and some of their deliveries may be.
  await until("they are recorded", async () => (await readLedger(first)).bags === 60);
  await postgres.stop();
  cpSync(data, join(folder.path, "earlier"), { recursive: true });
  await postgres.start();
  await weigh(first.scalePort, 60, 40);
  await delivered(100);

  if (killed) {
    first.kill("SIGKILL");
    await first.exited;
  }
  await postgres.stop();
  rmSync(data, { recursive: true });
  cpSync(join(folder.path, "earlier"), data, { recursive: true });
  await postgres.start();
  await using second = killed ? await startAppliance(options) : null;
  const appliance = second ?? first;
  await appliance.ready();
  await weigh(appliance.scalePort, 100, 20);
  await delivered(120);

  expect((await storedWeights(postgres.sql)).get(1)).toEqual(uniqueWeights(120));
  expect(await jobsWithBadNumbers(postgres.sql)).toEqual([]);
  const ledger = { received: 120, bags: 120, rejected: 0, pending: 0, missing: 0 };
  expect(await readLedger(appliance)).toMatchObject(ledger);
  // Each once: no request was made for a bag that the upstream had.
  expect(upstream.received.map(({ form }) => form.weight)).toEqual(uniqueWeights(120));
  expect(new Set(upstream.received.map(({ key }) => key)).size).toBe(120);
  const [told] = appliance.log().filter(({ level }) => level === "error");
  expect(told).toMatchObject({ again: 40, missing: 0, from: expect.any(String) });
}

test("a server that is behind takes the place of the database: nothing is lost, nothing is delivered twice", async () => {
  await expectNothingLostOrTwice(false);
}, 120_000);

test("nor where the appliance is killed meanwhile", async () => {
  await expectNothingLostOrTwice(true);
}, 120_000);
