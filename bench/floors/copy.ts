import { join } from "node:path";
import { migrate } from "../../src/database/migrate.ts";
import { tolerancePercent } from "../conservation.ts";
import { type Contender, type Outcome, onNewDatabase } from "../contender.ts";
import { startWatch } from "../machine/stopwatch.ts";
import type { World } from "../world.ts";

/**
 * COPY of finished rows into the product's own `filler_bag`, with its indexes and checks, in one transaction. The server
 * reads the file itself, so no client and no line is in the way.
 */
export const copyFloor = floor("COPY into filler_bag", false);

/** The same, and their deliveries: all rows that the product writes. */
export const copyAllFloor = floor("COPY of bags and deliveries", true);

function floor(name: string, withDeliveries: boolean): Contender {
  return { name, missing: null, run: (world) => copied(world, name, withDeliveries) };
}

function copied(world: World, name: string, withDeliveries: boolean): Promise<Outcome> {
  return onNewDatabase(world, async ({ sql }) => {
    const rows = world.size(300_000, 1_000);
    await migrate(sql);
    await sql`insert into prepuff_company (name) values ('Shelter')`;
    await sql`
      insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, station, started_by, started_at)
      select 1, 50, ${tolerancePercent}, ${rows}, 'Station ' || n, 'bench', now() from generate_series(1, 5) n`;
    const file = (what: string) => join(world.folder, `${what}-${Bun.randomUUIDv7()}.tsv`);
    const [bags, deliveries] = [file("bags"), file("deliveries")];
    await sql.unsafe(`copy (${rowsQuery(rows)}) to '${bags}'`);
    await sql.unsafe(
      `copy (select n, 'Station ' || n % 5 + 1 from generate_series(1, ${rows}) n) to '${deliveries}'`,
    );
    await sql`checkpoint`;
    const taken = startWatch(world, null);
    await sql.begin(async (tx) => {
      await tx.unsafe(`copy filler_bag (${columns}) from '${bags}'`);
      if (withDeliveries) await tx.unsafe(`copy delivery (filler_bag_id, station) from '${deliveries}'`);
    });
    return { figures: { [name]: taken(rows) }, faults: [] };
  });
}

const columns = `uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
  target_weight, tolerance_percent, in_tolerance, repeat_suspected, weighed_at, source, journal_id, journal_seq, raw`;

/** Bags of 50 scales over 5 stations with a job each, as the ingest case makes them. */
function rowsQuery(rows: number): string {
  return `
    select uuidv7(), b.station, (n - 1) / 5 + 1, 'Station ' || b.station, b.scale, b.scale, b.weight, 'lb', b.weight,
      50, ${tolerancePercent}, abs(b.weight - 50) * 100 <= 50 * ${tolerancePercent}, false, now() + n * interval '20 microseconds', 'scale',
      '00000000-0000-7000-8000-000000000001', n, b.scale || ',' || b.weight || ' lb'
    from generate_series(1, ${rows}) n
    cross join lateral (
      select n % 5 + 1 as station, n % 50 + 1 as scale,
        round(45 + (n::bigint * 61803 % 100000) / 10000.0, 4) as weight
    ) b`;
}
