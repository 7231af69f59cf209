/**
 * How many bags a second, and how late: 50 scales send as fast as they can, over 5 stations with jobs that their bags
 * fill exactly; then they send at a pace, for the time from a frame's last byte to its committed bag.
 *
 *   bun test/campaigns/throughput.ts --scales 50 --frames 2000
 *   bun test/campaigns/throughput.ts --upstream            (also delivers to a local API)
 *   bun test/campaigns/throughput.ts --binary dist/prepuff
 *
 * Held against each other: what this process wrote to its sockets and what Postgres has. The time of commit is
 * Postgres's own (track_commit_timestamp), the time of sending is taken before the write.
 */
import type { Sql } from "../../src/database/database.ts";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { memoryOf, quantile, startCampaign } from "../support/campaign.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/fake-upstream.ts";
import { getJob, jobsWithBadNumbers, readLedger, startJob, storedWeights } from "../support/outside.ts";
import { connectScale, frames, type ScaleLine, uniqueWeight, uniqueWeights } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("throughput", { scales: 50, frames: 2_000, paced: 20 }, ["upstream"]);
const { say, check, numbers } = campaign;
const stations = 5;
const tolerancePercent = 5;
const frameGroup = 50;
/** Bags a second of each scale in the paced part. */
const pacedRate = 2;

const scaleIds = Array.from({ length: numbers.scales }, (_, index) => index + 1);
const stationOf = (scale: number) => `Station ${((scale - 1) % stations) + 1}`;
const total = numbers.scales * numbers.frames;
/** Milliseconds since the epoch, by `scale,weight`. */
const sentAt = new Map<string, number>();

using folder = tempFolder();
await using stack = new AsyncDisposableStack();
await using postgres = await startSystemPostgres({ track_commit_timestamp: "on" });
const upstream = campaign.has("upstream") ? startFakeUpstream() : null;
stack.defer(() => upstream?.stop());
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: postgres.url,
  binary: campaign.binary,
  env: {
    PREPUFF_STATIONS: scaleIds.map((scale) => `${scale}:${stationOf(scale)}`).join(","),
    PREPUFF_SCALE_MAX_PER_ADDRESS: "10000",
    ...(upstream && { PREPUFF_UPSTREAM_URL: upstream.url }),
  },
});
await appliance.ready();
const jobs: number[] = [];
for (let number = 1; number <= stations; number++) {
  const station = `Station ${number}`;
  const quantity = scaleIds.filter((scale) => stationOf(scale) === station).length * numbers.frames;
  const changes = { station, quantity, tolerance_percent: String(tolerancePercent) };
  if (quantity > 0) jobs.push((await startJob(appliance, changes)).id);
}

const lines = await Promise.all(scaleIds.map(() => connectScale(appliance.scalePort)));
const idle = memoryOf(appliance.pid);
say(`${numbers.scales} scales connected, ${idle.now} MB`);
const began = Date.now();
await Promise.all(lines.map((line, index) => flood(line, index + 1)));
const sentSeconds = (Date.now() - began) / 1000;
await untilStored(postgres.sql, total);
const storedSeconds = (await lastCommit(postgres.sql)) / 1000 - began / 1000;
const flooded = await lateness(postgres.sql, 0);
const rate = Math.round(total / storedSeconds);
say(
  `${total} frames sent in ${sentSeconds.toFixed(2)} s, committed in ${storedSeconds.toFixed(2)} s: ${rate}/s`,
);
say(`at full speed a frame became a committed bag in ${told(flooded)} (the queue, mostly)`);
await checkStored(postgres.sql, numbers.frames);
for (const id of jobs) check(`job ${id} is completed`, (await getJob(appliance, id)).status === "completed");

const pacedBags = Math.round(numbers.paced * pacedRate);
const firstPaced = await lastId(postgres.sql);
await Promise.all(lines.map((line, index) => pace(line, index + 1)));
await untilStored(postgres.sql, total + pacedBags * numbers.scales);
const paced = await lateness(postgres.sql, firstPaced);
say(`at ${pacedRate * numbers.scales} bags/s a frame became a committed bag in ${told(paced)}`);
await checkStored(postgres.sql, numbers.frames + pacedBags);
const closed = await Promise.all(lines.map((line) => line.close()));
check("every connection was closed in order", closed.every(Boolean));
const ledger = await readLedger(appliance);
check("the ledger misses nothing", ledger.missing === 0 && ledger.pending === 0 && ledger.rejected === 0);
const delivered = upstream === null ? null : await deliveries(postgres.sql, appliance, upstream);
const memory = memoryOf(appliance.pid);
campaign.receipt({
  scales: numbers.scales,
  frames: total + pacedBags * numbers.scales,
  "bags/s": rate,
  "flooded p50/p99 ms": told(flooded),
  "paced p50/p99 ms": told(paced),
  ...(delivered !== null && { "delivered/s": delivered }),
  "idle MB": idle.now,
  "peak MB": memory.peak,
  "end MB": memory.now,
});

function note(scale: number, from: number, count: number): void {
  const now = Date.now();
  for (let index = from; index < from + count; index++) sentAt.set(`${scale},${uniqueWeight(index)}`, now);
}

