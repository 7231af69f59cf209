import { expect, test } from "bun:test";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { readEvents } from "../support/event-stream.ts";
import { startJob } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const shape = z.object({ uid: z.string(), weight: z.string(), station: z.string() });

async function follow(appliance: Appliance) {
  const { port } = await appliance.line("HTTP port open");
  // No time limit, as a browser has none.
  const stream = readEvents(
    await fetch(`http://127.0.0.1:${port}/api/events`, {
      headers: { authorization: "Bearer viewer-token-of-the-system-tests" },
    }),
  );
  await stream.begun();
  const of = (type: string, from: readonly { type: string; data: unknown }[]) =>
    from.flatMap((event) => (event.type === type ? [shape.parse(event.data)] : []));
  return {
    stream,
    readings: () => of("reading", stream.now),
    bags: () => of("bag", stream.events),
    healths: () => stream.now.flatMap(({ type, data }) => (type === "health" ? [JSON.stringify(data)] : [])),
  };
}

test("weights are shown while Postgres is stopped, and their bags follow when it is back, none missed", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  await startJob(appliance);
  const { stream, readings, bags, healths } = await follow(appliance);
  using line = await connectScale(appliance.scalePort);

  let recorded = "";
  await until("a bag came at once", async () => {
    const [before, sentAt] = [bags().length, performance.now()];
    await line.send("1,50.00 lb\r\n");
    await until("the bag came", () => bags().length > before);
    // On a busy machine one may take so long that it is shown as one that waits, and rightly.
    if (performance.now() - sentAt < 200) recorded = bags().at(-1)?.uid ?? "";
    return recorded !== "";
  });
  // Longer than a bag may take before it counts as waiting.
  await Bun.sleep(500);
  expect(readings().map(({ uid }) => uid)).not.toContain(recorded);
  const [shown, kept] = [readings().length, bags().length];

  await postgres.stop();
  await until("it is told", () => healths().at(-1)?.includes('"status":"degraded"') ?? false);
  for (const weight of ["50.10", "50.20", "50.30"]) {
    await line.send(`1,${weight} lb\r\n`);
    // Nothing waits for Postgres here: it is started further down.
    await until(`${weight} is shown`, () => readings().at(-1)?.weight === weight);
  }
  const waited = readings().slice(shown);
  expect(waited.map(({ weight }) => weight)).toEqual(["50.10", "50.20", "50.30"]);
  expect(bags()).toHaveLength(kept);

  await postgres.start();
  await until("the bags came", () => bags().length === kept + 3);
  const later = bags().slice(kept);
  expect(later.map(({ weight }) => weight)).toEqual(["50.10", "50.20", "50.30"]);
  expect(later.map(({ uid }) => uid)).toEqual(waited.map(({ uid }) => uid));
  await until("all is well again", () => healths().at(-1)?.includes('"status":"up"') ?? false);
  await stream.close();
}, 60_000);

test("weights are shown while Postgres stands still and nobody knows it yet", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  const { stream, readings, bags } = await follow(appliance);
  using line = await connectScale(appliance.scalePort);
  postgres.freeze();
  await line.send("1,50.10 lb\r\n");
  await until("it is shown", () => readings().length === 1, 3_500);
  postgres.thaw();
  await until("its bag came", () => bags().length === 1);
  expect(bags()[0]?.uid).toBe(readings()[0]?.uid ?? "");
  await stream.close();
}, 60_000);
