import { expect, test } from "bun:test";
import { z } from "zod";
import { startAppliance } from "../support/appliance.ts";
import { readEvents } from "../support/event-stream.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { answered, readLedger, startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const shape = z.object({ id: z.int(), uid: z.string(), bag_num: z.int() });

test("bags by hand come between those of the scale, are forwarded and shown like them, and no frame is missing", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  const upstream = startFakeUpstream();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => upstream.stop());
  const appliance = stack.use(
    await startAppliance({
      dataDir: folder.path,
      databaseUrl: url,
      env: { PREPUFF_UPSTREAM_URL: upstream.url, PREPUFF_UPSTREAM_TOKEN: "token-of-the-upstream" },
    }),
  );
  await appliance.ready();
  await startJob(appliance);
  const stream = readEvents(await appliance.api("/api/events"));
  await stream.begun();
  using line = await connectScale(appliance.scalePort);
  const enter = (weight: string) => {
    const body = { station: "Station 1", weight, unit: "lb" };
    const headers = { "idempotency-key": weight };
    return answered(appliance.api("/api/bags", { method: "POST", body, headers }), shape);
  };

  await line.send("1,50.01 lb\r\n");
  await untilRecorded(appliance, 1);
  const second = await enter("50.02");
  await line.send("1,50.03 lb\r\n");
  await untilRecorded(appliance, 2);
  const fourth = await enter("50.04");

  expect([second.bag_num, fourth.bag_num]).toEqual([2, 4]);
  await until("all are forwarded", () => upstream.taken.length === 4);
  expect(upstream.received.map(({ form }) => form.weight)).toEqual(["50.01", "50.02", "50.03", "50.04"]);
  expect(upstream.taken[1]).toBe(second.uid);
  await until("all are shown", () => stream.ids("bag").length >= 4);
  expect(new Set(stream.ids("bag"))).toContain(fourth.id);
  expect(await readLedger(appliance)).toMatchObject({
    received: 2,
    bags: 2,
    rejected: 0,
    pending: 0,
    missing: 0,
  });
  const numbers = await sql<{ bag_num: number }[]>`select bag_num from filler_bag order by id`;
  expect(numbers.map(({ bag_num: number }) => number)).toEqual([1, 2, 3, 4]);
  await stream.close();
}, 60_000);
