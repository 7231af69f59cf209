import type { Executor } from "../database/types.ts";
import { type Bag, type BagRow, selectBags, toBag } from "./bags/bag-view.ts";
import { isAtPlace, places } from "./bags/places.ts";
import { type Job, jobsById, listJobs } from "./jobs/jobs.ts";

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
  const [newest, active] = await Promise.all([
    newestBags(sql),
    listJobs(sql, { status: "active" }, { limit: stationsMax }),
  ]);
  const recent = newest.filter(({ isRecent }) => isRecent).slice(0, stationsMax);
  const stations = [...new Set([...named, ...[...active, ...recent].map(({ station }) => station)])];
  const [lastJobs, lastBags] = await Promise.all([
    lastEnded(sql, stations),
    bagsById(
      sql,
      newest.filter(({ station }) => stations.includes(station)).map(({ id }) => id),
    ),
  ]);
  return stations.map((station) => ({
    station,
    activeJob: active.find((job) => job.station === station) ?? null,
    lastJob: lastJobs.find((job) => job.station === station) ?? null,
    lastBag: lastBags.find((bag) => bag.station === station) ?? null,
  }));
}

interface NewestBag {
  readonly station: string;
  readonly id: number;
  readonly isRecent: boolean;
}

/** The bag of each station that was weighed last. */
async function newestBags(sql: Executor): Promise<NewestBag[]> {
  return sql<NewestBag[]>`
    with recursive ${places(sql, 1)}
    select distinct on (p.station)
      p.station, newest.id, newest.weighed_at > now() - make_interval(days => ${recentDays}) as "isRecent"
    from place p
    cross join lateral (
      select b.id, b.weighed_at
      from filler_bag b
      where ${isAtPlace(sql, 1)}
      order by b.weighed_at desc, b.id desc
      limit 1
    ) newest
    order by p.station, newest.weighed_at desc, newest.id desc`;
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

async function bagsById(sql: Executor, ids: readonly number[]): Promise<Bag[]> {
  const rows = await sql<BagRow[]>`${selectBags(sql)} where b.id = any (${[...ids]}::bigint[])`;
  return rows.map(toBag);
}
