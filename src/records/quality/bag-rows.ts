import type { Executor } from "../../database/types.ts";
import type { Unit } from "../../weighing/units.ts";
import { type BagColumns, kindOf, newColumns, perPound } from "./bags.ts";

type Texts = Record<"ids" | "jobs" | "scales" | "times" | "pounds" | "weights" | "units", string | null>;

/**
 * Bags as they are stored, in the order of weighing; as a few long texts, because a row each would take ten times as long.
 *
 * @param bags which ones: what stands behind `from`, with the bags as `b`.
 */
export async function readRows(tx: Executor, bags: ReturnType<Executor>): Promise<BagColumns> {
  const [row] = await tx<Texts[]>`
    select
      string_agg(b.id::text, ',' order by b.weighed_at, b.id) as ids,
      string_agg(coalesce(b.prepuff_job_id, 0)::text, ',' order by b.weighed_at, b.id) as jobs,
      string_agg(b.scale_id::text, ',' order by b.weighed_at, b.id) as scales,
      string_agg((extract(epoch from b.weighed_at) * 1000)::bigint::text, ',' order by b.weighed_at, b.id) as times,
      string_agg((b.weight_lb * ${perPound})::bigint::text, ',' order by b.weighed_at, b.id) as pounds,
      string_agg(b.weight::text, ',' order by b.weighed_at, b.id) as weights,
      string_agg(b.unit, ',' order by b.weighed_at, b.id) as units
    from ${bags}`;
  const texts = (text: string | null | undefined) => (text == null ? [] : text.split(","));
  const fill = (column: Float64Array | Int32Array, values: readonly string[]) => {
    for (const [index, value] of values.entries()) column[index] = Number(value);
  };
  const ids = texts(row?.ids);
  const columns = newColumns(ids.length);
  fill(columns.ids, ids);
  fill(columns.jobs, texts(row?.jobs));
  fill(columns.scales, texts(row?.scales));
  fill(columns.times, texts(row?.times));
  fill(columns.pounds, texts(row?.pounds));
  const unitOf = texts(row?.units);
  for (const [index, weight] of texts(row?.weights).entries()) {
    const point = weight.indexOf(".");
    columns.printed[index] = Number(point < 0 ? weight : weight.slice(0, point) + weight.slice(point + 1));
    // A column of the database with its own check: it is one of these.
    columns.kinds[index] = kindOf(unitOf[index] as Unit, point < 0 ? 0 : weight.length - point - 1);
  }
  return columns;
}
