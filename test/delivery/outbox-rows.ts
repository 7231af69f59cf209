import type { Sql } from "../../src/database/database.ts";
import { webApplication } from "../../src/delivery/destination.ts";

export interface NewBag {
  /** Its id. */
  readonly plant?: number;
  readonly station?: string;
  readonly weight?: string;
  readonly unit?: string;
  readonly scale?: number;
  readonly weighedAt?: Date;
}

export interface AddedBag {
  readonly id: number;
  readonly uid: string;
}

/**
 * Bags with a pending delivery to each destination, as the recorder leaves them: one transaction, ids in the order given.
 */
export async function addBags(
  sql: Sql,
  bags: readonly NewBag[],
  destinations: readonly number[] = [webApplication.id],
): Promise<AddedBag[]> {
  const rows = bags.map((bag) => ({
    uid: Bun.randomUUIDv7(),
    plant: bag.plant ?? 1,
    station: bag.station ?? "Station 1",
    weight: bag.weight ?? "50.00",
    unit: bag.unit ?? "lb",
    scale: bag.scale ?? 1,
    weighedAt: (bag.weighedAt ?? new Date()).toISOString(),
  }));
  return sql<AddedBag[]>`
    with bag as (
      insert into filler_bag (
        uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source, plant_id
      )
      select uid, station, scale, scale, weight, unit, weight_in_lb(weight, unit), "weighedAt", 'scale', plant
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (
        uid uuid, station text, weight numeric, unit text, scale integer, "weighedAt" timestamptz, plant integer
      )
      returning id, uid, station
    ),
    delivery as (
      insert into delivery (destination_id, filler_bag_id, station)
      select d.id, bag.id, bag.station from bag cross join unnest(${[...destinations]}::smallint[]) as d (id)
    ),
    tally as (
      update delivery_tally
      set pending = pending + (select count(*) from bag)
      where destination_id = any (${[...destinations]}::smallint[])
    )
    select id, uid from bag order by id`;
}

/** As many bags of one station, all alike. */
export function addMany(sql: Sql, count: number, bag: NewBag = {}): Promise<AddedBag[]> {
  return addBags(
    sql,
    Array.from({ length: count }, () => bag),
  );
}

/** Leaves no bag, and an outbox that counts none. */
export async function clearBags(sql: Sql): Promise<void> {
  await sql`truncate filler_bag, delivery, scan_bag_answer`;
  await sql`update delivery_tally set pending = 0, parked = 0, delivered = 0, discarded = 0`;
}

export interface DeliveryLine {
  readonly id: number;
  readonly state: string;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly delivered_at: Date | null;
  readonly upstream_bag_id: number | null;
  readonly upstream_bag_num: number | null;
  readonly upstream_in_tolerance: boolean | null;
  readonly upstream_job_complete: boolean | null;
}

export function readDeliveries(sql: Sql, destination = webApplication.id): Promise<DeliveryLine[]> {
  return sql<DeliveryLine[]>`
    select
      filler_bag_id as id, state, attempts, next_attempt_at, last_status, last_error, delivered_at,
      upstream_bag_id, upstream_bag_num, upstream_in_tolerance, upstream_job_complete
    from delivery
    where destination_id = ${destination}
    order by filler_bag_id`;
}

/** How many deliveries are in this state. */
export async function countState(sql: Sql, state: string, destination = webApplication.id): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from delivery
    where destination_id = ${destination} and state = ${state}`;
  return row?.count ?? 0;
}
