import { z } from "zod";
import { plantSchema, plantShown } from "../database/plant.ts";
import type { Executor, Sql, Transaction } from "../database/types.ts";
import { units } from "../weighing/units.ts";

export const deliveryStates = ["pending", "delivered", "parked", "discarded"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

const time = z.iso.datetime();

/** A delivery as the API shows it. Decimals are strings, times RFC 3339 in UTC. */
export const deliverySchema = z.object({
  /** The name of where it goes. */
  destination: z.string(),
  bag_id: z.int(),
  uid: z.uuid(),
  station: z.string(),
  plant: plantSchema,
  scale: z.int(),
  weight: z.string(),
  unit: z.enum(units),
  weighed_at: time,
  state: z.enum(deliveryStates),
  attempts: z.int(),
  /** Null: as soon as possible in its order (`pending`), or not by itself. */
  next_attempt_at: time.nullable(),
  /** The last answer's HTTP status; null where none came. */
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
  delivered_at: time.nullable(),
  upstream_bag_id: z.int().nullable(),
  upstream_bag_num: z.int().nullable(),
  upstream_in_tolerance: z.boolean().nullable(),
  upstream_job_complete: z.boolean().nullable(),
});
export type Delivery = z.output<typeof deliverySchema>;

interface DeliveryRow extends Omit<Delivery, "plant" | "weighed_at" | "next_attempt_at" | "delivered_at"> {
  readonly plant: string | null;
  readonly weighed_at: Date;
  readonly next_attempt_at: Date | null;
  readonly delivered_at: Date | null;
}

export interface DeliveryFilter {
  /** The id of the plant whose bags they are. */
  readonly plant: number;
  /** Its id. */
  readonly destination: number;
  readonly state?: DeliveryState | undefined;
  readonly station?: string | undefined;
}

/** @returns the id of the destination of that name; null where there is none. */
export async function findDestination(sql: Executor, name: string): Promise<number | null> {
  const [row] = await sql<{ id: number }[]>`select id from destination where name = ${name}`;
  return row?.id ?? null;
}

/** Deliveries of a plant's bags to one destination, newest bag first; `before` is the bag id of the last one of the page before. */
export async function listDeliveries(
  sql: Executor,
  filter: DeliveryFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Delivery[]> {
  const rows = await sql<DeliveryRow[]>`
    with page as materialized (${pageOfIds(sql, filter, page.before, page.limit)})
    select
      t.name as destination, b.id as bag_id, b.uid, d.station, ${plantShown(sql, sql`b.plant_id`)}, b.scale_id as scale, b.weight, b.unit, b.weighed_at, d.state,
      d.attempts, d.next_attempt_at, d.last_status, d.last_error, d.delivered_at, d.upstream_bag_id,
      d.upstream_bag_num, d.upstream_in_tolerance, d.upstream_job_complete
    from page p
    join destination t on t.id = ${filter.destination}
    join delivery d on d.destination_id = t.id and d.filler_bag_id = p.filler_bag_id
    join filler_bag b on b.id = p.filler_bag_id
    order by p.filler_bag_id desc`;
  return rows.map(({ plant, ...row }) => ({
    ...row,
    ...(plant !== null && { plant }),
    weighed_at: row.weighed_at.toISOString(),
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    delivered_at: row.delivered_at?.toISOString() ?? null,
  }));
}

function pageOfIds(sql: Executor, filter: DeliveryFilter, before: number | undefined, limit: number) {
  const { plant, destination, state, station } = filter;
  const isOfPlant = isBagOfPlant(sql, sql`d.filler_bag_id`, plant);
  const older = before === undefined ? sql`` : sql`and d.filler_bag_id < ${before}`;
  if (state === "pending") {
    const stations =
      station === undefined
        ? sql`select station from (${pendingHeads(sql, sql`${destination}::smallint`)}) h`
        : sql`select ${station}::varchar as station`;
    // The index of pending ones is by station: the newest of each station, then the newest of those. "between"
    // and the order by station bind the planner to it.
    return sql`
      select n.filler_bag_id
      from (${stations}) s
      cross join lateral (
        select d.filler_bag_id
        from delivery d
        where d.destination_id = ${destination} and d.station between s.station and s.station
          and d.state = 'pending' and ${isOfPlant} ${older}
        order by d.station desc, d.filler_bag_id desc
        limit ${limit}
      ) n
      order by n.filler_bag_id desc
      limit ${limit}`;
  }
  // The state stands in the text, not in a parameter: only so a partial index is found.
  return sql`
    select d.filler_bag_id
    from delivery d
    where d.destination_id = ${destination} and ${isOfPlant} ${older}
      ${state === undefined ? sql`` : sql`and d.state = ${sql.unsafe(`'${state}'`)}`}
      ${station === undefined ? sql`` : sql`and d.station = ${station}`}
    order by d.filler_bag_id desc
    limit ${limit}`;
}

/** A subquery and not a join, so that the planner cannot begin with the plant's bags, which are far more. */
function isBagOfPlant(sql: Executor, id: ReturnType<Executor>, plant: number) {
  return sql`(select b.plant_id from filler_bag b where b.id = ${id}) = ${plant}`;
}

/** A destination's first pending bag of each station, by hops through the partial index. */
function pendingHeads(sql: Executor, destination: ReturnType<Executor>) {
  return sql`
    with recursive head as (
      (
        select station, filler_bag_id
        from delivery
        where destination_id = ${destination} and state = 'pending'
        order by station, filler_bag_id
        limit 1
      )
      union all
      select n.station, n.filler_bag_id
      from head h
      cross join lateral (
        select d.station, d.filler_bag_id
        from delivery d
        where d.destination_id = ${destination} and d.state = 'pending' and d.station > h.station
        order by d.station, d.filler_bag_id
        limit 1
      ) n
    )
    select station, filler_bag_id from head`;
}

/** A delivery that was changed, and the state that it had. */
export interface Changed {
  readonly id: number;
  readonly before: DeliveryState;
}

/** Writes who did it, in the transaction of each part of the change; not called if nothing changed. */
export type Note = (tx: Transaction, changed: readonly Changed[]) => Promise<void>;

/**
 * Which deliveries to a destination a person means: some by their bags' ids, or all parked ones, of one station or of every;
 * always only those of the plant's bags.
 */
export type Selection = {
  /** Its id. */
  readonly destination: number;
  /** Its id. */
  readonly plant: number;
} & ({ readonly ids: readonly number[] } | { readonly parked: true; readonly station?: string | undefined });

/**
 * Makes bags pending again, due at once and in their old place in the order of weighing: parked ones and,
 * where named by id, also discarded ones and pending ones that wait for their time. Tell the courier then.
 * What is delivered stays so; a bag in flight is written by how its request ends.
 *
 * @returns how many deliveries are now to be tried.
 */
export function retryDeliveries(sql: Sql, selection: Selection, note?: Note): Promise<number> {
  return inChunks(sql, selection, note, async (tx, chunk) => {
    return tx<Changed[]>`
      with chosen as materialized (
        select filler_bag_id, state
        from delivery
        where destination_id = ${selection.destination} and filler_bag_id = any (${chunk}) and state <> 'delivered'
          and ${isBagOfPlant(tx, tx`filler_bag_id`, selection.plant)}
        order by filler_bag_id
        for update
      )
      update delivery
      set state = 'pending', next_attempt_at = null
      from chosen c
      where delivery.destination_id = ${selection.destination} and delivery.filler_bag_id = c.filler_bag_id
      returning c.filler_bag_id as id, c.state as before`;
  });
}

/**
 * Gives bags up: they are not sent again, unless a person retries them. A bag in flight that the upstream accepts is
 * `delivered` all the same.
 *
 * @returns how many deliveries were pending or parked and are discarded now.
 */
export function discardDeliveries(sql: Sql, selection: Selection, note?: Note): Promise<number> {
  return inChunks(sql, selection, note, async (tx, chunk) => {
    return tx<Changed[]>`
      with chosen as materialized (
        select filler_bag_id, state
        from delivery
        where destination_id = ${selection.destination} and filler_bag_id = any (${chunk}) and state in ('pending', 'parked')
          and ${isBagOfPlant(tx, tx`filler_bag_id`, selection.plant)}
        order by filler_bag_id
        for update
      )
      update delivery
      set state = 'discarded', next_attempt_at = null
      from chosen c
      where delivery.destination_id = ${selection.destination} and delivery.filler_bag_id = c.filler_bag_id
      returning c.filler_bag_id as id, c.state as before`;
  });
}

/** Short statements: recorder and courier wait for the tally's row while one runs. */
const chunkSize = 5_000;

async function inChunks(
  sql: Sql,
  selection: Selection,
  note: Note | undefined,
  change: (tx: Transaction, ids: number[]) => Promise<readonly Changed[]>,
): Promise<number> {
  let changed = 0;
  const changeChunk = (ids: number[]) =>
    sql.begin(async (tx) => {
      const done = await change(tx, ids);
      if (done.length > 0) await note?.(tx, done);
      return done.length;
    });
  if ("ids" in selection) {
    for (let from = 0; from < selection.ids.length; from += chunkSize) {
      changed += await changeChunk(selection.ids.slice(from, from + chunkSize));
    }
    return changed;
  }
  // Upwards by id, so that a bag that is parked again meanwhile does not come twice.
  for (let after = 0; ; ) {
    const ids = await readParked(sql, selection, after);
    const last = ids.at(-1);
    if (last === undefined) return changed;
    changed += await changeChunk(ids);
    after = last;
  }
}

async function readParked(
  sql: Executor,
  selection: { readonly destination: number; readonly plant: number; readonly station?: string | undefined },
  after: number,
): Promise<number[]> {
  const { destination, plant, station } = selection;
  const rows = await sql<{ id: number }[]>`
    select filler_bag_id as id
    from delivery
    where destination_id = ${destination} and state = 'parked' and filler_bag_id > ${after}
      and ${isBagOfPlant(sql, sql`filler_bag_id`, plant)}
      ${station === undefined ? sql`` : sql`and station = ${station}`}
    order by filler_bag_id
    limit ${chunkSize}`;
  return rows.map((row) => row.id);
}

export interface DeliveryCounts extends Readonly<Record<DeliveryState, number>> {
  /** The name of where they go. */
  readonly destination: string;
  /** When the oldest pending bag was weighed, milliseconds since the epoch; null when none waits. */
  readonly oldestPendingWeighedAt: number | null;
}

/**
 * For each destination, how many deliveries are in each state, and the oldest that waits. Cheap at any number of them.
 *
 * A destination serves all plants of a database, and so do its counts. Only `parked` counts the plant's own bags, because
 * these wait for the plant's people; where there are several plants, it is counted row by row.
 */
export async function countDeliveries(sql: Executor, plant: number): Promise<DeliveryCounts[]> {
  interface Row extends Record<DeliveryState, number> {
    readonly destination: string;
    readonly oldest: Date | null;
  }
  const rows = await sql<Row[]>`
    select t.name as destination, c.pending, c.delivered, c.discarded,
      case when (select count(*) from plant) = 1 then c.parked else (
        select count(*)
        from delivery d
        where d.destination_id = t.id and d.state = 'parked' and ${isBagOfPlant(sql, sql`d.filler_bag_id`, plant)}
      ) end as parked, (
      select min(b.weighed_at)
      from (${pendingHeads(sql, sql`t.id`)}) h
      join filler_bag b on b.id = h.filler_bag_id
    ) as oldest
    from destination t
    join delivery_tally c on c.destination_id = t.id
    order by t.id`;
  return rows.map(({ oldest, ...counts }) => ({
    ...counts,
    oldestPendingWeighedAt: oldest?.getTime() ?? null,
  }));
}
