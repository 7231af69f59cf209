import { expect, test } from "bun:test";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { answered, startJob, untilRecorded } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const part = z.object({ state: z.string(), detail: z.string().nullable() });
const health = z.object({ parts: z.object({ database: part }) });

/** Every commit waits for a standby of this name; there is none. Empty: none waits, also not those that do now. */
async function waitForStandby({ sql }: SystemPostgres, name: string): Promise<void> {
  await sql.unsafe(`alter system set synchronous_standby_names = '${name}'`);
  await sql`select pg_reload_conf()`;
  await until("the server knows it", async () => {
    const [row] = await sql<
      { names: string }[]
    >`select current_setting('synchronous_standby_names') as names`;
    return row?.names === name;
  });
}

async function databasePart(appliance: Appliance) {
  return (await answered(appliance.api("/health/ready"), health)).parts.database;
}

test("a synchronous standby that is gone holds recording up, which health says; then each bag is recorded once", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const options = { dataDir: folder.path, databaseUrl: postgres.url };
  const first = await startAppliance(options);
  await first.ready();
  await startJob(first);
  await waitForStandby(postgres, "db2");
  {
    using line = await connectScale(first.scalePort);
    await line.send("1,50.00 lb\r\n");
    let detail: string | null = null;
    await until("health says that recording waits", async () => {
      const { state, detail: said } = await databasePart(first);
      detail = said;
      return state === "degraded";
    });
    expect(detail).toMatch(
      /^bags wait: PostgreSQL has waited for its synchronous standby \(synchronous_standby_names: db2\) for \d+ s$/,
    );
  }
  expect(first.log().filter(({ msg }) => msg === "recording waits for a standby")).toHaveLength(1);
  first.kill("SIGKILL");
  await first.exited;

  // The session of the first one still waits, and holds what the next one needs to begin.
  await using second = await startAppliance(options);
  await until("health says why it does not come up", async () => {
    const { state, detail } = await databasePart(second);
    return state === "down" && /^PostgreSQL has waited for its synchronous standby/.test(detail ?? "");
  });
  await waitForStandby(postgres, "");
  await second.ready();
  await untilRecorded(second, 1);
  expect([...(await postgres.sql`select weight::text, bag_num from filler_bag`)]).toEqual([
    { weight: "50.00", bag_num: 1 },
  ]);
}, 120_000);
