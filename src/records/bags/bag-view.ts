import { z } from "zod";
import { plantSchema, plantShown } from "../../database/plant.ts";
import type { Executor } from "../../database/types.ts";
import { deliveryStates } from "../../delivery/deliveries.ts";
import { webApplication } from "../../delivery/destination.ts";
import { densityOf } from "../../quality/density.ts";
import { escapeBytes } from "../../scale/frames/bytes.ts";
import { units } from "../../weighing/units.ts";
import { voidCodes } from "../../weighing/void-codes.ts";

const time = z.iso.datetime();

/**
 * The state of the bag's delivery to the web application; deliveries to other destinations are listed by
 * /api/deliveries.
 */
const deliverySchema = z.object({
  state: z.enum(deliveryStates),
  attempts: z.int(),
  next_attempt_at: time.nullable(),
  last_error: z.string().nullable(),
  delivered_at: time.nullable(),
  upstream_bag_id: z.number().nullable(),
  upstream_bag_num: z.number().nullable(),
  upstream_in_tolerance: z.boolean().nullable().describe("The web application's verdict."),
  upstream_job_complete: z.boolean().nullable().describe("Its job was complete with this bag."),
});

/**
 * A bag as the API and the events show it. Decimals are strings, times RFC 3339 in UTC.
 * Without a job, `job_id`, `bag_num`, `target_weight`, `tolerance_percent` and `in_tolerance` are null.
 */
export const bagSchema = z.object({
  id: z.int(),
  uid: z.guid(),
  job_id: z.int().nullable(),
  bag_num: z.int().nullable(),
  station: z.string(),
  plant: plantSchema,
  /** After aliases; `printed_scale` is what the indicator printed. */
  scale: z.int(),
  printed_scale: z.int(),
  weight: z.string().describe("In `unit`: as printed, or on a scale that weighs gross without the tare."),
  unit: z.enum(units),
  /** Pounds, rounded to four decimals where the scale printed another unit. */
  weight_lb: z.string(),
  gross: z
    .string()
    .nullable()
    .describe("As printed, in `unit`, where a tare was taken off; null: `weight` is it."),
  tare: z.string().nullable().describe("What was taken off, in `unit`; null: nothing."),
  density: z
    .object({ lb_per_ft3: z.string(), kg_per_m3: z.string() })
    .nullable()
    .describe("Where its job's product has a bag volume."),
  /** Pounds, as in force when the bag was judged. */
  target_weight: z.string().nullable(),
  tolerance_percent: z.string().nullable(),
  in_tolerance: z.boolean().nullable(),
  lot: z.string().nullable().describe("The lot that its job was filled from when it was weighed."),
  repeat_suspected: z.boolean(),
  doubt: z
    .enum(["repeats"])
    .nullable()
    .describe(
      "Why it counts for no job until a person assigns it: `repeats`, its scale printed it like a stream. It stays when the bag is assigned.",
    ),
  followed_by: z
    .string()
    .nullable()
    .describe(
      "What came behind the print when silence had completed it: the bag may have been none. Null: nothing did.",
    ),
  source: z.enum(["scale", "api", "manual"]),
  /** Why it was entered by hand, if a reason was given. */
  note: z.string().nullable(),
  weighed_at: time,
  recorded_at: time,
  voided_at: time.nullable(),
  void_code: z
    .enum(voidCodes)
    .nullable()
    .describe("Why it is void. Null: it is not, or was voided before there were codes."),
  void_reason: z.string().nullable().describe("The same in a person's words, where there are any."),
  /** Null where nothing is forwarded. */
  delivery: deliverySchema.nullable(),
});
export type Bag = z.output<typeof bagSchema>;

type Delivery = z.output<typeof deliverySchema>;

