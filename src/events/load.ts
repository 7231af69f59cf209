import type postgres from "postgres";
import type { Executor } from "../database/types.ts";
import { type Bag, type BagRow, selectBags, toBag } from "../records/bags/bag-view.ts";
import { type RejectedFrame, selectRejected, toRejectedFrame } from "../records/rejected/rejected-list.ts";
import { type AskedCheck, askedCompleteWith } from "../records/scale-checks/asked.ts";
import type { Track } from "./track.ts";

type RejectedRow = Parameters<typeof toRejectedFrame>[0];

/** Bags by id, in the order of their ids; unknown ones are left out. */
export async function loadBags(sql: Executor, ids: readonly number[]): Promise<Bag[]> {
  if (ids.length === 0) return [];
  const rows = await sql<BagRow[]>`${selectBags(sql)} where b.id = any (${[...ids]}) order by b.id`;
  return rows.map(toBag);
}

/** Rejected frames by id, in the order of their ids; unknown ones are left out. */
export async function loadRejected(sql: Executor, ids: readonly number[]): Promise<RejectedFrame[]> {
  if (ids.length === 0) return [];
  const rows = await sql<RejectedRow[]>`
    ${selectRejected(sql)} where id = any (${[...ids]}) order by id`;
  return rows.map(toRejectedFrame);
}

/** The checks of scales that are complete with these rejected frames. */
export async function loadChecks(sql: Executor, frames: readonly RejectedFrame[]): Promise<AskedCheck[]> {
  const ids = frames.flatMap(({ id, reason }) => (reason === "check" ? [id] : []));
  return ids.length === 0 ? [] : askedCompleteWith(sql, ids);
}

/** The next bags that a track lacks: first those that fill a hole, then the newer ones, by id. */
export async function loadMissedBags(
  sql: Executor,
  plant: number,
  track: Track,
  limit: number,
): Promise<Bag[]> {
  const rows = await sql<BagRow[]>`
    ${selectBags(sql)}
    where b.plant_id = ${plant} and ${missedBy(sql, sql`b.id`, track)}
    order by b.id
    limit ${limit}`;
  return rows.map(toBag);
}

/** The next rejected frames that a track misses. */
export async function loadMissedRejected(
  sql: Executor,
  plant: number,
  track: Track,
  limit: number,
): Promise<RejectedFrame[]> {
  const rows = await sql<RejectedRow[]>`
    ${selectRejected(sql)}
    where plant_id = ${plant} and ${missedBy(sql, sql`id`, track)}
    order by id
    limit ${limit}`;
  return rows.map(toRejectedFrame);
}

/** The newest ids of this moment, 0 where there is none. */
export async function loadNewest(sql: Executor): Promise<{ bag: number; rejected: number }> {
  const [row] = await sql<{ bag: number; rejected: number }[]>`
    select
      coalesce((select max(id) from filler_bag), 0) as bag,
      coalesce((select max(id) from rejected_frame), 0) as rejected`;
  return row ?? { bag: 0, rejected: 0 };
}

function missedBy(
  sql: Executor,
  id: postgres.PendingQuery<postgres.Row[]>,
  { through, holes }: Track,
): postgres.PendingQuery<postgres.Row[]> {
  const newest = through ?? 0;
  const inHoles = holes.map(({ from, to }) => sql`or ${id} between ${from} and ${to}`);
  // The lower bound of all is for the index: an `or` alone would be tried on every row from the first one on.
  const lowest = Math.min(newest, ...holes.map(({ from }) => from - 1));
  // The driver takes an empty list of fragments for a parameter.
  return sql`${id} > ${lowest} and (${id} > ${newest} ${inHoles.length > 0 ? inHoles : sql``})`;
}
