import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Mark, readMark } from "../../src/journal/mark.ts";
import { startAppliance } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { answered, jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { memoryFolder, tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

function markOf(folder: string): Mark | null {
  using journal = new Database(join(folder, "journal.db"), { readonly: true });
  return readMark(journal);
}

/**
 * A whole server as it was some bags ago takes the place of the one that the appliance is connected to, as a standby that
 * was behind and is promoted.
 *
 * @param killed whether the appliance dies meanwhile.
 */
async function expectNothingLostOrTwice(killed: boolean): Promise<void> {
  using folder = tempFolder();
  const cluster = memoryFolder();
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
    // Within a second it is on the disk that they are recorded; where it is not, they come as new ones.
    await until("the journal has marked them", () => markOf(folder.path)?.recordedThrough === 100);
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

test("a finding says from when to when it lacks what people did, and which bags have no job now until they are assigned", async () => {
  using folder = tempFolder();
  const cluster = memoryFolder();
  const data = join(cluster.path, "postgres");
  await using postgres = await startSystemPostgres({}, cluster);
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  const finding = async () => {
    const shape = z.object({
      items: z.array(
        z.object({ check: z.string(), ok: z.boolean(), what: z.string(), remedy: z.string().nullable() }),
      ),
    });
    const { items } = await answered(appliance.api("/api/findings"), shape);
    return items.find(({ check }) => check === "database fallback");
  };
  await until("nothing has fallen back", async () => (await finding())?.ok === true);
  await postgres.stop();
  cpSync(data, join(folder.path, "earlier"), { recursive: true });
  const copiedAt = Date.now();
  await postgres.start();
  await until("it is connected again", async () =>
    (await appliance.api("/health/ready")).json().then(({ parts }) => parts.database.state === "up"),
  );
  await startJob(appliance);
  using line = await connectScale(appliance.scalePort);
  await line.send(frames(1, 0, 5));
  await until("they are recorded", async () => (await readLedger(appliance)).bags === 5);

  await postgres.stop();
  const lostAt = Date.now();
  rmSync(data, { recursive: true });
  cpSync(join(folder.path, "earlier"), data, { recursive: true });
  await postgres.start();
  await until(
    "they are recorded again",
    async () => (await finding())?.what.includes("recorded again: 5") ?? false,
  );
  const found = await finding();
  expect(found).toMatchObject({ ok: false, remedy: expect.stringContaining("Assign") });
  expect(found?.what).toEndWith("; bags recorded again: 5; bags of that time without a job now: 5");
  const [from = 0, to = 0] = [...(found?.what.matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g) ?? [])].map(
    ([text]) => Date.parse(text.replace(" UTC", "Z")),
  );
  expect(from).toBeLessThanOrEqual(copiedAt);
  expect(from).toBeGreaterThan(copiedAt - 20_000);
  expect(to).toBeGreaterThan(copiedAt - 1_000);
  expect(to).toBeLessThanOrEqual(lostAt);

  const job = await startJob(appliance);
  const bags = await postgres.sql<{ id: number }[]>`select id from filler_bag order by id limit 3`;
  for (const { id } of bags) {
    const body = { job_id: job.id };
    expect((await appliance.api(`/api/bags/${id}/assign`, { method: "POST", body })).status).toBe(200);
  }
  await until(
    "three have a job",
    async () => (await finding())?.what.endsWith("without a job now: 2") ?? false,
  );
}, 120_000);
