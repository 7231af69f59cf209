import { afterAll, beforeAll, expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const folder = tempFolder();
let appliance: Appliance;

beforeAll(async () => {
  const { url } = await testDatabase({ migrated: false });
  appliance = await startAppliance({ dataDir: folder.path, databaseUrl: url });
  await appliance.ready();
}, 60_000);
afterAll(async () => {
  await appliance.stop();
  folder[Symbol.dispose]();
});

async function bags(): Promise<number> {
  const ledger = z.object({ bags: z.int(), missing: z.int() });
  return ledger.parse(await (await appliance.api("/api/ledger")).json()).bags;
}

/** The lines of the metric that counts refused connections. */
async function refused(): Promise<string[]> {
  const metrics = await (await appliance.api("/metrics")).text();
  return metrics.split("\n").filter((line) => line.startsWith("prepuff_connections_refused_total{"));
}

test("200 scales that connect, print and are gone while the process is stopped have all weighed", async () => {
  const [before, refusedBefore] = [await bags(), await refused()];
  appliance.kill("SIGSTOP");
  for (let scale = 1; scale <= 200; scale++) {
    const socket = connect(appliance.scalePort, "127.0.0.1");
    socket.write(`${scale},20.00 lb\r\n`, () => socket.destroy());
    await once(socket, "close");
  }
  appliance.kill("SIGCONT");
  await until("all 200 are recorded", async () => (await bags()) === before + 200);
  expect(await refused()).toEqual(refusedBefore);
}, 60_000);

test.skipIf(process.platform !== "linux")(
  "1,024 silent connections lock no scale out",
  async () => {
    const before = await bags();
    const silent: Socket[] = [];
    for (let number = 0; number < 1_024; number++) {
      // 64 from each address; all of 127.0.0.0/8 is this machine.
      const socket = connect({
        host: "127.0.0.1",
        port: appliance.scalePort,
        localAddress: `127.0.1.${1 + Math.floor(number / 64)}`,
      });
      socket.on("error", () => undefined);
      await once(socket, "connect");
      silent.push(socket);
    }
    using scale = await connectScale(appliance.scalePort);
    await scale.send("7,20.00 lb\r\n");
    await until("the scale's bag is recorded", async () => (await bags()) === before + 1);
    expect(scale.isOpen).toBe(true);
    for (const socket of silent) socket.destroy();
  },
  60_000,
);
