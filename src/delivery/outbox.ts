import type { Executor } from "../database/types.ts";
import type { Outcome } from "./answer.ts";
import type { BagToSend } from "./destination.ts";
import { parkedRetryMs } from "./retry-policy.ts";

/** A bag that waits for delivery. */
export interface WaitingBag extends BagToSend {
  readonly id: number;
  /** A parked bag is here because its next try is due. */
  readonly state: "pending" | "parked";
  /** Milliseconds since the epoch; a pending bag is not tried before, and holds up those behind it. */
  readonly nextAttemptAt: number | null;
}

/** How an attempt ended, to be written. Times in milliseconds since the epoch. */
export interface Attempted {
  readonly id: number;
  readonly uid: string;
  readonly at: number;
  readonly outcome: Outcome;
  /** When the bag is tried again if it is pending then, and if it is parked. Null: not by itself. */
  readonly retryAt: number | null;
  readonly parkedRetryAt: number | null;
}

/** Due parked bags of one read: few, so that they never hold up the pending ones for long. */
const parkedLimit = 16;

/**
 * What a station's lane sends next to a destination: up to `limit` pending bags in the order of weighing, then some
 * parked ones that are due, longest due first.
 *
 * @param now milliseconds since the epoch.
 */
export async function readWaiting(
  sql: Executor,
  of: { readonly destination: number; readonly station: string },
  now: number,
  limit: number,
): Promise<WaitingBag[]> {
  const { destination, station } = of;
  interface Row {
    readonly id: number;
    readonly state: "pending" | "parked";
    readonly next_attempt_at: Date | null;
    readonly uid: string;
    readonly weight: string;
    readonly unit: string;
    readonly scale_id: number;
    readonly weighed_at: Date;
  }
  // "between" and the order by station bind the planner to the partial index. With "=" it may take the primary
  // key and filter, when it believes that most rows are pending: measured, 23 ms where 0.3 are enough.
  const rows = await sql<Row[]>`
    with waiting as materialized (
      (
        select filler_bag_id, state, next_attempt_at, 1 as turn
        from delivery
        where destination_id = ${destination} and station between ${station} and ${station} and state = 'pending'
        order by station, filler_bag_id
        limit ${limit}
      )
      union all
      (
        select filler_bag_id, state, next_attempt_at, 2
        from delivery
        where destination_id = ${destination} and station = ${station} and state = 'parked'
          and next_attempt_at <= ${new Date(now)}
        order by next_attempt_at, filler_bag_id
        limit ${parkedLimit}
      )
      union all
      (
        select filler_bag_id, state, next_attempt_at, 3
        from delivery
        where destination_id = ${destination} and station = ${station} and state = 'parked'
          and next_attempt_at > ${beyond(now)}
        order by next_attempt_at, filler_bag_id
        limit ${parkedLimit}
      )
    )
    select b.id, w.state, w.next_attempt_at, b.uid, b.weight, b.unit, b.scale_id, b.weighed_at
    from waiting w
    join filler_bag b on b.id = w.filler_bag_id
    order by w.turn, w.filler_bag_id`;
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    uid: row.uid,
    weight: row.weight,
    unit: row.unit,
    scale: row.scale_id,
    station,
    weighedAt: row.weighed_at,
  }));
}

/** Further away than a parked bag's wait ever is: the clock was set back since, and it is due. */
function beyond(now: number): Date {
  return new Date(now + 2 * parkedRetryMs);
}

/**
 * The stations that have something to send to a destination. Hops from one station's first row to the next in the
 * partial indexes: its cost grows with the stations, not with the bags that wait.
 *
 * @param now milliseconds since the epoch.
 * @returns null while the destination is paused.
 */
