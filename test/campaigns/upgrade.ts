/**
 * Starts the appliance on a database of version 0.1 that is full of bags, while scales send: how long its upgrade takes,
 * for how long nothing is recorded, and whether the scales notice.
 *
 *   bun test/campaigns/upgrade.ts --bags 10000000
 *
 * Held against each other: what this process wrote to its sockets and what Postgres has, in which order.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Sql } from "../../src/database/database.ts";
import { startAppliance } from "../support/appliance.ts";
import { startCampaign } from "../support/campaign.ts";
import { startLoad } from "../support/load.ts";
import { jobsWithBadNumbers, readLedger, startJob } from "../support/outside.ts";
import { uniqueWeights } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const bagsOfJob = 2_000;
const campaign = startCampaign("upgrade", { bags: 1_000_000, scales: 5 });
const { say, check, numbers } = campaign;
const scales = Array.from({ length: numbers.scales }, (_, index) => 101 + index);

// As compose.yaml sets it for a plant.
await using postgres = await startSystemPostgres(
  {
    shared_buffers: "128MB",
    maintenance_work_mem: "64MB",
    work_mem: "8MB",
    wal_compression: "on",
    max_wal_size: "512MB",
    checkpoint_timeout: "10min",
  },
  tempFolder(),
);
const { sql } = postgres;
await sql`set statement_timeout = 0`;
say(`filling a database of 0.1 with ${numbers.bags} bags`);
await migrateToFirstVersion(sql);
await fill(sql, numbers.bags);
const [before] = await sql<{ size: string; path: string }[]>`
  select pg_size_pretty(pg_database_size(current_database())) as size, pg_relation_filepath('filler_bag') as path`;
say(`filled: ${before?.size}`);

using folder = tempFolder();
const startedAt = performance.now();
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: postgres.url,
  binary: campaign.binary,
});
await using load = await startLoad({ port: appliance.scalePort, scales, group: 1 });
const watch = watchJournal();
await appliance.ready(3_600_000);
const upgradeSeconds = (performance.now() - startedAt) / 1000;
say(
  `upgraded and ready after ${upgradeSeconds.toFixed(1)} s; the journal had ${watch.received()} frames by then`,
);
await until(
  "all that waited is recorded",
  async () => (await readLedger(appliance)).pending < 1_000,
  600_000,
);
const caughtUpSeconds = (performance.now() - startedAt) / 1000;
say(`caught up ${caughtUpSeconds.toFixed(1)} s after the start`);
await startJob(appliance);
await Bun.sleep(2_000);
check("every connection was closed in order", await load.stop());
const longestMs = await watch.stop();

const total = [...load.sent.values()].reduce((all, sent) => all + sent, 0);
await until("all is recorded", async () => {
  const ledger = await readLedger(appliance);
  return ledger.pending === 0 && ledger.received >= total;
});
const stored = await newWeights(sql);
for (const scale of scales) {
  const wanted = uniqueWeights(load.sent.get(scale) ?? 0).join();
  check(
    `scale ${scale}'s bags are stored once each, in the order of weighing`,
    stored.get(scale)?.join() === wanted,
  );
}
check("every job's numbers are 1, 2, 3 …", (await jobsWithBadNumbers(sql)).length === 0);
const ledger = await readLedger(appliance);
check("the ledger misses nothing", ledger.missing === 0 && ledger.rejected === 0 && ledger.bags === total);
const [after] = await sql<{ bags: number; path: string }[]>`
  select count(*) as bags, pg_relation_filepath((select min(inhrelid::bigint)::oid::regclass
    from pg_inherits where inhparent = 'filler_bag'::regclass)) as path
  from filler_bag`;
check("every bag of before is there", after?.bags === numbers.bags + total);
check("the table of before was not written again", after?.path === before?.path);
campaign.receipt({
  bags: numbers.bags,
  "frames meanwhile": total,
  "upgraded and ready": `${upgradeSeconds.toFixed(1)} s`,
  "caught up": `${caughtUpSeconds.toFixed(1)} s`,
  "longest time without a journaled frame": `${longestMs.toFixed(0)} ms`,
});

/** Looks ten times a second whether frames are taken; the scales would see it where none were. */
function watchJournal() {
  let received = 0;
  let longestMs = 0;
  let isOver = false;
  const running = (async () => {
    let lastAt = performance.now();
    while (!isOver) {
      await Bun.sleep(100);
      const ledger = await readLedger(appliance).catch(() => null);
      if (ledger === null || ledger.received === received) continue;
      const now = performance.now();
      if (received > 0) longestMs = Math.max(longestMs, now - lastAt);
      received = ledger.received;
      lastAt = now;
    }
  })();
  return {
    received: () => received,
    async stop() {
      isOver = true;
      await running;
      return longestMs;
    },
  };
}

