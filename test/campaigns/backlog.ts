/**
 * Starts the appliance with a journal full of bags that Postgres does not have, as after a long outage and a power
 * cut: how soon scales can connect, how long the drain takes, and how much memory.
 *
 *   bun test/campaigns/backlog.ts --bags 1000000 --binary dist/prepuff
 *
 * Held against each other: what this process wrote to its sockets and what Postgres has, in which order.
 */
import { spawnAppliance, startAppliance } from "../support/appliance.ts";
import { memoryOf, quantile, startCampaign } from "../support/campaign.ts";
import { jobsWithBadNumbers, readLedger, readMetric, startJob, storedWeights } from "../support/outside.ts";
import { connectScale, frames, uniqueWeights } from "../support/scale-line.ts";
import { freePort, untilAccepted } from "../support/scale-port.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("backlog", { bags: 1_000_000, scales: 50, starts: 5 });
const { say, check, numbers, binary } = campaign;
const scales = Array.from({ length: numbers.scales }, (_, index) => index + 1);
const bagsOfScale = Math.ceil(numbers.bags / numbers.scales);
const total = bagsOfScale * numbers.scales;
const groupBags = 200;

using folder = tempFolder();
await using postgres = await startSystemPostgres();
const options = { dataDir: folder.path, databaseUrl: postgres.url, binary };
{
  await using appliance = await startAppliance(options);
  await appliance.ready();
  await startJob(appliance, { quantity: total });
  await postgres.stop();
  const began = performance.now();
  check("every connection was closed in order", (await sendAll(appliance.scalePort)).every(Boolean));
  await until(
    "all is in the journal",
    async () => ((await readMetric(appliance, "prepuff_journal_entries")) ?? 0) >= total,
    60_000,
  );
  const seconds = (performance.now() - began) / 1000;
  say(`${total} bags journaled in ${seconds.toFixed(1)} s, at most ${memoryOf(appliance.pid).peak} MB`);
  appliance.kill("SIGKILL");
  await appliance.exited;
}

const toScales: number[] = [];
for (let start = 1; start <= numbers.starts; start++) {
  const port = await freePort();
  const began = performance.now();
  await using appliance = spawnAppliance({ ...options, env: { PREPUFF_SCALE_PORT: String(port) } });
  await untilAccepted(port, 60_000);
  toScales.push(performance.now() - began);
  say(`start ${start}: scales' port after ${toScales.at(-1)?.toFixed(0)} ms`);
  appliance.kill("SIGKILL");
  await appliance.exited;
}

await postgres.start();
await using appliance = await startAppliance(options);
const drainedFrom = performance.now();
const atStart = memoryOf(appliance.pid).now;
let mostMb = 0;
await until(
  "the journal is empty",
  async () => {
    mostMb = Math.max(mostMb, memoryOf(appliance.pid).now);
    await Bun.sleep(100);
    const ledger = await readLedger(appliance).catch(() => null);
    return ledger !== null && ledger.pending === 0 && ledger.received >= total;
  },
  1_800_000,
);
const drainSeconds = (performance.now() - drainedFrom) / 1000;
say(`drained in ${drainSeconds.toFixed(1)} s`);

const stored = await storedWeights(postgres.sql);
const wanted = uniqueWeights(bagsOfScale).join();
for (const scale of scales)
  check(`scale ${scale}'s bags are stored once each, in order`, stored.get(scale)?.join() === wanted);
check("the job's numbers are 1, 2, 3 …", (await jobsWithBadNumbers(postgres.sql)).length === 0);
const ledger = await readLedger(appliance);
check("the ledger misses nothing", ledger.missing === 0 && ledger.rejected === 0 && ledger.bags === total);
campaign.receipt({
  of: binary ?? "source",
  backlog: total,
  starts: numbers.starts,
  "scales' port, median": `${quantile(toScales, 0.5).toFixed(0)} ms`,
  worst: `${quantile(toScales, 1).toFixed(0)} ms`,
  "drained in": `${drainSeconds.toFixed(1)} s`,
  "bags/s": Math.round(total / drainSeconds),
  "MB at the start": atStart,
  "most MB in the drain": Math.max(mostMb, memoryOf(appliance.pid).peak),
});

function sendAll(port: number): Promise<boolean[]> {
  return Promise.all(
    scales.map(async (scale) => {
      const line = await connectScale(port);
      for (let from = 0; from < bagsOfScale; from += groupBags)
        await line.send(frames(scale, from, Math.min(groupBags, bagsOfScale - from)));
      return line.close();
    }),
  );
}