async function flood(line: ScaleLine, scale: number): Promise<void> {
  for (let index = 0; index < numbers.frames; index += frameGroup) {
    const count = Math.min(frameGroup, numbers.frames - index);
    note(scale, index, count);
    await line.send(frames(scale, index, count));
  }
}

async function pace(line: ScaleLine, scale: number): Promise<void> {
  // Scales do not print in step.
  await Bun.sleep(campaign.random() * (1000 / pacedRate));
  for (let index = numbers.frames; index < numbers.frames + pacedBags; index++) {
    note(scale, index, 1);
    await line.send(frames(scale, index, 1));
    await Bun.sleep(1000 / pacedRate);
  }
}

async function untilStored(sql: Sql, wanted: number): Promise<void> {
  let shownAt = Date.now();
  await until(
    `${wanted} bags are stored`,
    async () => {
      // The journal's row, not the table: looking must not cost what is measured.
      const [row] = await sql<{ bags: number }[]>`select coalesce(sum(bags), 0)::int as bags from journal`;
      if (Date.now() - shownAt > 2_000) {
        say(`${row?.bags} of ${wanted} bags stored, ${memoryOf(appliance.pid).now} MB`);
        shownAt = Date.now();
      }
      await Bun.sleep(20);
      return (row?.bags ?? 0) >= wanted;
    },
    300_000,
  );
}

/** Milliseconds since the epoch. */
async function lastCommit(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: number }[]>`
    select extract(epoch from max(at))::float8 * 1000 as at
    from (select distinct pg_xact_commit_timestamp(xmin) as at from filler_bag) c`;
  return row?.at ?? Number.NaN;
}

async function lastId(sql: Sql): Promise<number> {
  const [row] = await sql<{ id: number }[]>`select coalesce(max(id), 0) as id from filler_bag`;
  return row?.id ?? 0;
}

/** Milliseconds from each frame's sending to the commit of its bag. */
async function lateness(sql: Sql, afterId: number): Promise<number[]> {
  const rows = await sql<{ scale: number; weight: string; at: number }[]>`
    select scale_id as scale, weight::text as weight,
      extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
    from filler_bag
    where id > ${afterId}`;
  return rows.map(({ scale, weight, at }) => at - (sentAt.get(`${scale},${weight}`) ?? Number.NaN));
}

function told(times: number[]): string {
  return `${quantile(times, 0.5).toFixed(1)}/${quantile(times, 0.99).toFixed(1)} ms`;
}

async function checkStored(sql: Sql, framesEach: number): Promise<void> {
  const wanted = uniqueWeights(framesEach).join();
  const stored = await storedWeights(sql);
  check("no other scales are stored", stored.size === numbers.scales);
  for (const scale of scaleIds) {
    check(`scale ${scale}'s bags are stored once each, in order`, stored.get(scale)?.join() === wanted);
  }
  check("every job's numbers are 1, 2, 3 …", (await jobsWithBadNumbers(sql)).length === 0);
  const verdicts = await sql<{ weight: string; verdict: boolean }[]>`
    select distinct weight::text as weight, in_tolerance as verdict from filler_bag where in_tolerance is not null`;
  const wrong = verdicts.filter(({ weight, verdict }) => verdict !== isIn(weight));
  check(`verdicts are right (${wrong[0]?.weight})`, wrong.length === 0);
  const [late] = await sql<{ bags: number }[]>`
    select count(*) as bags from filler_bag where prepuff_job_id is null`;
  check("only bags beyond the jobs have none", late?.bags === (framesEach - numbers.frames) * numbers.scales);
}

/** 50 lb ± the tolerance, in ten-thousandths: 50 × 5 % is 25,000 of them. */
function isIn(weight: string): boolean {
  return Math.abs(Number(weight.replace(".", "")) - 500_000) <= 5_000 * tolerancePercent;
}

async function deliveries(sql: Sql, { pid }: Appliance, api: FakeUpstream): Promise<number> {
  const bags = total + pacedBags * numbers.scales;
  const left = async () => {
    const [row] = await sql<{ left: number }[]>`select pending + parked as left from delivery_tally`;
    say(`${bags - (row?.left ?? 0)} of ${bags} bags delivered, ${memoryOf(pid).now} MB`);
    await Bun.sleep(2_000);
    return row?.left === 0;
  };
  await until("all bags are delivered", left, 3_600_000);
  const { taken, received } = api;
  // Of the flood: later the courier has nothing to do but wait for the next bag.
  const seconds = ((received[total - 1]?.at ?? Number.NaN) - (received[0]?.at ?? 0)) / 1000;
  const stationByKey = new Map(received.map((scan) => [scan.key, scan.station]));
  const rows = await sql<{ station: string; uids: string[] }[]>`
    select station, array_agg(uid::text order by id) as uids from filler_bag group by 1`;
  for (const { station, uids } of rows) {
    const got = taken.filter((key) => stationByKey.get(key) === station);
    check(`${station}'s bags are delivered once each, in order`, got.join() === uids.join());
  }
  check("no bag was sent twice", received.length === bags);
  return Math.round(total / seconds);
}