/** The migrations that 0.1 had, as they still stand first. */
async function migrateToFirstVersion(sql: Sql): Promise<void> {
  const folder = resolve(import.meta.dir, "../../src/database/migrations");
  await sql`create table schema_migration (name text primary key, applied_at timestamptz not null default now())`;
  for (const file of readdirSync(folder).sort().slice(0, 9)) {
    await sql.unsafe(readFileSync(join(folder, file), "utf8"));
    await sql`insert into schema_migration (name) values (${file.replace(/\.sql$/, "")})`;
  }
}

/** Two years of completed jobs over 8 stations and 50 scales, every bag delivered. */
async function fill(sql: Sql, bags: number): Promise<void> {
  const at = (n: string) => `now() - interval '2 years' * (1 - (${n})::float8 / ${bags + 1})`;
  await sql`insert into prepuff_company (name) values ('Shelter')`;
  await sql.unsafe(`
    insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, bags_completed,
      last_bag_num, station, status, started_by, started_at, ended_at)
    select 1, 50, 5, ${bagsOfJob}, ${bagsOfJob}, ${bagsOfJob}, 'Station ' || j % 8 + 1, 'completed', 'campaign',
      ${at(`(j - 1) * ${bagsOfJob}`)}, ${at(`j * ${bagsOfJob}`)}
    from generate_series(1, ${bags / bagsOfJob}) j`);
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition
    from pg_indexes
    where tablename = 'filler_bag' and indexname not in (select conname from pg_constraint)`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  const series = `generate_series(1, ${bags}) n
    cross join lateral (
      select (n - 1) / ${bagsOfJob} + 1 as job, n % 50 + 1 as scale, ${at("n")} as at,
        round(47.4 + (n::bigint * 61803 % 52500) / 10000.0, 4) as weight
    ) b`;
  await sql.unsafe(`
    insert into filler_bag (uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
      target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, journal_id, journal_seq, raw)
    select uuidv7(at - now()), job, (n - 1) % ${bagsOfJob} + 1, 'Station ' || job % 8 + 1, scale, scale, weight,
      'lb', weight, 50, 5, abs(weight - 50) <= 2.5, at, at, 'scale', '00000000-0000-7000-8000-000000000001', n,
      scale || ',' || weight || ' lb'
    from ${series}`);
  await sql.unsafe(`
    insert into delivery (filler_bag_id, station, state, attempts, last_status, delivered_at, upstream_bag_id)
    select n, 'Station ' || job % 8 + 1, 'delivered', 1, 200, at, n
    from ${series}`);
  await sql`update delivery_tally set delivered = ${bags}`;
  await sql`
    insert into journal (id, recorded_through, bags)
    values ('00000000-0000-7000-8000-000000000001', ${bags}, ${bags})`;
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`vacuum analyze`;
  await sql`checkpoint`;
}

async function newWeights(sql: Sql): Promise<Map<number, string[]>> {
  const rows = await sql<{ scale: number; weights: string[] }[]>`
    select printed_scale_id as scale, array_agg(weight::text order by id) as weights
    from filler_bag
    where id > ${numbers.bags}
    group by 1`;
  return new Map(rows.map(({ scale, weights }) => [scale, weights]));
}
