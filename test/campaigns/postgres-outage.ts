/**
 * Stops Postgres for a minute while scales send, starts it again, and waits until the appliance has caught up.
 *
 *   bun test/campaigns/postgres-outage.ts --seconds 60
 *
 * Held against each other: what this process wrote to its sockets and what Postgres has, in which order.
 */
import type { Sql } from "../../src/database/database.ts";
import { startAppliance } from "../support/appliance.ts";
import { memoryOf, startCampaign } from "../support/campaign.ts";
import { startLoad } from "../support/load.ts";
import { jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { uniqueWeights } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("postgres-outage", { seconds: 60, scales: 20, group: 1 });
const { say, check, numbers } = campaign;
const scales = Array.from({ length: numbers.scales }, (_, index) => index + 1);

using folder = tempFolder();
await using postgres = await startSystemPostgres();
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: postgres.url,
  binary: campaign.binary,
});
await appliance.ready();
await startJob(appliance);
await using load = await startLoad({ port: appliance.scalePort, scales, group: numbers.group });
const sentSoFar = () => [...load.sent.values()].reduce((all, sent) => all + sent, 0);
await Bun.sleep(3_000);

await postgres.stop();
const sentBefore = sentSoFar();
say(`Postgres stopped after ${sentBefore} frames`);
for (let second = 0; second < numbers.seconds; second += 5) {
  await Bun.sleep(Math.min(5, numbers.seconds - second) * 1_000);
  const { status } = await appliance.api("/health/ready");
  check("it is ready, though degraded", status === 200);
  say(`${sentSoFar()} frames sent, ${memoryOf(appliance.pid).now} MB`);
}
const sentDuring = sentSoFar() - sentBefore;
await postgres.start();
const backAt = performance.now();
say(`Postgres started again; ${sentDuring} frames came meanwhile`);
let pendingMost = 0;
await until(
  "the appliance has caught up, while scales go on sending",
  async () => {
    await Bun.sleep(100);
    const ledger = await readLedger(appliance).catch(() => null);
    pendingMost = Math.max(pendingMost, ledger?.pending ?? 0);
    // What came in the last moment is always pending.
    return ledger !== null && ledger.pending < numbers.scales * numbers.group * 100;
  },
  600_000,
);
const caughtUpSeconds = (performance.now() - backAt) / 1000;
say(`caught up in ${caughtUpSeconds.toFixed(1)} s`);
check("every connection was closed in order", await load.stop());

const total = sentSoFar();
await until("all is recorded", async () => {
  const ledger = await readLedger(appliance);
  return ledger.pending === 0 && ledger.received >= total;
});
const stored = await storedWeights(postgres.sql);
for (const scale of scales) {
  const wanted = uniqueWeights(load.sent.get(scale) ?? 0).join();
  check(
    `scale ${scale}'s bags are stored once each, in the order of weighing`,
    stored.get(scale)?.join() === wanted,
  );
}
check("ids follow the journal's order, and so do the times", await isInOrder(postgres.sql));
check("every job's numbers are 1, 2, 3 …", (await jobsWithBadNumbers(postgres.sql)).length === 0);
const ledger = await readLedger(appliance);
check("the ledger misses nothing", ledger.missing === 0 && ledger.rejected === 0 && ledger.bags === total);
const memory = memoryOf(appliance.pid);
campaign.receipt({
  outage: `${numbers.seconds} s`,
  frames: total,
  "in the outage": sentDuring,
  "most pending": pendingMost,
  "caught up in": `${caughtUpSeconds.toFixed(1)} s`,
  "peak MB": memory.peak,
});

async function isInOrder(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ wrong: number }[]>`
    select count(*) as wrong
    from (
      select journal_seq, weighed_at,
        lag(journal_seq) over (order by id) as seq_before, lag(weighed_at) over (order by id) as time_before
      from filler_bag
    ) b
    where journal_seq <> seq_before + 1 or weighed_at < time_before`;
  return row?.wrong === 0;
}
