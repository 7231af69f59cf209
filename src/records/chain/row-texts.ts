import type { Executor } from "../../database/types.ts";
import type { ChainKind } from "./link.ts";

/**
 * The canonical texts of rows, by their ids; rows that are not there are left out.
 *
 * The same as the function `record_text` of the database makes of them, and on purpose not by it: whoever changes rows
 * by hand could change the function as well. A test compares the two.
 */
export async function readRowTexts(
  sql: Executor,
  kind: ChainKind,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: number; text: string }[]>`
    select r.id, (
      select jsonb_object_agg(key, value)::text from jsonb_each(to_jsonb(r)) where value <> 'null'
    ) as text
    from (${columnsOf(sql, kind)}) r
    where r.id = any (${[...ids]}::bigint[])`;
  return new Map(rows.map(({ id, text }) => [id, text]));
}

function columnsOf(sql: Executor, kind: ChainKind) {
  switch (kind) {
    case "audit":
      return sql`
        select id, plant_id, at, actor, person_id, action, subject, detail, before, after from audit_event`;
    case "job":
      return sql`
        select
          j.id, j.plant_id, c.name as company, j.station, j.product_id, j.product, j.target_weight,
          j.tolerance_percent, j.quantity, j.unit, j.price_per_lb, j.bag_volume, j.tare, j.note, j.started_by, j.terms_since,
          (
            select jsonb_agg(
              jsonb_build_array(
                h.id, h.since, h.actor, h.reason, h.prepuff_company_id, h.target_weight, h.tolerance_percent, h.quantity
              )
              order by h.id
            )
            from job_change h
            where h.job_id = j.id
          ) as changes,
          (
            select jsonb_agg(jsonb_build_array(l.id, l.lot, l.since) order by l.id) from job_lot l where l.job_id = j.id
          ) as lots
        from prepuff_job j
        join prepuff_company c on c.id = j.prepuff_company_id`;
    case "bag":
      return sql`
        select
          id, plant_id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
          target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, raw, doubt,
          voided_at, void_code, void_reason, voided_by, tare
        from filler_bag`;
    // Never changed, so whole.
    case "check":
      return sql`select * from scale_check`;
    case "release":
      return sql`select * from job_release`;
  }
}
