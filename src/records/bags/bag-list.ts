import type postgres from "postgres";
import type { Sql } from "../../database/database.ts";
import type { Verdict } from "../../recording/record.ts";
import { type Bag, type BagRow, selectBags, toBag } from "./bag-view.ts";

export interface BagFilter {
  readonly station?: string | undefined;
  readonly jobId?: number | undefined;
  /** After aliases. */
  readonly scale?: number | undefined;
  /** `no_job`: not judged, because no job wanted it. */
  readonly verdict?: Verdict | undefined;
  /** Undefined: voided bags are listed with the others. */
  readonly voided?: boolean | undefined;
  /** Weighed then or later. */
  readonly from?: Date | undefined;
  /** Weighed earlier than that. */
  readonly to?: Date | undefined;
}

export interface BagPage {
  /** The id of the last bag of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

type Executor = postgres.ISql<{ bigint: number }>;

/** Well below the 15 s after which a hung query costs the pool all its connections. */
const answerLimitMs = 8_000;
/** Rare bags lie far apart on the disk: of a page a cold one reads two blocks a bag. */
const exportPage = 500;
const earliest = new Date("0001-01-01T00:00:00Z");
const latest = new Date("9999-12-31T00:00:00Z");

/**
 * One page of bags: newest weighing first; of one job, highest number first.
 *
 * Fast at any size of the table for each filter alone. A combination that matches next to nothing in a long
 * time may read that whole time.
 *
 * @throws with SQLSTATE 57014 when it takes longer than 8 s: `from` and `to` make it faster.
 */
export async function listBags(sql: Sql, filter: BagFilter, page: BagPage): Promise<Bag[]> {
  const rows = await sql.begin("read only", async (tx) => {
    // A plan made once for every page size and time reads the whole table; making one each time takes 1 ms.
    await tx`
      select
        set_config('statement_timeout', ${String(answerLimitMs)}, true),
        set_config('plan_cache_mode', 'force_custom_plan', true)`;
    return [...(await pageOfBags(tx, filter, page))];
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
  filter: BagFilter,
  before?: number,
): AsyncGenerator<Bag[]> {
  let last = before;
  for (;;) {
    const bags = await run((sql) => listBags(sql, filter, { before: last, limit: exportPage }));
    if (bags.length > 0) yield bags;
    if (bags.length < exportPage) return;
    last = bags.at(-1)?.id;
  }
}

function pageOfBags(sql: Executor, filter: BagFilter, page: BagPage) {
  const { where, orderBy } = stretchOfIndex(sql, filter, page.before);
  return sql<BagRow[]>`
    ${selectBags(sql)}
    where ${where}
      ${filter.verdict === undefined ? sql`` : sql`and ${hasVerdict(sql, filter.verdict)}`}
      ${filter.voided === undefined ? sql`` : filter.voided ? sql`and b.voided_at is not null` : sql`and b.voided_at is null`}
    order by ${orderBy}
    limit ${page.limit}`;
}

/**
 * Binds the query to the one index that has its rows side by side in the wanted order. Left to choose, Postgres
 * takes a station's share of the table for evenly spread and reads back through all bags for those of a
 * station that closed two years ago (measured: 21 s in 10 million bags, now 2 ms). So a station is not
 * compared with `=`, but given as the two ends of a stretch that no other index can order.
 */
function stretchOfIndex(sql: Executor, filter: BagFilter, before: number | undefined) {
  const { station, jobId, scale, from = earliest, to = latest } = filter;
  const stationIs = station === undefined ? sql`` : sql`and b.station = ${station}`;
  const scaleIs = scale === undefined ? sql`` : sql`and b.scale_id = ${scale}`;

  if (jobId !== undefined) {
    const bound =
      before === undefined
        ? sql``
        : sql`and b.bag_num < (select bag_num from filler_bag where id = ${before})`;
    return {
      where: sql`
        b.prepuff_job_id = ${jobId} ${bound}
        and b.weighed_at >= ${from} and b.weighed_at < ${to} ${stationIs} ${scaleIs}`,
      orderBy: sql`b.bag_num desc`,
    };
  }
  // One upper bound only, the tighter one: of two, Postgres would begin at the first and step down to the other.
  const [time, id] = before === undefined ? [sql`${to}`, sql`0`] : tighter(sql, to, before);
  // Each kind of rare bags has an index of its own, in which station and scale are looked at without the table.
  const rare = filter.voided === true || (filter.verdict !== undefined && filter.verdict !== "in");
  if (station !== undefined && !rare) {
    return {
      where: sql`
        (b.station, b.weighed_at, b.id) >= (${station}, ${from}, 0)
        and (b.station, b.weighed_at, b.id) < (${station}, ${time}, ${id}) ${scaleIs}`,
      orderBy: sql`b.station desc, b.weighed_at desc, b.id desc`,
    };
  }
  if (scale !== undefined && !rare) {
    return {
      where: sql`
        (b.scale_id, b.weighed_at, b.id) >= (${scale}, ${from}, 0)
        and (b.scale_id, b.weighed_at, b.id) < (${scale}, ${time}, ${id})`,
      orderBy: sql`b.scale_id desc, b.weighed_at desc, b.id desc`,
    };
  }
  return {
    where: sql`b.weighed_at >= ${from} and (b.weighed_at, b.id) < (${time}, ${id}) ${stationIs} ${scaleIs}`,
    orderBy: sql`b.weighed_at desc, b.id desc`,
  };
}

/** Where the page behind the bag `before` begins: at that bag, but not later than `to`. */
function tighter(sql: Executor, to: Date, before: number) {
  const found = sql`from filler_bag where id = ${before}`;
  return [
    sql`(select least(weighed_at, ${to}) ${found})`,
    sql`(select case when weighed_at < ${to} then id else 0 end ${found})`,
  ] as const;
}

/** Under and over are told apart as the verdict is: exact, in the printed unit. */
function hasVerdict(sql: Executor, verdict: Verdict) {
  switch (verdict) {
    case "in":
      return sql`b.in_tolerance`;
    case "under":
      return sql`not b.in_tolerance and b.weight < b.target_weight * units_per_lb(b.unit)`;
    case "over":
      return sql`not b.in_tolerance and b.weight > b.target_weight * units_per_lb(b.unit)`;
    case "no_job":
      return sql`b.prepuff_job_id is null`;
  }
}
