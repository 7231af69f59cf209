import { expect, test } from "bun:test";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { type Load, startLoad } from "../support/load.ts";
import {
  jobsWithBadNumbers,
  listBags,
  readLedger,
  startJob,
  storedWeights,
  untilRecorded,
} from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const scales = [1, 2, 3, 4];

/** Runs `trouble` under a load, and then wants every bag once, in order, with its number. */
async function expectNothingLost(
  trouble: (postgres: SystemPostgres, appliance: Appliance, load: Load) => Promise<void>,
): Promise<void> {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  await startJob(appliance);
  await using load = await startLoad({ port: appliance.scalePort, scales });
  await Bun.sleep(300);
  await trouble(postgres, appliance, load);
  await Bun.sleep(300);
  expect(await load.stop()).toBe(true);

  const total = [...load.sent.values()].reduce((all, sent) => all + sent, 0);
  await untilRecorded(appliance, total);
  const stored = await storedWeights(postgres.sql);
  for (const scale of scales) expect(stored.get(scale)).toEqual(uniqueWeights(load.sent.get(scale) ?? 0));
  expect(await jobsWithBadNumbers(postgres.sql)).toEqual([]);
  const outOfOrder = await postgres.sql`
    select id from (
      select id, row_number() over (order by id) as nth, row_number() over (order by journal_seq) as nth_read
      from filler_bag
    ) b
    where nth <> nth_read`;
  expect([...outOfOrder]).toEqual([]);
  expect(await readLedger(appliance)).toMatchObject({
    received: total,
    bags: total,
    rejected: 0,
    missing: 0,
  });
}

test("Postgres stopped and started under load: every bag is recorded once, in order", async () => {
  await expectNothingLost(async (postgres, appliance, load) => {
    await postgres.stop();
    await appliance.line("database away: weighing goes on");
    const before = load.sent.get(1) ?? 0;
    await Bun.sleep(1_000);
    expect(load.sent.get(1)).toBeGreaterThan(before);
    expect((await appliance.api("/health/ready")).status).toBe(200);
    await postgres.start();
  });
}, 60_000);

test("Postgres killed under load: what it had committed is not recorded twice", async () => {
  await expectNothingLost(async (postgres, appliance) => {
    await postgres.kill();
    await appliance.line("database away: weighing goes on");
    await postgres.start();
  });
}, 60_000);

test("all connections to Postgres cut under load, again and again", async () => {
  await expectNothingLost(async (postgres) => {
    for (let round = 1; round <= 4; round++) {
      // After a cut it takes a second until there are new ones.
      await until(`there is something to cut in round ${round}`, async () => {
        return (await postgres.terminateBackends()) > 0;
      });
      await Bun.sleep(100 * round);
    }
  });
}, 60_000);

test("a Postgres that stands still without closing anything is given up, and met again", async () => {
  await expectNothingLost(async (postgres, appliance) => {
    postgres.freeze();
    await appliance.line("database away: weighing goes on");
    expect((await appliance.api("/api/bags")).status).toBe(503);
    postgres.thaw();
  });
}, 60_000);

test("a bag that Postgres refuses is kept as a rejected frame with its words, and holds nothing up", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  await sql.unsafe(`
    create function no_thirteen() returns trigger language plpgsql as $$
      begin raise exception 'thirteen is bad luck'; end $$;
    create trigger no_thirteen before insert on filler_bag
      for each row when (new.weight = 13) execute function no_thirteen();`);
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: url });
  await appliance.ready();
  const job = await startJob(appliance);
  using line = await connectScale(appliance.scalePort);
  await line.send(`${frames(1, 0, 500)}1,13 lb\r\n${frames(1, 500, 500)}`);
  expect(await line.close()).toBe(true);
  await untilRecorded(appliance, 1_001);

  const rows = await sql<{ reason: string; detail: string; raw: string; scale_id: number }[]>`
    select reason, detail, convert_from(raw, 'UTF8') as raw, scale_id from rejected_frame`;
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ reason: "refused", raw: "1,13 lb", scale_id: 1 });
  expect(rows[0]?.detail).toContain("thirteen is bad luck");
  const bags = await listBags(appliance, `&job_id=${job.id}`);
  expect(bags.map(({ weight }) => weight)).toEqual(uniqueWeights(1_000));
  expect(bags.map((bag) => bag.bag_num)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  expect(await readLedger(appliance)).toEqual({
    received: 1_001,
    bags: 1_000,
    rejected: 1,
    pending: 0,
    missing: 0,
  });
}, 60_000);
