import { expect, test } from "bun:test";
import { z } from "zod";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { freePort } from "../support/free-port.ts";
import { answered, listBags, untilRecorded } from "../support/outside.ts";
import { connectScale, type ScaleLine } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const print = (weight: string) => `\n 1G ${weight.padStart(11)}lb \r`;
const name = "Mühle 2/3 – 50 %";
const path = `/api/sources/${encodeURIComponent(name)}`;

test("a source kept in the office holds at once, after a restart, and while PostgreSQL is away", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const options = { dataDir: folder.path, databaseUrl: postgres.url };
  const [port, second] = [freePort(), freePort()];
  const source = { name, connection: { kind: "listen", port }, dialect: "sma", scale: 7, station: "Mill" };
  {
    await using appliance = await startAppliance(options);
    await appliance.ready();
    expect((await appliance.api("/api/sources", { method: "POST", body: source })).status).toBe(201);
    await weigh(port, "5.025");
    await untilRecorded(appliance, 1);
    expect((await listBags(appliance))[0]).toMatchObject({ scale: 7, station: "Mill", weight: "5.025" });
    expect(await stateOf(appliance)).toMatchObject({ is: "waiting", scales: [7], bags: 1 });
    const moved = { ...source, connection: { kind: "listen", port: second } };
    expect((await appliance.api(path, { method: "PUT", body: moved })).status).toBe(200);
    await weigh(second, "6.125");
    await untilRecorded(appliance, 2);
  }
  await postgres.stop();
  await using appliance = await startAppliance(options);
  await appliance.origin();
  expect((await appliance.api(path, { method: "PUT", body: source })).status).toBe(503);
  await weigh(second, "7.225");
  await until("its print is counted", async () => (await stateOf(appliance)).bags === 1);
  await postgres.start();
  await untilRecorded(appliance, 3);
  expect((await listBags(appliance)).at(-1)).toMatchObject({ scale: 7, station: "Mill", weight: "7.225" });
  for (const odd of ["%FF", "%", "%2", "a/b", "%00", "x".repeat(101)]) {
    const answer = await appliance.api(`/api/sources/${odd}`, { method: "DELETE" });
    expect({ odd, is: [404, 422].includes(answer.status) }).toEqual({ odd, is: true });
  }
  expect((await appliance.api(path, { method: "DELETE" })).status).toBe(204);
  await until("its port is closed", async () => {
    using line = await connectScale(second).catch(() => null);
    return line === null;
  });
}, 60_000);

async function weigh(port: number, weight: string): Promise<void> {
  let line: ScaleLine | null = null;
  await until("the source's port is open", async () => {
    line = await connectScale(port).catch(() => null);
    return line !== null;
  });
  using opened: ScaleLine | null = line;
  await (opened as ScaleLine | null)?.send(print(weight));
}

async function stateOf(appliance: Appliance) {
  const shape = z.object({
    items: z.array(z.looseObject({ name: z.string().nullable(), state: z.looseObject({}) })),
  });
  const { items } = await answered(appliance.api("/api/sources"), shape);
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new Error("there is no such source");
  return found.state;
}
