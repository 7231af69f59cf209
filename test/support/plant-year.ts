import type { Sql } from "../../src/database/database.ts";

export interface PlantYear {
  readonly rows: number;
  readonly stations: number;
  readonly scalesOfStation: number;
  readonly bagsOfJob: number;
}

/**
 * Fills in bags of one product over the year up to now: stations that run job after job, each with scales by
 * turns. Weights wobble by the day; one of 500 bags is void, and one of 1,000 has no job.
 *
 * @returns the product's number.
 */
export async function fillPlantYear(sql: Sql, year: PlantYear): Promise<number> {
  const { rows, stations, scalesOfStation, bagsOfJob } = year;
  const secondsApart = (365 * 86_400) / (rows / stations);
  const jobs = Math.ceil(rows / bagsOfJob);
  await sql`set statement_timeout = 0`;
  await sql`set synchronous_commit = off`;
  const [product] = await sql<{ id: number }[]>`
    insert into product (plant_id, name, target_weight, tolerance_percent, quantity, price_per_lb)
    values (1, '50 lb beads', 50, 2, ${bagsOfJob}, 1.35)
    returning id`;
  if (product === undefined) throw new Error("the product was not made");
  await sql`
    insert into product_quality (product_id, label_rule, label_quantity, unit) values (${product.id}, 'eu', 50, 'lb')`;
  await sql`insert into prepuff_company (name) select 'Company ' || n from generate_series(1, 40) n`;
  await sql`
    insert into prepuff_job (prepuff_company_id, target_weight, tolerance_percent, quantity, bags_completed, last_bag_num,
      station, status, started_by, price_per_lb, product_id, product, started_at, ended_at)
    select 1 + j % 40, 50, 2, ${bagsOfJob}, ${bagsOfJob}, ${bagsOfJob}, 'Station ' || 1 + j % ${stations}, 'completed', 'Ann', 1.35,
      ${product.id}, '50 lb beads',
      now() - interval '365 days' + (j / ${stations}) * ${bagsOfJob} * make_interval(secs => ${secondsApart}),
      now() - interval '365 days' + (j / ${stations} + 1) * ${bagsOfJob} * make_interval(secs => ${secondsApart})
    from generate_series(0, ${jobs - 1}::integer) j`;
  await sql`
    insert into filler_bag (uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
      target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, raw, voided_at, void_code)
    select gen_random_uuid(), case when n % 1000 <> 7 then j + 1 end, case when n % 1000 <> 7 then k + 1 end,
      'Station ' || 1 + s, s * ${scalesOfStation} + 1 + k % ${scalesOfStation}, s * ${scalesOfStation} + 1 + k % ${scalesOfStation}, weight, 'lb', weight,
      case when n % 1000 <> 7 then 50 end, case when n % 1000 <> 7 then 2 end, case when n % 1000 <> 7 then abs(weight - 50) <= 1 end,
      at, at, 'scale', '1,50.00 lb',
      case when n % 500 = 0 then at end, case when n % 500 = 0 then 'torn' end
    from (
      select n, n % ${stations} as s, (n / ${stations}) / ${bagsOfJob} * ${stations} + n % ${stations} as j,
        (n / ${stations}) % ${bagsOfJob} as k,
        date_trunc('milliseconds', now() - interval '365 days' + (n / ${stations} + 0.3 * random()) * make_interval(secs => ${secondsApart})) as at
      from generate_series(0, ${rows - 1}::integer) n
    ) placed
    cross join lateral (
      select round((50.2 + 0.05 * sin(n / 7000.0) + 0.2 * 1.4142 * (random() + random() + random() + random() + random() + random() - 3))::numeric, 2) as weight
    ) w`;
  await sql`vacuum analyze`;
  return product.id;
}
