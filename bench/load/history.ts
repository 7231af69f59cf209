import type { Sql } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";

const stations = 8;
const scalesOfStation = 6;
const bagsOfJob = 2_000;
/** So many jobs there are in any case: a page of them takes the same rows, whatever lies below. */
const pageOfJobs = 50;
const chunk = 1_000_000;

/** As many as there are cores on the machines that this is for. */
const writers = 2;

/**
 * Fills an empty database with a past: three years of completed jobs over 8 stations, every bag delivered. Without bags
 * there are a page of jobs.
 *
 * @param bags a multiple of 2,000.
 * @param onProgress called with the bags so far.
 */
export async function fillHistory(sql: Sql, bags: number, onProgress: (bags: number) => void): Promise<void> {
  await migrate(sql);
  if (bags === 0) {
    await addJobs(sql, pageOfJobs * bagsOfJob);
    return;
  }
  await onBulkConnection(sql, async (bulk) => {
    await addJobs(bulk, bags);
    await bulk`select make_filler_bag_ranges(${bags}::bigint)`;
  });
  const indexes = await dropIndexes(sql);
  let next = 1;
  const write = async (bulk: Sql) => {
    while (next <= bags) {
      const from = next;
      next += chunk;
      await addBags(bulk, from, Math.min(bags, from + chunk - 1), bags);
      onProgress(Math.min(bags, next - 1));
    }
  };
  await Promise.all(Array.from({ length: writers }, () => onBulkConnection(sql, write)));
  await onBulkConnection(sql, async (bulk) => {
    for (const { definition } of indexes) await bulk.unsafe(definition.replace(" ON ONLY ", " ON "));
    await bulk`select setval(pg_get_serial_sequence('filler_bag', 'id'), ${bags})`;
    await bulk`update delivery_tally set delivered = ${bags}`;
    await bulk`insert into journal (id, recorded_through, bags) values (${oldJournal}, ${bags}, ${bags})`;
    // As autovacuum leaves it.
    await bulk`vacuum analyze`;
  });
  await sql`checkpoint`;
}

/** A connection on which rows cost as little as they can. */
async function onBulkConnection(sql: Sql, work: (bulk: Sql) => Promise<void>): Promise<void> {
  const bulk = await sql.reserve();
  try {
    await bulk`set statement_timeout = 0`;
    await bulk`set synchronous_commit = off`;
    await bulk`set maintenance_work_mem = '1GB'`;
    // No foreign keys and no tally a row: what is written here is right by itself.
    await bulk`set session_replication_role = replica`;
    await work(bulk);
    await bulk`reset all`;
  } finally {
    bulk.release();
  }
}

const oldJournal = "00000000-0000-7000-8000-000000000001";

/** Bag `n` of all was weighed then: as long ago as its share of three years. */
const weighedAt = (n: string, bags: number) =>
  `now() - interval '3 years' * (1 - (${n})::float8 / ${bags + 1})`;

async function addJobs(sql: Sql, bags: number): Promise<void> {
  await sql`insert into prepuff_company (name) values ('Shelter') on conflict do nothing`;
  await sql.unsafe(`
    insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, bags_completed, last_bag_num,
      station, status, started_by, started_at, ended_at)
    select 1, 50, 5, ${bagsOfJob}, ${bagsOfJob}, ${bagsOfJob}, 'Station ' || j % ${stations} + 1, 'completed', 'bench',
      ${weighedAt(`(j - 1) * ${bagsOfJob}`, bags)}, ${weighedAt(`j * ${bagsOfJob}`, bags)}
    from generate_series(1, ${bags / bagsOfJob}) j`);
}

/** Those that no constraint needs: made anew at once they are ten times as quick. */
async function dropIndexes(sql: Sql): Promise<readonly { name: string; definition: string }[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition
    from pg_indexes
    where tablename = 'filler_bag' and indexname not in (select conname from pg_constraint)`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
  return indexes;
}

async function addBags(sql: Sql, from: number, to: number, bags: number): Promise<void> {
  const series = `generate_series(${from}::bigint, ${to}) n
    cross join lateral (
      select (n - 1) / ${bagsOfJob} + 1 as job, ${weighedAt("n", bags)} as at,
        -- Each scale stands at one station, as in the ingest.
        ((n - 1) / ${bagsOfJob} + 1) % ${stations} + 1 + ${stations} * (n % ${scalesOfStation}) as scale,
        round(47 + (n * 61803 % 60000) / 10000.0, 4) as weight
    ) b`;
  await sql.unsafe(`
    insert into filler_bag (id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
      target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, journal_id, journal_seq, raw)
    overriding system value
    select n, uuidv7(at - now()), job, (n - 1) % ${bagsOfJob} + 1, 'Station ' || job % ${stations} + 1, scale, scale, weight,
      'lb', weight, 50, 5, abs(weight - 50) <= 2.5, at, at, 'scale', '${oldJournal}', n, scale || ',' || weight || ' lb'
    from ${series}`);
  await sql.unsafe(`
    insert into delivery (destination_id, filler_bag_id, station, state, attempts, last_status, delivered_at, upstream_bag_id)
    select 1, n, 'Station ' || job % ${stations} + 1, 'delivered', 1, 200, at, n
    from ${series}`);
}
