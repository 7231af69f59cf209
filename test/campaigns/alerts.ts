/**
 * Walks through every section of docs/runbooks.md: brings the state about with a real appliance, a real PostgreSQL, a
 * real Prometheus and an upstream, waits until the alert fires, does what the runbook says, waits until it is over.
 * Time runs 60 times as fast in the rules (test/support/time-lapse.ts), nowhere else. As root, on Linux.
 *
 *   bun test/campaigns/alerts.ts
 *   bun test/campaigns/alerts.ts --only DatabaseDown,LedgerMissing
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startAppliance } from "../support/appliance.ts";
import { startCampaign } from "../support/campaign.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { freePort } from "../support/free-port.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { timeLapse } from "../support/time-lapse.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";
import { readRules } from "../watch/rule-files.ts";
import { createWalks, type Plant } from "./alert-walks.ts";
import { startPlantScales } from "./plant-scales.ts";

const { values } = parseArgs({ options: { only: { type: "string" } }, strict: false });
const only = typeof values.only === "string" ? values.only.split(",") : null;
// The campaign's own reader of the command line does not know texts.
if (only !== null) process.argv.splice(2);
const campaign = startCampaign("alerts", {});
const { say, check } = campaign;

const program = findTool("prometheus");
if (program === null) throw new Error("needs prometheus");
await using stack = new AsyncDisposableStack();
const folder = stack.use(tempFolder());
const disk = join(folder.path, "disk");
mkdirSync(disk);
const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", disk]);
if (!mounted.success) throw new Error("needs to mount a small disk: run it as root");
stack.defer(() => void Bun.spawnSync(["umount", "-l", disk]));

const postgres = stack.use(await startSystemPostgres());
const upstream = startFakeUpstream();
stack.defer(() => upstream.stop());
const [scalePort, httpPort] = [freePort(), freePort()];
const tokenFile = join(folder.path, "upstream-token");
const backups = join(folder.path, "backups");
mkdirSync(backups);
await Bun.write(tokenFile, "the-token-of-the-upstream");

const launch = () =>
  startAppliance({
    dataDir: join(disk, "data"),
    databaseUrl: postgres.url,
    binary: campaign.binary,
    env: {
      PREPUFF_SCALE_PORT: String(scalePort),
      PREPUFF_HTTP_PORT: String(httpPort),
      PREPUFF_SILENT_AFTER_S: "5",
      PREPUFF_UPSTREAM_URL: upstream.url,
      PREPUFF_UPSTREAM_TOKEN_FILE: tokenFile,
      PREPUFF_BACKUP_DIR: backups,
    },
  });
const plant: Plant = {
  appliance: await launch(),
  postgres,
  upstream,
  scales: startPlantScales(scalePort, [1, 2]),
  disk,
  backups,
  tokenFile,
  async restart(signal) {
    plant.appliance.kill(signal);
    await plant.appliance.exited;
    plant.appliance = await launch();
  },
};
stack.defer(() => plant.appliance[Symbol.asyncDispose]());
stack.use(plant.scales);
await plant.appliance.ready();
const walks = createWalks(plant);
await walks.begin();
const prometheus = stack.use(
  await startPrometheus({
    program,
    dataDir: join(folder.path, "prometheus"),
    targets: { "prepuff:8080": `127.0.0.1:${httpPort}` },
    rules: timeLapse,
  }),
);

async function firing(): Promise<string[]> {
  const rules = await prometheus.rules();
  return rules.filter(({ state }) => state === "firing").map(({ name }) => name);
}

const { alerts } = await readRules();
const names = alerts.map(({ alert }) => alert);
check(
  "every alert has a walk",
  names.every((name) => name in walks.all),
);
await until("nothing fires in a good plant", async () => (await firing()).length === 0, 60_000);
const told: string[] = [];
for (const [name, walk] of Object.entries(walks.all)) {
  if (only !== null && !only.includes(name)) continue;
  const began = performance.now();
  const since = () => ((performance.now() - began) / 1000).toFixed(0);
  try {
    say(`${name}: ${walk.state}`);
    await walk.bring();
    await until(`${name} fires`, async () => (await firing()).includes(name), 150_000);
    const fires = since();
    await walk.remedy();
    await until(`${name} is over`, async () => !(await firing()).includes(name), 150_000);
    say(`${name}: fired after ${fires} s, over after ${since()} s: ${walk.done}`);
    told.push(name);
    await until("nothing fires any more", async () => (await firing()).length === 0, 150_000);
  } catch (error) {
    check(`${name}: ${error}; firing: ${await firing()}`, false);
    await walk.remedy().catch(() => undefined);
  }
}
const { missing } = await walks.ledger();
check("the ledger adds up in the end", missing === 0);
campaign.receipt({ alerts: names.length, walked: told.length, "ledger missing": missing });
