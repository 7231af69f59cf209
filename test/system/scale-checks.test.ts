import { expect, test } from "bun:test";
import { z } from "zod";
import { askedCheckSchema } from "../../src/records/scale-checks/asked.ts";
import { scaleCheckSchema } from "../../src/records/scale-checks/check-list.ts";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { answered, getJob, listBags, readLedger, startJob, untilRecorded } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** 50 lb at a division of 0.02 lb are 2,500 divisions: ±3 of them are allowed. */
const checking = {
  division: "0.02",
  unit: "lb",
  class: "hb44-iii",
  weights: [{ name: "50 lb", weight: "50", unit: "lb" }],
};

async function withScale(
  work: (appliance: Appliance, postgres: SystemPostgres) => Promise<void>,
): Promise<void> {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  await work(appliance, postgres);
}

function set(appliance: Appliance, changes: object = {}) {
  const body = { ...checking, ...changes };
  return appliance.api("/api/scales/1/checking", { method: "PUT", body });
}

function ask(appliance: Appliance, body: object = {}) {
  return answered(appliance.api("/api/scales/1/checks", { method: "POST", body }), askedCheckSchema);
}

async function result(appliance: Appliance, uid: string) {
  const read = () => answered(appliance.api(`/api/scales/1/checks/${uid}`), askedCheckSchema);
  await until("the check is judged", async () => (await read()).state === "done");
  return (await read()).result;
}

test("the next print is the check and no bag: ±0.06 lb at 50 lb passes, ±0.08 lb fails", async () => {
  await withScale(async (appliance) => {
    using line = await connectScale(appliance.scalePort);
    const job = await startJob(appliance);
    await line.send("1,49.90 lb\r\n");
    await untilRecorded(appliance, 1);
    expect((await set(appliance)).status).toBe(200);

    const verdicts: unknown[] = [];
    for (const shown of ["50.06", "49.94", "50.08", "49.92"]) {
      const { uid, allowed } = await ask(appliance);
      expect(allowed).toBe("0.06");
      await line.send(`1,${shown} lb\r\n`);
      const made = await result(appliance, uid);
      verdicts.push([made?.prints, made?.error, made?.allowed, made?.passes]);
    }
    expect(verdicts).toEqual([
      [[{ weight: "50.06", unit: "lb" }], "0.06", "0.06", true],
      [[{ weight: "49.94", unit: "lb" }], "-0.06", "0.06", true],
      [[{ weight: "50.08", unit: "lb" }], "0.08", "0.06", false],
      [[{ weight: "49.92", unit: "lb" }], "-0.08", "0.06", false],
    ]);
    const { asked } = await answered(
      appliance.api("/api/scales/1/checking"),
      z.object({ asked: askedCheckSchema.nullable() }),
    );
    expect(asked).toBeNull();
    // Behind its check a print is a bag again.
    await line.send("1,50.10 lb\r\n");
    await untilRecorded(appliance, 6);

    expect((await listBags(appliance)).map(({ weight, bag_num: number }) => [weight, number])).toEqual([
      ["49.90", 1],
      ["50.10", 2],
    ]);
    expect(await getJob(appliance, job.id)).toMatchObject({ bags_completed: 2 });
    expect(await readLedger(appliance)).toMatchObject({ received: 6, bags: 2, rejected: 4, missing: 0 });
    const { items } = await answered(
      appliance.api("/api/scales/1/checks"),
      z.object({ items: z.array(scaleCheckSchema) }),
    );
    expect(items.map(({ passes }) => passes)).toEqual([false, false, true, true]);
  });
}, 60_000);

test("a print in another unit is judged exactly", async () => {
  await withScale(async (appliance) => {
    using line = await connectScale(appliance.scalePort);
    await line.send("1,49.90 lb\r\n");
    await untilRecorded(appliance, 1);
    // 20 kg are 44.09245…lb, with ±0.06 lb: 0.0272155422 kg.
    await set(appliance, { weights: [{ name: "20 kg", weight: "20", unit: "kg" }] });
    const shown = { "20.0272": true, "20.0273": false };
    for (const [weight, passes] of Object.entries(shown)) {
      const { uid } = await ask(appliance);
      await line.send(`1,${weight} kg\r\n`);
      expect(await result(appliance, uid)).toMatchObject({ passes, unit: "kg", allowed: "0.027216" });
    }
  });
}, 60_000);

test("a check that is printed while PostgreSQL is away is recorded afterwards, and no bag", async () => {
  await withScale(async (appliance, postgres) => {
    using line = await connectScale(appliance.scalePort);
    await line.send("1,49.90 lb\r\n");
    await untilRecorded(appliance, 1);
    await set(appliance);
    const { uid } = await ask(appliance);
    await postgres.stop();
    await appliance.line("database away: weighing goes on");
    await line.send("1,50.02 lb\r\n1,49.80 lb\r\n");
    expect((await appliance.api("/api/scales/1/checks", { method: "POST", body: {} })).status).toBe(503);
    await postgres.start();
    await untilRecorded(appliance, 3);
    expect(await result(appliance, uid)).toMatchObject({ error: "0.02", passes: true });
    expect((await listBags(appliance)).map(({ weight }) => weight)).toEqual(["49.90", "49.80"]);
    expect(await readLedger(appliance)).toMatchObject({ received: 3, bags: 2, rejected: 1, missing: 0 });
  });
}, 60_000);

test("after a restart within the minute the print is a bag, and the check is over", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const options = {
    dataDir: folder.path,
    databaseUrl: postgres.url,
    env: { PREPUFF_STATIONS: "1:Station 1" },
  };
  await using before = await startAppliance(options);
  await before.ready();
  await set(before);
  const { uid } = await ask(before);
  await before.stop();
  await using after = await startAppliance(options);
  await after.ready();
  using line = await connectScale(after.scalePort);
  await line.send("1,50.02 lb\r\n");
  await untilRecorded(after, 1);
  expect((await listBags(after)).map(({ weight }) => weight)).toEqual(["50.02"]);
  const check = await answered(after.api(`/api/scales/1/checks/${uid}`), askedCheckSchema);
  expect(check).toMatchObject({ state: "expired", prints: [], result: null });
}, 60_000);

test("repeatability takes ten prints of one load; the eleventh is a bag", async () => {
  await withScale(async (appliance) => {
    using line = await connectScale(appliance.scalePort);
    await line.send("1,49.90 lb\r\n");
    await untilRecorded(appliance, 1);
    await set(appliance, { smallest_load: "45" });
    const shown = ["50.00", "50.02", "50.00", "49.98", "50.00", "50.02", "50.00", "49.98", "50.00", "50.00"];
    const { uid, weighings, allowed } = await ask(appliance, { kind: "repeatability" });
    expect([weighings, allowed]).toEqual([10, "0.045"]);
    for (const weight of [...shown, "50.30"]) await line.send(`1,${weight} lb\r\n`);
    // s = 0.0133 lb, 2 s = 0.0267 lb.
    expect(await result(appliance, uid)).toMatchObject({
      prints: shown.map((weight) => ({ weight, unit: "lb" })),
      mean: "50",
      deviation: "0.013333",
      allowed: "0.045",
      error: null,
      passes: true,
    });
    await untilRecorded(appliance, 12);
    expect((await listBags(appliance)).map(({ weight }) => weight)).toEqual(["49.90", "50.30"]);
  });
}, 60_000);
