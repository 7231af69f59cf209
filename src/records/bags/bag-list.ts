import type { Executor, Sql } from "../../database/types.ts";
import { webApplication } from "../../delivery/destination.ts";
import type { Verdict } from "../../weighing/verdict.ts";
import { type BagSearch, type FoundSearch, findSearch, isSought } from "./bag-search.ts";
import { type Bag, type BagRow, selectBags, toBag } from "./bag-view.ts";
import { isAtPlace, places } from "./places.ts";

export interface BagFilter extends BagSearch {
  readonly station?: string | undefined;
  readonly jobId?: number | undefined;
  /** The whole number of a lot. */
  readonly lot?: string | undefined;
  /** After aliases. */
  readonly scale?: number | undefined;
  /** `no_job`: not judged, because no job wanted it. */
  readonly verdict?: Verdict | undefined;
  /** Undefined: voided bags are listed with the others. */
  readonly voided?: boolean | undefined;
  /** Only those on which the web application's verdict is another one. */
  readonly disputed?: boolean | undefined;
  /** Weighed then or later. */
  readonly from?: Date | undefined;
  /** Weighed earlier than that. */
  readonly to?: Date | undefined;
}

type FoundFilter = Omit<BagFilter, "company"> & FoundSearch;

export interface BagPage {
  /** The id of the last bag of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Well below the 15 s after which a hung query costs the pool all its connections. */
const answerLimitMs = 8_000;
/** Rare bags lie far apart on the disk: of a page a cold one reads two blocks a bag. */
const exportPage = 500;
const earliest = new Date("0001-01-01T00:00:00Z");
const latest = new Date("9999-12-31T00:00:00Z");

/**
 * One page of a plant's bags: newest weighing first; of one job, highest number first.
 *
 * Fast at any size of the table for each filter alone. A combination that matches next to nothing in a long
 * time may read that whole time.
 *
 * @throws with SQLSTATE 57014 when it takes longer than 8 s: `from` and `to` make it faster.
 */
export async function listBags(sql: Sql, plant: number, filter: BagFilter, page: BagPage): Promise<Bag[]> {
  const rows = await sql.begin("read only", async (tx) => {
    // A plan made once for every page size and time reads the whole table; making one each time takes 1 ms.
    await tx`
      select
        set_config('statement_timeout', ${String(answerLimitMs)}, true),
        set_config('plan_cache_mode', 'force_custom_plan', true)`;
    return [...(await pageOfBags(tx, plant, { ...filter, ...(await findSearch(tx, filter)) }, page))];
  });
  return rows.map(toBag);
}

/**
 * All bags that match, page by page, in the order of `listBags`: short queries of their own instead of one
 * open cursor, so that a slow reader holds neither memory nor a connection nor a snapshot.
 *
 * @param run runs one query; it may throw between two pages, when Postgres goes away.
 */
export async function* exportBags(
  run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
  plant: number,
  filter: BagFilter,
  before?: number,
): AsyncGenerator<Bag[]> {
  let last = before;
  for (;;) {
    const bags = await run((sql) => listBags(sql, plant, filter, { before: last, limit: exportPage }));
    if (bags.length > 0) yield bags;
    if (bags.length < exportPage) return;
    last = bags.at(-1)?.id;
  }
}

function pageOfBags(sql: Executor, plant: number, filter: FoundFilter, page: BagPage) {
  const { jobId, lot, verdict, voided } = filter;
  // Each kind of rare bags has an index of its own, in which station and scale are looked at without the table.
  const isRare = voided === true || (verdict !== undefined && verdict !== "in");
  const bags =
    lot !== undefined
      ? ofLot(sql, plant, filter, lot, page)
      : jobId !== undefined
        ? ofJob(sql, plant, filter, jobId, page)
        : isRare
          ? rare(sql, plant, filter, page)
          : ofPlaces(sql, plant, filter, page);
  return sql<BagRow[]>`
    with recursive ${bags}
    ${selectBags(sql)}
    join found using (id)
    order by ${jobId === undefined || lot !== undefined ? sql`b.weighed_at desc, b.id desc` : sql`b.bag_num desc`}`;
}

/** Of one job, which the index on job and number has side by side. */
function ofJob(sql: Executor, plant: number, filter: FoundFilter, jobId: number, { before, limit }: BagPage) {
  const { station, scale, from = earliest, to = latest } = filter;
  return sql`
    found as materialized (
      select b.id
      from filler_bag b
      where b.prepuff_job_id = ${jobId} and b.plant_id = ${plant}
        ${before === undefined ? sql`` : sql`and b.bag_num < (select bag_num from filler_bag where id = ${before})`}
        and b.weighed_at >= ${from} and b.weighed_at < ${to}
        ${station === undefined ? sql`` : sql`and b.station = ${station}`}
        ${scale === undefined ? sql`` : sql`and b.scale_id = ${scale}`}
        ${isAsked(sql, filter)}
      order by b.bag_num desc
      limit ${limit}
    )`;
}

/** Of the jobs that were filled from a lot, those of the times at which they were. */
function ofLot(sql: Executor, plant: number, filter: FoundFilter, lot: string, page: BagPage) {
  const { station, scale, jobId } = filter;
  return sql`
    filled as materialized (
      select f.job_id, f.since, f.until
      from (
        select l.job_id, l.lot, l.since, lead(l.since) over (partition by l.job_id order by l.since, l.id) as until
        from job_lot l
        where l.job_id in (select job_id from job_lot where lot = ${lot})
          ${jobId === undefined ? sql`` : sql`and l.job_id = ${jobId}`}
      ) f
      where f.lot = ${lot}
    ),
    found as materialized (
      select b.id
      from filled f
      join filler_bag b on b.prepuff_job_id = f.job_id
      where b.plant_id = ${plant}
        and b.weighed_at >= f.since and (f.until is null or b.weighed_at < f.until)
        and ${isInPage(sql, filter, page.before)}
        ${station === undefined ? sql`` : sql`and b.station = ${station}`}
        ${scale === undefined ? sql`` : sql`and b.scale_id = ${scale}`}
        ${isAsked(sql, filter)}
      order by b.weighed_at desc, b.id desc
      limit ${page.limit}
    )`;
}

function rare(sql: Executor, plant: number, filter: FoundFilter, page: BagPage) {
  const { station, scale } = filter;
  return sql`
    found as materialized (
      select b.id
      from filler_bag b
      where b.plant_id = ${plant}
        and ${isInPage(sql, filter, page.before)}
        ${station === undefined ? sql`` : sql`and b.station = ${station}`}
        ${scale === undefined ? sql`` : sql`and b.scale_id = ${scale}`}
        ${isAsked(sql, filter)}
      order by b.weighed_at desc, b.id desc
      limit ${page.limit}
    )`;
}

/** The newest of each place, merged; of the places only those that can be on the page, by the newest bag of each. */
function ofPlaces(sql: Executor, plant: number, filter: FoundFilter, page: BagPage) {
  const { station, scale } = filter;
  const newestFirst = (limit: number) => sql`
    select b.id, b.weighed_at
    from filler_bag b
    where ${isAtPlace(sql, plant)}
      and ${isInPage(sql, filter, page.before)}
      ${isAsked(sql, filter)}
    order by b.weighed_at desc, b.id desc
    limit ${limit}`;
  return sql`
    ${places(sql, plant, scale)},
    recent as materialized (
      select p.scale_id, p.station
      from place p
      cross join lateral (${newestFirst(1)}) newest
      ${station === undefined ? sql`` : sql`where p.station = ${station}`}
      order by newest.weighed_at desc, newest.id desc
      limit ${page.limit}
    ),
    found as materialized (
      select bag.id
      from recent p
      cross join lateral (${newestFirst(page.limit)}) bag
      order by bag.weighed_at desc, bag.id desc
      limit ${page.limit}
    )`;
}

/** One upper bound only, the tighter one: of two, Postgres would begin at the first and step down to the other. */
function isInPage(sql: Executor, { from = earliest, to = latest }: BagFilter, before: number | undefined) {
  const [time, id] = before === undefined ? [sql`${to}`, sql`0`] : tighter(sql, to, before);
  return sql`b.weighed_at >= ${from} and (b.weighed_at, b.id) < (${time}, ${id})`;
}

/** Where the page behind the bag `before` begins: at that bag, but not later than `to`. */
function tighter(sql: Executor, to: Date, before: number) {
  const bag = sql`from filler_bag where id = ${before}`;
  return [
    sql`(select least(weighed_at, ${to}) ${bag})`,
    sql`(select case when weighed_at < ${to} then id else 0 end ${bag})`,
  ] as const;
}

function isAsked(sql: Executor, filter: FoundFilter) {
  const { verdict, voided, disputed } = filter;
  return sql`
    ${verdict === undefined ? sql`` : sql`and ${hasVerdict(sql, verdict)}`}
    ${voided === undefined ? sql`` : voided ? sql`and b.voided_at is not null` : sql`and b.voided_at is null`}
    ${disputed ? isDisputed(sql) : sql``}
    ${isSought(sql, filter)}`;
}

function isDisputed(sql: Executor) {
  return sql`
    and exists (
      select from delivery d
      where d.destination_id = ${webApplication.id} and d.filler_bag_id = b.id
        and d.upstream_in_tolerance <> b.in_tolerance
    )`;
}

/**
 * Under and over are distinguished as the verdict is: exactly, in the printed unit, and with the expression of their
 * index.
 */
function hasVerdict(sql: Executor, verdict: Verdict) {
  switch (verdict) {
    case "in":
      return sql`b.in_tolerance`;
    case "under":
      return sql`not b.in_tolerance and (b.weight > b.target_weight * units_per_lb(b.unit)) is false`;
    case "over":
      return sql`not b.in_tolerance and b.weight > b.target_weight * units_per_lb(b.unit)`;
    case "no_job":
      return sql`b.prepuff_job_id is null`;
  }
}
