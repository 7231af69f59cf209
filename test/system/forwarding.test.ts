import { expect, test } from "bun:test";
import { join } from "node:path";
import { roleTokens, startAppliance } from "../support/appliance.ts";
import { getJob, jobsWithBadNumbers, readLedger, startJob } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

interface Row {
  readonly scale: number;
  readonly weight: string;
  readonly unit: string;
  readonly weighed_at: Date;
}

test("one appliance is another's upstream: every bag arrives once, also when the other one is killed", async () => {
  using folder = tempFolder();
  const plant = await testDatabase({ migrated: false });
  const centre = await testDatabase({ migrated: false });
  const centreOptions = { dataDir: join(folder.path, "centre"), databaseUrl: centre.url };
  await using first = await startAppliance(centreOptions);
  await first.ready();
  const { port } = await first.line("HTTP port open");
  const job = await startJob(first, { station: "Line A" });

  await using appliance = await startAppliance({
    dataDir: join(folder.path, "plant"),
    databaseUrl: plant.url,
    env: {
      PREPUFF_STATION: "Line A",
      PREPUFF_UPSTREAM_URL: `http://127.0.0.1:${port}/api/prepuff/scan_bag`,
      PREPUFF_UPSTREAM_TOKEN: roleTokens.ingest,
    },
  });
  await appliance.ready();
  const sendAll = async (scale: number) => {
    using line = await connectScale(appliance.scalePort);
    for (let index = 0; index < 100; index += 10) await line.send(frames(scale, index, 10));
    expect(await line.close()).toBe(true);
  };
  const total = 300;
  await Promise.all([1, 2, 3].map(sendAll));
  const arrived = async () => {
    const [row] = await centre.sql<{ bags: number }[]>`select count(*) as bags from filler_bag`;
    return row?.bags ?? 0;
  };
  await until("bags arrive", async () => (await arrived()) >= 50);
  first.kill("SIGKILL");
  await first.exited;
  await using second = await startAppliance({ ...centreOptions, env: { PREPUFF_HTTP_PORT: String(port) } });
  await second.ready();

  await until("all bags are delivered", async () => {
    const [row] = await plant.sql<{ done: number }[]>`
      select count(*) as done from delivery where state = 'delivered'`;
    return row?.done === total;
  });
  // What was in flight at the kill was sent twice, with one key.
  const rows = (sql: typeof plant.sql) => sql<Row[]>`
    select scale_id as scale, weight, unit, weighed_at from filler_bag order by id`;
  expect<Row[]>([...(await rows(centre.sql))]).toEqual([...(await rows(plant.sql))]);
  expect(await getJob(second, job.id)).toMatchObject({ bags_completed: total });
  const numbers = await centre.sql<{ num: number }[]>`select bag_num as num from filler_bag order by id`;
  expect(numbers.map(({ num }) => num)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  const told = await plant.sql<{ num: number }[]>`
    select upstream_bag_num as num from delivery order by filler_bag_id`;
  expect(told.map(({ num }) => num)).toEqual(numbers.map(({ num }) => num));
  expect(await jobsWithBadNumbers(plant.sql)).toEqual([]);
  expect(await readLedger(appliance)).toMatchObject({ bags: total, missing: 0 });
}, 60_000);
