import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "../../support/browser.ts";
import { freePort } from "../../support/free-port.ts";
import { listBags } from "../../support/outside.ts";
import { connectScale } from "../../support/scale-line.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";
import { type Floor, fills, isSound, shows, startFloor } from "./floor.ts";

const folder = tempFolder();
const port = freePort();
let floor: Floor;

describe.skipIf(chromiumPath === null)("the operator's board at a scale that streams", () => {
  beforeAll(async () => {
    const source = {
      name: "Platform",
      connection: { kind: "listen", port },
      dialect: "sma",
      mode: "stream",
      scale: 90,
      station: "Line 1",
      stream: { division: "0.02", settle_ms: 300 },
    };
    writeFileSync(join(folder.path, "sources.json"), JSON.stringify({ sources: [source] }));
    floor = await startFloor({ PREPUFF_SOURCES: join(folder.path, "sources.json") });
  });
  afterAll(async () => {
    await floor?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("shows the weight while the load is on with what is missing, and the bag when it is taken off", async () => {
    const station = floor.station();
    await station.job();
    using line = await connectScale(port);
    await using reader = await station.open();
    const { page } = reader;
    let shown = "0.00";
    const stream = setInterval(() => void line.send(`\n 1G  ${shown.padStart(10)}lb \r`), 50);
    try {
      await shows(page, "No bags yet");
      shown = "44.20";
      await fills(page, "under", "44.20", "Add 5.80 lb");
      await shows(page, "Target 50.00 lb, from 45.00 lb to 55.00 lb");
      shown = "56.00";
      await fills(page, "over", "56.00", "Take off 6.00 lb");
      shown = "50.20";
      await fills(page, "in", "50.20", "It stands still: take the bag off.");
      await isSound(reader);
      expect(await listBags(floor.appliance, "&scale=90")).toEqual([]);
      shown = "0.00";
      await shows(page, "Bag 1 of 100");
      await fills(page, "in", "50.20", "+0.20 lb from the target");
      await until(
        "the bag is stored",
        async () => (await listBags(floor.appliance, "&scale=90")).length === 1,
      );
    } finally {
      clearInterval(stream);
    }
  });
});
