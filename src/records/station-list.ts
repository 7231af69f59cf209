import { plantShown } from "../database/plant.ts";
import type { Executor } from "../database/types.ts";
import { type Bag, type BagRow, selectBags, toBag } from "./bags/bag-view.ts";
import { isAtPlace, places } from "./bags/places.ts";
import { type Job, jobsById, listJobs } from "./jobs/job-view.ts";
import type { StationSettings } from "./jobs/station-settings.ts";

/** More than a plant has; programs that post bags may name any station. */
const stationsMax = 200;
/** A station that weighed nothing for so long is not in use, unless something else names it. */
const recentDays = 30;

/** What Postgres knows of one station. */
export interface StationState {
  readonly station: string;
  /** The plant's name; null where the database has one plant. */
  readonly plant: string | null;
  readonly activeJob: Job | null;
  /** The first one of the queue. */
  readonly nextJob: Job | null;
  readonly plannedJobs: number;
  readonly nextJobBegins: StationSettings["next_job_begins"];
  /** Bags without a job that were weighed before it are seen to; null: none are. */
  readonly joblessSeenAt: Date | null;
  /** The one that was started last of those that ended. */
  readonly lastJob: Job | null;
  /** The one weighed last, also where it is void. */
  readonly lastBag: Bag | null;
  /** Without voided ones. */
  readonly bagsLastHour: number;
}

/** The named stations of a plant, and those of active jobs and recent bags. */
export async function listStations(
  sql: Executor,
  plant: number,
  named: readonly string[],
): Promise<StationState[]> {
  const [newest, lastHour, active, queues, [shown]] = await Promise.all([
    newestBags(sql, plant),
    bagsOfLastHour(sql, plant),
    listJobs(sql, plant, { status: "active" }, { limit: stationsMax }),
    listQueues(sql, plant),
    sql<{ plant: string | null }[]>`select ${plantShown(sql, sql`${plant}::integer`)}`,
  ]);
  const recent = newest.filter(({ isRecent }) => isRecent).slice(0, stationsMax);
  const stations = [
    ...new Set([...named, ...[...active, ...recent, ...queues].map(({ station }) => station)]),
  ];
  const [settings, lastJobs, nextJobs, lastBags] = await Promise.all([
    settingsOfStations(sql, plant, stations),
    lastEnded(sql, plant, stations),
    jobsById(
      sql,
      queues.map(({ first }) => first),
    ),
    bagsById(
      sql,
      newest.filter(({ station }) => stations.includes(station)).map(({ id }) => id),
    ),
  ]);
  const settingsOf = new Map(settings.map((row) => [row.name, row]));
  return stations.map((station) => ({
    station,
    plant: shown?.plant ?? null,
    activeJob: active.find((job) => job.station === station) ?? null,
    nextJob: nextJobs.find((job) => job.station === station) ?? null,
    plannedJobs: queues.find((queue) => queue.station === station)?.jobs ?? 0,
    nextJobBegins: settingsOf.get(station)?.next_job_begins ?? "by_hand",
    joblessSeenAt: settingsOf.get(station)?.jobless_seen_at ?? null,
    lastJob: lastJobs.find((job) => job.station === station) ?? null,
    lastBag: lastBags.find((bag) => bag.station === station) ?? null,
    bagsLastHour: lastHour.find((each) => each.station === station)?.bags ?? 0,
  }));
}

interface NewestBag {
  readonly station: string;
  readonly id: number;
  readonly isRecent: boolean;
}

/** The bag of each station that was weighed last. */
async function newestBags(sql: Executor, plant: number): Promise<NewestBag[]> {
  return sql<NewestBag[]>`
    with recursive ${places(sql, plant)}
    select distinct on (p.station)
      p.station, newest.id, newest.weighed_at > now() - make_interval(days => ${recentDays}) as "isRecent"
    from place p
    cross join lateral (
      select b.id, b.weighed_at
      from filler_bag b
      where ${isAtPlace(sql, plant)}
      order by b.weighed_at desc, b.id desc
      limit 1
    ) newest
    order by p.station, newest.weighed_at desc, newest.id desc`;
}

async function bagsOfLastHour(sql: Executor, plant: number) {
  return sql<{ station: string; bags: number }[]>`
    select b.station, count(*)::integer as bags
    from filler_bag b
    where b.plant_id = ${plant} and b.voided_at is null and b.weighed_at > now() - interval '1 hour'
    group by b.station`;
}

interface Queue {
  readonly station: string;
  readonly jobs: number;
  /** The id of the one that comes next. */
  readonly first: number;
}

async function listQueues(sql: Executor, plant: number): Promise<Queue[]> {
  return sql<Queue[]>`
    select station, count(*)::integer as jobs, (array_agg(id order by queue_place))[1] as first
    from prepuff_job
    where plant_id = ${plant} and status = 'planned'
    group by station
    order by station
    limit ${stationsMax}`;
}

async function settingsOfStations(sql: Executor, plant: number, stations: readonly string[]) {
  return sql<(StationSettings & { readonly name: string; readonly jobless_seen_at: Date | null })[]>`
    select name, next_job_begins, jobless_seen_at
    from station
    where plant_id = ${plant} and name = any (${[...stations]}::text[])`;
}

async function lastEnded(sql: Executor, plant: number, stations: readonly string[]): Promise<Job[]> {
  const rows = await sql<{ id: number }[]>`
    select j.id
    from unnest(${[...stations]}::text[]) as s (station)
    cross join lateral (
      select id from prepuff_job
      where plant_id = ${plant} and station = s.station and status in ('completed', 'cancelled')
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
