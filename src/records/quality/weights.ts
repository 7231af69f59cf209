import type { Executor } from "../../database/types.ts";
import { checkSize, isInScope, type Scope } from "./scope.ts";

/** One bag, as charts need it. */
export interface Weighed {
  readonly id: number;
  readonly scale: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** lb: the double that is nearest to the decimal. Charts estimate; verdicts of limits are made from decimals. */
  readonly weight: number;
}

/** Ten-thousandths of a pound are whole numbers, and exact as doubles. */
export const perPound = 10_000;

/**
 * The bags of a question in the order of weighing, as a few long texts: a row each would take ten times as long.
 *
 * @throws TooManyBags
 */
export async function readWeights(tx: Executor, plant: number, scope: Scope): Promise<Weighed[]> {
  await checkSize(tx, plant, scope);
  const [row] = await tx<
    { ids: string | null; scales: string | null; times: string | null; weights: string | null }[]
  >`
    select
      string_agg(b.id::text, ',' order by b.weighed_at, b.id) as ids,
      string_agg(b.scale_id::text, ',' order by b.weighed_at, b.id) as scales,
      string_agg((extract(epoch from b.weighed_at) * 1000)::bigint::text, ',' order by b.weighed_at, b.id) as times,
      string_agg((b.weight_lb * ${perPound})::bigint::text, ',' order by b.weighed_at, b.id) as weights
    from filler_bag b
    where ${isInScope(tx, plant, scope)}`;
  const [ids, scales, times, weights] = [row?.ids, row?.scales, row?.times, row?.weights].map(
    (text) => text?.split(",").map(Number) ?? [],
  );
  return (ids ?? []).map((id, index) => ({
    id,
    scale: scales?.[index] ?? 0,
    at: times?.[index] ?? 0,
    weight: (weights?.[index] ?? 0) / perPound,
  }));
}

export interface Subgroup {
  readonly scale: number;
  readonly bags: readonly Weighed[];
}

/** How bags are put together: so many in a row of one scale, or those of one scale in so many minutes. */
export type Grouping = { readonly size: number } | { readonly minutes: number };

/**
 * Subgroups in the order of their last bags. Each is of one scale, so that what scales differ by is no spread within. Bags behind the
 * last full one are in none, and those that are alone in their minutes are not either.
 */
export function subgroupsOf(bags: readonly Weighed[], grouping: Grouping): Subgroup[] {
  const byScale = Map.groupBy(bags, ({ scale }) => scale);
  const groups = [...byScale].flatMap(([scale, own]) =>
    ("size" in grouping ? inRows(own, grouping.size) : byTime(own, grouping.minutes)).map((each) => ({
      scale,
      bags: each,
    })),
  );
  const end = ({ bags: own }: Subgroup) => own.at(-1) ?? { at: 0, id: 0 };
  return groups.sort((a, b) => end(a).at - end(b).at || end(a).id - end(b).id);
}

function inRows(bags: readonly Weighed[], size: number): Weighed[][] {
  return Array.from({ length: Math.floor(bags.length / size) }, (_, index) =>
    bags.slice(index * size, (index + 1) * size),
  );
}

function byTime(bags: readonly Weighed[], minutes: number): Weighed[][] {
  const windows = Map.groupBy(bags, ({ at }) => Math.floor(at / (minutes * 60_000)));
  return [...windows.values()].filter(({ length }) => length > 1);
}
