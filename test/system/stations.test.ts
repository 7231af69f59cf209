import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import {
  getJob,
  jobsWithBadNumbers,
  readLedger,
  startJob,
  storedWeights,
  untilRecorded,
} from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("several scales fill one job at once: it ends at its quantity, later bags are unassigned", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: url,
    env: { PREPUFF_STATIONS: "1:Line A,2:Line A,3:Line A,4:Line A,5:Line A,6:Line B,7:Line B" },
  });
  await appliance.ready();
  const first = await startJob(appliance, { station: "Line A", quantity: 700 });
  const other = await startJob(appliance, { station: "Line B", quantity: 400 });

  const bagsEach = 200;
  const sendAll = async (scale: number) => {
    using line = await connectScale(appliance.scalePort);
    for (let index = 0; index < bagsEach; index += 8) {
      await line.send(frames(scale, index, 8));
      await Bun.sleep(1);
    }
    expect(await line.close()).toBe(true);
  };
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map(sendAll));
  await untilRecorded(appliance, 7 * bagsEach);

  expect(await getJob(appliance, first.id)).toMatchObject({ status: "completed", bags_completed: 700 });
  expect(await getJob(appliance, other.id)).toMatchObject({ status: "completed", bags_completed: 400 });
  expect(await jobsWithBadNumbers(sql)).toEqual([]);
  const places = await sql<{ station: string; job: number | null; bags: number; first: number }[]>`
    select station, prepuff_job_id as job, count(*) as bags, min(journal_seq) as first
    from filler_bag
    group by 1, 2
    order by 1, 2`;
  expect(places.map(({ station, job, bags }) => `${station}, job ${job}: ${bags}`)).toEqual([
    `Line A, job ${first.id}: 700`,
    "Line A, job null: 300",
    `Line B, job ${other.id}: 400`,
  ]);
  const [last] = await sql<{ seq: number }[]>`
    select max(journal_seq) as seq from filler_bag where prepuff_job_id = ${first.id}`;
  expect(places[1]?.first).toBeGreaterThan(last?.seq ?? Number.POSITIVE_INFINITY);
  const sent = uniqueWeights(bagsEach);
  const stored = await storedWeights(sql);
  for (let scale = 1; scale <= 7; scale++) expect(stored.get(scale)).toEqual(sent);
  expect(await readLedger(appliance)).toMatchObject({ received: 1400, bags: 1400, missing: 0 });
}, 60_000);
