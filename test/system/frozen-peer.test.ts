import { expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { startAppliance } from "../support/appliance.ts";
import { isInTime } from "../support/in-time.ts";
import { answered, readLedger, startJob } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const program = join(import.meta.dir, "../support/lock-holder.ts");
const part = z.object({ state: z.string(), detail: z.string().nullable() });
const health = z.object({ status: z.string(), parts: z.object({ database: part }) });

test("a peer that is frozen while it records holds the others up for 5 s, which health says", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: url });
  await appliance.ready();
  await startJob(appliance);
  const database = async () => (await answered(appliance.api("/health/ready"), health)).parts.database;
  expect(await database()).toEqual({ state: "up", detail: null });
  using line = await connectScale(appliance.scalePort);

  const peer = Bun.spawn([process.execPath, program, url], { stdout: "pipe", stderr: "inherit" });
  try {
    const { value } = await peer.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("holds\n");
    peer.kill("SIGSTOP");
    await line.send("1,50.00 lb\r\n");
    let detail: string | null = null;
    await until("health says that recording waits", async () => {
      const { state, detail: said } = await database();
      detail = said;
      return state === "degraded";
    });
    expect(detail).toMatch(
      /^bags wait: another process \(prepuff, .*idle in transaction; PostgreSQL's process \d+\) has held what recording needs for \d+ s$/,
    );
    // The server ends the peer's transaction after 5 s, the peer after 10 minutes; the rest is the machine's.
    const recorded = until("the bag is recorded", async () => (await readLedger(appliance)).bags === 1);
    expect(await isInTime(recorded, 20_000)).toBe(true);
    expect(await database()).toEqual({ state: "up", detail: null });
  } finally {
    peer.kill("SIGKILL");
    await peer.exited;
  }
  // What the peer had begun is undone: the bag is the job's first.
  expect([...(await sql`select scale_id, bag_num from filler_bag`)]).toEqual([{ scale_id: 1, bag_num: 1 }]);
  expect(appliance.log().filter(({ msg }) => msg === "recording waits for a lock")).toHaveLength(1);
  expect(appliance.log().filter(({ msg }) => msg === "database away: weighing goes on")).toEqual([]);
}, 60_000);
