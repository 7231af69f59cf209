import { expect, test } from "bun:test";
import { z } from "zod";
import { startAppliance } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { answered, getJob, readMetric, startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const bags = z.object({
  items: z.array(
    z.object({
      id: z.int(),
      weight: z.string(),
      bag_num: z.int().nullable(),
      doubt: z.string().nullable(),
      delivery: z.object({ state: z.string() }).nullable(),
    }),
  ),
});
const findings = z.object({
  items: z.array(z.object({ what: z.string() })),
});

test("a scale that prints 50.00 ten times a second fills no job; what it repeated is kept, told and assignable", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using stack = new AsyncDisposableStack();
  const upstream = startFakeUpstream();
  stack.defer(() => upstream.stop());
  const options = { dataDir: folder.path, databaseUrl: url, env: { PREPUFF_UPSTREAM_URL: upstream.url } };
  const before = await startAppliance(options);
  await before.ready();
  const job = await startJob(before, { quantity: 20 });
  const prints = 40;
  {
    // On two connections in turn: the scale counts, not the line.
    using one = await connectScale(before.scalePort);
    using other = await connectScale(before.scalePort);
    for (let nth = 0; nth < prints; nth++) {
      await (nth % 2 === 0 ? one : other).send(nth % 3 === 1 ? "1,50.02 lb\r\n" : "1,50.00 lb\r\n");
      await Bun.sleep(100);
    }
    await until(
      "all are read",
      async () =>
        (await readMetric(before, 'prepuff_readings_total{scale="1",result="accepted"}')) === prints,
    );
    expect(await readMetric(before, 'prepuff_scale_repeating{scale="1"}')).toBe(1);
  }
  // What was decided when it was weighed holds, whenever it is recorded.
  before.kill("SIGKILL");
  await before.exited;

  await using appliance = await startAppliance(options);
  await appliance.ready();
  await untilRecorded(appliance, prints);
  expect(await getJob(appliance, job.id)).toMatchObject({ status: "active", bags_completed: 10 });
  const kept = await answered(appliance.api("/api/bags?verdict=no_job&limit=500"), bags);
  expect(kept.items).toHaveLength(prints - 10);
  expect(kept.items.every(({ doubt, delivery }) => doubt === "repeats" && delivery === null)).toBe(true);
  await until("the others are forwarded, and no more", () => upstream.taken.length === 10);
  const { items } = await answered(appliance.api("/api/findings"), findings);
  expect(items.map(({ what }) => what)).toContain(
    "30 of scale 1 in the last day count for no job: they repeat like a stream",
  );

  const [chosen] = kept.items;
  await appliance.api(`/api/bags/${chosen?.id}/assign`, { method: "POST", body: { job_id: job.id } });
  await until("it is forwarded", () => upstream.taken.length === 11);
  const [counted] = (await answered(appliance.api(`/api/bags?job_id=${job.id}&limit=1`), bags)).items;
  expect(counted).toMatchObject({ id: chosen?.id ?? 0, bag_num: 11, doubt: "repeats" });

  // A burst of different prints that a link held back is bags, all of them.
  using late = await connectScale(appliance.scalePort);
  const burst = Array.from({ length: 9 }, (_, nth) => `1,${(49 + nth / 4).toFixed(2)} lb\r\n`);
  await late.send(burst.join(""));
  await untilRecorded(appliance, prints + burst.length);
  expect(await getJob(appliance, job.id)).toMatchObject({ status: "completed", bags_completed: 20 });
}, 60_000);
