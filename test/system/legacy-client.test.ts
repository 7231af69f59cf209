import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { roleTokens, startAppliance } from "../support/appliance.ts";
import { listBags, startJob } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const answerShape = z.object({ status: z.number(), text: z.string() });

/** Runs the old server's own code, with its own settings file. It says itself which HTTP library it had. */
async function runLegacyClient(settingsFile: string, frames: readonly string[]) {
  const client = Bun.spawn(["python3", join(import.meta.dir, "legacy_client.py"), settingsFile, ...frames], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
  });
  const [output, complaint] = await Promise.all([
    new Response(client.stdout).text(),
    new Response(client.stderr).text(),
  ]);
  if ((await client.exited) !== 0) throw new Error(`the legacy client failed: ${complaint}`);
  const [library = "", ...lines] = output.trim().split("\n");
  process.stderr.write(`the legacy client's requests are ${library}\n`);
  return lines.map((line) => {
    const { status, text } = answerShape.parse(JSON.parse(line));
    return { status, json: JSON.parse(text) };
  });
}

test("the old Python server can post its bags here, and gets the answers that it knows", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using appliance = await startAppliance({ dataDir: join(folder.path, "data"), databaseUrl: url });
  await appliance.ready();
  const { port } = await appliance.line("HTTP port open");
  const settings = {
    host: "0.0.0.0",
    port: 10001,
    site_url: `http://127.0.0.1:${port}`,
    controller: "/api/prepuff",
    function: "scan_bag",
    api_key: roleTokens.ingest,
    station: "Station 1",
  };
  const settingsFile = join(folder.path, "settings.json");
  writeFileSync(settingsFile, JSON.stringify(settings));
  const strangersFile = join(folder.path, "strangers-settings.json");
  writeFileSync(strangersFile, JSON.stringify({ ...settings, api_key: "Bearer_Token_String_Here" }));
  const job = await startJob(appliance, { quantity: 3 });

  const answers = await runLegacyClient(settingsFile, [
    "1,50.00 lb",
    "2, 44.99 lb",
    "3,23.00 kg",
    "1,50.00 lb",
    "1,heavy lb",
    "one,50.00 lb",
  ]);
  const taken = (bag_num: number, in_tolerance: boolean, job_complete: boolean) => ({
    status: 200,
    json: { success: true, bag_id: expect.any(Number), bag_num, in_tolerance, job_complete },
  });
  expect(answers).toEqual([
    taken(1, true, false),
    taken(2, false, false),
    taken(3, true, true),
    { status: 409, json: expect.objectContaining({ success: false, error: "no_active_job" }) },
    { status: 422, json: expect.objectContaining({ success: false, field: "weight" }) },
    { status: 422, json: expect.objectContaining({ success: false, field: "scale" }) },
  ]);
  expect(await runLegacyClient(strangersFile, ["1,50.00 lb"])).toEqual([
    { status: 401, json: expect.objectContaining({ success: false }) },
  ]);

  const bags = await listBags(appliance, `&job_id=${job.id}`);
  expect(bags.map((bag) => [bag.id, bag.weight, bag.unit, bag.scale, bag.source, bag.station])).toEqual([
    [answers[0]?.json.bag_id, "50.00", "lb", 1, "api", "Station 1"],
    [answers[1]?.json.bag_id, "44.99", "lb", 2, "api", "Station 1"],
    [answers[2]?.json.bag_id, "23.00", "kg", 3, "api", "Station 1"],
  ]);
}, 60_000);
