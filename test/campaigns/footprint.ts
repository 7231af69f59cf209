/**
 * How soon scales can connect after the start, with a migrated database there (the median of several starts), and
 * how much memory the appliance takes with 50 scales connected that are silent.
 *
 *   bun test/campaigns/footprint.ts --binary dist/prepuff
 *   bun test/campaigns/footprint.ts                         (from source)
 */
import { readFileSync } from "node:fs";
import { spawnAppliance, startAppliance } from "../support/appliance.ts";
import { memoryOf, quantile, startCampaign } from "../support/campaign.ts";
import { readLedger } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { freePort, untilAccepted } from "../support/scale-port.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const campaign = startCampaign("footprint", { starts: 10, scales: 50, idle: 30 });
const { say, check, numbers, binary } = campaign;

using folder = tempFolder();
await using postgres = await startSystemPostgres();
const options = { dataDir: folder.path, databaseUrl: postgres.url, binary };
{
  await using first = await startAppliance(options);
  await first.ready();
  check("it stops with code 0", (await first.stop()) === 0);
}

const toScales: number[] = [];
const toReady: number[] = [];
for (let start = 1; start <= numbers.starts; start++) {
  const port = await freePort();
  const began = performance.now();
  await using appliance = spawnAppliance({ ...options, env: { PREPUFF_SCALE_PORT: String(port) } });
  await untilAccepted(port, 20_000);
  toScales.push(performance.now() - began);
  await appliance.line("ready");
  toReady.push(performance.now() - began);
  appliance.kill("SIGTERM");
  check("it stops with code 0", (await appliance.exited) === 0);
  say(
    `start ${start}: scales' port after ${toScales.at(-1)?.toFixed(0)} ms, all of it after ${toReady.at(-1)?.toFixed(0)} ms`,
  );
}

await using appliance = await startAppliance(options);
await appliance.ready();
const fresh = memoryOf(appliance.pid);
const lines = await Promise.all(
  Array.from({ length: numbers.scales }, () => connectScale(appliance.scalePort)),
);
say(`${numbers.scales} scales connected, silent for ${numbers.idle} s`);
await Bun.sleep(numbers.idle * 1_000);
check(
  "all are still connected",
  lines.every((line) => line.isOpen),
);
const idle = memoryOf(appliance.pid);
const cpu = await cpuPercent(appliance.pid, 5_000);
check(
  "every connection was closed in order",
  (await Promise.all(lines.map((line) => line.close()))).every(Boolean),
);
check("nothing was made of silence", (await readLedger(appliance)).received === 0);
campaign.receipt({
  of: binary ?? "source",
  starts: numbers.starts,
  "scales' port, median": `${quantile(toScales, 0.5).toFixed(0)} ms`,
  worst: `${quantile(toScales, 1).toFixed(0)} ms`,
  "all ready, median": `${quantile(toReady, 0.5).toFixed(0)} ms`,
  "RSS fresh": `${fresh.now} MB`,
  [`RSS with ${numbers.scales} idle scales`]: `${idle.now} MB`,
  "of that not from the program's file": `${idle.anonymous} MB`,
  "CPU idle": `${cpu.toFixed(1)} %`,
});

/** Percent of one core over the next `ms`. A tick is 10 ms on every Linux that Bun runs on. */
async function cpuPercent(pid: number, ms: number): Promise<number> {
  const ticks = () => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await Bun.sleep(ms);
  return ((ticks() - before) * 10 * 100) / ms;
}
