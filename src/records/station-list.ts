import type postgres from "postgres";
import { type Bag, type BagRow, selectBags, toBag } from "./bags/bag-view.ts";
import { type Job, jobsById, listJobs } from "./jobs/jobs.ts";

type Executor = postgres.ISql<{ bigint: number }>;

/** More than a plant has; whoever posts bags may name any station. */
const stationsMax = 200;
/** A station that weighed nothing for so long is not in use, unless something else names it. */
const recentDays = 30;

/** What Postgres knows of one station. */
export interface StationState {
  readonly station: string;
  readonly activeJob: Job | null;
  /** The one that was started last of those that ended. */
  readonly lastJob: Job | null;
  /** The one weighed last, also where it is void. */
  readonly lastBag: Bag | null;
}

/** The named stations, and those of active jobs and recent bags. */
export async function listStations(sql: Executor, named: readonly string[]): Promise<StationState[]> {
  const [recent, active] = await Promise.all([
    recentStations(sql),
    listJobs(sql, { status: "active" }, { limit: stationsMax }),
  ]);
  const stations = [...new Set([...named, ...active.map(({ station }) => station), ...recent])];
  const [lastJobs, lastBags] = await Promise.all([lastEnded(sql, stations), lastWeighed(sql, stations)]);
  return stations.map((station) => ({
    station,
    activeJob: active.find((job) => job.station === station) ?? null,
    lastJob: lastJobs.find((job) => job.station === station) ?? null,
    lastBag: lastBags.find((bag) => bag.station === station) ?? null,
  }));
}

/** From station to station along the index: a `distinct` would read all bags. */
async function recentStations(sql: Executor): Promise<string[]> {
  const rows = await sql<{ station: string }[]>`
    with recursive found as (
      (select station from filler_bag order by station limit 1)
      union all
      select (
        select b.station from filler_bag b where b.station > found.station order by b.station limit 1
      )
      from found
      where found.station is not null
    )
    select station
    from found
    where exists (
      select from filler_bag b
      where b.station = found.station and b.weighed_at > now() - make_interval(days => ${recentDays})
    )
    limit ${stationsMax}`;
  return rows.map(({ station }) => station);
}

async function lastEnded(sql: Executor, stations: readonly string[]): Promise<Job[]> {
  const rows = await sql<{ id: number }[]>`
    select j.id
    from unnest(${[...stations]}::text[]) as s (station)
    cross join lateral (
      select id from prepuff_job
      where station = s.station and status <> 'active'
      order by started_at desc
      limit 1
    ) j`;
  return jobsById(
    sql,
    rows.map(({ id }) => id),
  );
}

/** Bound to the one index that has a station's bags side by side, as the list of bags is. */
async function lastWeighed(sql: Executor, stations: readonly string[]): Promise<Bag[]> {
  const rows = await sql<BagRow[]>`
    ${selectBags(sql)}
    where b.id in (
      select last.id
      from unnest(${[...stations]}::text[]) as s (station)
      cross join lateral (
        select f.id from filler_bag f
        where (f.station, f.weighed_at, f.id) >= (s.station, '-infinity'::timestamptz, 0)
          and (f.station, f.weighed_at, f.id) < (s.station, 'infinity'::timestamptz, 0)
        order by f.station desc, f.weighed_at desc, f.id desc
        limit 1
      ) last
    )`;
  return rows.map(toBag);
}