/** A row of `selectBags`. */
export interface BagRow
  extends Omit<
    Bag,
    "plant" | "density" | "followed_by" | "weighed_at" | "recorded_at" | "voided_at" | "delivery"
  > {
  readonly bag_volume: string | null;
  readonly plant: string | null;
  readonly followed_by: Uint8Array | null;
  readonly weighed_at: Date;
  readonly recorded_at: Date;
  readonly voided_at: Date | null;
  readonly delivery_state: Delivery["state"] | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly last_error: string | null;
  readonly delivered_at: Date | null;
  readonly upstream_bag_id: number | null;
  readonly upstream_bag_num: number | null;
  readonly upstream_in_tolerance: boolean | null;
  readonly upstream_job_complete: boolean | null;
}

/** `select … from filler_bag b left join delivery d`, to be followed by `where`. */
export function selectBags(sql: Executor) {
  return sql`
    select
      b.id, b.uid, b.prepuff_job_id as job_id, b.bag_num, b.station, b.scale_id as scale,
      b.printed_scale_id as printed_scale, b.weight, b.unit, b.weight_lb, b.weight + nullif(b.tare, 0) as gross, nullif(b.tare, 0) as tare,
      (select j.bag_volume from prepuff_job j where j.id = b.prepuff_job_id) as bag_volume, b.target_weight,
      b.tolerance_percent, b.in_tolerance,
      case when b.prepuff_job_id is not null then (
        select l.lot from job_lot l
        where l.job_id = b.prepuff_job_id and l.since <= b.weighed_at
        order by l.since desc, l.id desc
        limit 1
      ) end as lot,
      b.repeat_suspected, b.doubt,
      (select r.raw from rejected_frame r where r.follows_bag_uid = b.uid order by r.id limit 1) as followed_by,
      b.source, b.weighed_at, b.recorded_at,
      b.voided_at, b.void_code, b.void_reason, ${plantShown(sql, sql`b.plant_id`)},
      case when b.source = 'manual' then (
        select entered.detail->>'note'
        from audit_event entered
        where entered.subject = 'bag:' || b.id and entered.action = 'bag.enter'
      ) end as note,
      d.state as delivery_state, d.attempts, d.next_attempt_at, d.last_error, d.delivered_at,
      d.upstream_bag_id, d.upstream_bag_num, d.upstream_in_tolerance, d.upstream_job_complete
    from filler_bag b
    left join delivery d on d.destination_id = ${webApplication.id} and d.filler_bag_id = b.id`;
}

/** The one place that turns a row into the API's bag. */
export function toBag(row: BagRow): Bag {
  return {
    id: row.id,
    uid: row.uid,
    job_id: row.job_id,
    bag_num: row.bag_num,
    station: row.station,
    ...(row.plant !== null && { plant: row.plant }),
    scale: row.scale,
    printed_scale: row.printed_scale,
    weight: row.weight,
    unit: row.unit,
    weight_lb: row.weight_lb,
    gross: row.gross,
    tare: row.tare,
    density: row.bag_volume === null ? null : densityOf(row.weight_lb, row.bag_volume),
    target_weight: row.target_weight,
    tolerance_percent: row.tolerance_percent,
    in_tolerance: row.in_tolerance,
    lot: row.lot,
    repeat_suspected: row.repeat_suspected,
    doubt: row.doubt,
    followed_by: row.followed_by === null ? null : escapeBytes(row.followed_by),
    source: row.source,
    note: row.note,
    weighed_at: row.weighed_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
    voided_at: row.voided_at?.toISOString() ?? null,
    void_code: row.void_code,
    void_reason: row.void_reason,
    delivery: toDelivery(row),
  };
}

function toDelivery(row: BagRow): Delivery | null {
  if (row.delivery_state === null) return null;
  return {
    state: row.delivery_state,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    last_error: row.last_error,
    delivered_at: row.delivered_at?.toISOString() ?? null,
    upstream_bag_id: row.upstream_bag_id,
    upstream_bag_num: row.upstream_bag_num,
    upstream_in_tolerance: row.upstream_in_tolerance,
    upstream_job_complete: row.upstream_job_complete,
  };
}
