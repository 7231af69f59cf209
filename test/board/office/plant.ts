import { join } from "node:path";
import { z } from "zod";
import type { Sql } from "../../../src/database/database.ts";
import { type Appliance, startAppliance } from "../../support/appliance.ts";
import { type FakeUpstream, startFakeUpstream } from "../../support/fake-upstream.ts";
import { answered, startJob } from "../../support/outside.ts";
import { testDatabase } from "../../support/postgres.ts";
import { connectScale, type ScaleLine } from "../../support/scale-line.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";

/** A plant with two stations and some history. */
export interface Plant extends AsyncDisposable {
  readonly appliance: Appliance;
  readonly sql: Sql;
  readonly upstream: FakeUpstream;
  /** Prints of this scale come from a line that stays open. */
  scale(id: number): Promise<ScaleLine>;
  /** The job that runs on Station 1, with bags of scales 1 and 2. */
  readonly running: number;
  /** One that was completed yesterday. */
  readonly past: number;
}

/** Around 50 lb, mostly within 45 … 55, the same at every run. */
function plantWeight(index: number): string {
  const swing = Math.sin(index * 12.9898) + Math.sin(index * 78.233) + Math.sin(index * 37.719);
  return (50.35 + swing * 1.75).toFixed(2);
}

/**
 * Station 1 weighs for a job; on Station 2 nobody started one, so its bags have none, and the web application
 * refuses them. Scale 9 is new. Some frames were rejected.
 */
export async function startPlant(env: Readonly<Record<string, string>> = {}): Promise<Plant> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = stack.use(tempFolder());
    const { url, sql } = await testDatabase();
    const upstream = startFakeUpstream(({ station, form }) =>
      form.weight === "61.00"
        ? Response.json({ success: false, error: "weight is above what a bag can hold" }, { status: 422 })
        : station === "Station 2"
          ? Response.json({ success: false, error: "no active job for this station" }, { status: 409 })
          : Response.json({ success: true, bag_id: 1, bag_num: 1, in_tolerance: true, job_complete: false }),
    );
    stack.defer(() => upstream.stop());
    const appliance = stack.use(
      await startAppliance({
        dataDir: join(folder.path, "data"),
        databaseUrl: url,
        env: {
          PREPUFF_STATIONS: "1:Station 1,2:Station 1,3:Station 2",
          PREPUFF_UPSTREAM_URL: upstream.url,
          PREPUFF_UPSTREAM_TOKEN: "token-of-the-web-application",
          ...env,
        },
      }),
    );
    await appliance.ready();
    const lines = new Map<number, Promise<ScaleLine>>();
    const scale = (id: number) => {
      let line = lines.get(id);
      if (line === undefined) {
        line = connectScale(appliance.scalePort).then((connected) => stack.use(connected));
        lines.set(id, line);
      }
      return line;
    };
    const send = async (id: number, weights: readonly string[]) =>
      (await scale(id)).send(weights.map((weight) => `${id},${weight} lb\r\n`).join(""));
    const recorded = (count: number) =>
      until(`${count} bags are recorded`, async () => {
        const [row] = await sql<{ bags: number }[]>`select count(*) as bags from filler_bag`;
        return (row?.bags ?? 0) >= count;
      });

    const past = await startJob(appliance, {
      company: "Nordic Packaging AB",
      quantity: 40,
      started_by: "Ann",
    });
    await send(
      1,
      Array.from({ length: 40 }, (_, index) => plantWeight(index + 500)),
    );
    await recorded(40);
    await moveToYesterday(sql, past.id);
    const running = await startJob(appliance, {
      company: "Acme Foam Works",
      quantity: 200,
      started_by: "Miguel",
    });
    await send(
      1,
      Array.from({ length: 70 }, (_, index) => plantWeight(index)),
    );
    await send(
      2,
      Array.from({ length: 40 }, (_, index) => plantWeight(index + 100)),
    );
    await recorded(150);
    await send(3, ["48.80", "49.10", "61.00", "50.40"]);
    await send(9, ["51.25"]);
    const line = await scale(2);
    await line.send("2,45.20 stone\r\n2,-0.40 lb\r\nG  50.20 lb\r\nG  50.40 lb\r\n2,------ lb\r\n");
    await recorded(155);
    await until("bags are parked", async () => {
      const shape = z.object({ items: z.array(z.unknown()) });
      const { items } = await answered(appliance.api("/api/deliveries?state=parked"), shape);
      return items.length === 4;
    });
    return {
      appliance,
      sql,
      upstream,
      scale,
      running: running.id,
      past: past.id,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** As if it had been weighed over five hours of the day before. */
async function moveToYesterday(sql: Sql, job: number): Promise<void> {
  // Else each of them would be a record that was changed past the appliance.
  await sql`alter table filler_bag disable trigger bag_linked`;
  await sql`
    update filler_bag
    set weighed_at = weighed_at - interval '1 day' - interval '5 hours' + bag_num * interval '7 minutes'
    where prepuff_job_id = ${job}`;
  await sql`alter table filler_bag enable trigger bag_linked`;
  await sql`
    update prepuff_job
    set started_at = started_at - interval '29 hours', ended_at = ended_at - interval '1 day'
    where id = ${job}`;
}
