import type { Executor } from "../../database/types.ts";

/**
 * Where a plant's bags were weighed: `place as (…)`, each scale at each station once, to stand behind `with recursive`.
 *
 * One index has the bags of each place side by side in the order of time, and serves what is asked of a station, of a scale
 * and of all bags: the newest of each place, merged. Places are found by hops along it, so that the cost grows with the
 * scales and not with the bags, also for a station that was closed years ago.
 *
 * @param scale the places of this one alone.
 */
export function places(sql: Executor, plant: number, scale?: number) {
  const isThere =
    scale === undefined ? sql`b.plant_id = ${plant}` : sql`b.plant_id = ${plant} and b.scale_id = ${scale}`;
  const isNext =
    scale === undefined ? sql`(b.scale_id, b.station) > (p.scale_id, p.station)` : sql`b.station > p.station`;
  return sql`
    place as (
      (
        select b.scale_id, b.station
        from filler_bag b
        where ${isThere}
        order by b.plant_id, b.scale_id, b.station
        limit 1
      )
      union all
      select next.scale_id, next.station
      from place p
      cross join lateral (
        select b.scale_id, b.station
        from filler_bag b
        where ${isThere} and ${isNext}
        order by b.plant_id, b.scale_id, b.station
        limit 1
      ) next
    )`;
}

/** The bags `b` of a place `p`; ordered by `weighed_at desc, id desc` they come one by one from the index. */
export function isAtPlace(sql: Executor, plant: number) {
  return sql`b.plant_id = ${plant} and b.station = p.station and b.scale_id = p.scale_id`;
}