export async function readStations(
  sql: Executor,
  destination: number,
  now: number,
): Promise<string[] | null> {
  const rows = await sql<{ station: string }[]>`
    with recursive pending as (
      (
        select station
        from delivery
        where destination_id = ${destination} and state = 'pending'
        order by station
        limit 1
      )
      union all
      select (
        select d.station
        from delivery d
        where d.destination_id = ${destination} and d.state = 'pending' and d.station > p.station
        order by d.station
        limit 1
      )
      from pending p
      where p.station is not null
    ),
    parked as (
      (
        select station, next_attempt_at
        from delivery
        where destination_id = ${destination} and state = 'parked' and next_attempt_at is not null
        order by station, next_attempt_at
        limit 1
      )
      union all
      select n.station, n.next_attempt_at
      from parked p
      cross join lateral (
        select d.station, d.next_attempt_at
        from delivery d
        where d.destination_id = ${destination} and d.state = 'parked' and d.next_attempt_at is not null
          and d.station > p.station
        order by d.station, d.next_attempt_at
        limit 1
      ) n
    )
    select station from pending where station is not null
    union
    select station from parked where next_attempt_at <= ${new Date(now)} or next_attempt_at > ${beyond(now)}`;
  const [paused] = await sql`select from destination where id = ${destination} and state = 'paused'`;
  return paused === undefined ? rows.map((row) => row.station) : null;
}

/**
 * Writes how attempts at a destination ended: one statement for all of them, at most one of each bag.
 *
 * People change deliveries while requests are in flight. What the upstream took is delivered, whatever was
 * decided meanwhile; everything else applies only while the bag still waits.
 */
export async function writeAttempts(
  sql: Executor,
  destination: number,
  attempts: readonly Attempted[],
): Promise<void> {
  // As text, because the driver would encode a JSON string once more; arrays of integers cannot hold nulls.
  await sql`
    with attempt as materialized (
      select *
      from json_to_recordset(${JSON.stringify(attempts.map(toColumns))}::text::json) as a (
        "id" bigint, "state" text, "status" integer, "error" text, "at" double precision,
        "retryAt" double precision, "parkedRetryAt" double precision, "bagId" bigint, "bagNum" integer,
        "inTolerance" boolean, "jobComplete" boolean
      )
    ),
    -- Rows are locked in the order of their ids by everyone who changes several: no deadlock.
    locked as materialized (
      select d.filler_bag_id, coalesce(a.state, d.state) as new_state, a.*
      from attempt a
      join delivery d on d.destination_id = ${destination} and d.filler_bag_id = a.id
      where d.state in ('pending', 'parked') or (a.state = 'delivered' and d.state = 'discarded')
      order by d.filler_bag_id
      for update of d
    )
    update delivery d
    set state = l.new_state,
      attempts = d.attempts + 1,
      next_attempt_at = to_timestamp(
        case l.new_state when 'pending' then l."retryAt" when 'parked' then l."parkedRetryAt" end / 1000
      ),
      last_status = l.status,
      last_error = l.error,
      delivered_at = case l.new_state when 'delivered' then to_timestamp(l.at / 1000) end,
      upstream_bag_id = l."bagId",
      upstream_bag_num = l."bagNum",
      upstream_in_tolerance = l."inTolerance",
      upstream_job_complete = l."jobComplete"
    from locked l
    where d.destination_id = ${destination} and d.filler_bag_id = l.filler_bag_id`;
}

/** A bag whose attempt failed stays in the state in which it is, pending or parked. */
function toColumns(attempted: Attempted) {
  const { outcome, uid: _, ...rest } = attempted;
  const { status } = outcome;
  if (outcome.kind !== "delivered") {
    return { ...rest, state: outcome.kind === "parked" ? "parked" : null, status, error: outcome.reason };
  }
  const { bagId, bagNum, inTolerance, jobComplete } = outcome;
  return { ...rest, state: "delivered", status, bagId, bagNum, inTolerance, jobComplete };
}

/**
 * A destination took a bag that it had refused for want of a job: the station's other ones are due at once,
 * in the order of weighing, and not in that in which their five minutes end.
 *
 * @param now milliseconds since the epoch.
 */
export async function bringForward(
  sql: Executor,
  of: { readonly destination: number; readonly station: string },
  now: number,
): Promise<void> {
  const { destination, station } = of;
  await sql`
    update delivery
    set next_attempt_at = ${new Date(now)}
    where destination_id = ${destination} and filler_bag_id in (
      select filler_bag_id
      from delivery
      where destination_id = ${destination} and station = ${station} and state = 'parked'
        and next_attempt_at > ${new Date(now)}
      order by filler_bag_id
      for update
    )`;
}
