import { z } from "zod";
import type { Sql, Transaction } from "../database/types.ts";
import { type RecordedGroup, recordDirect } from "../recording/record.ts";
import type { Unit } from "../weighing/units.ts";
import { withinRange } from "./bags/within-range.ts";
import { findKey, keepKey, lockKey } from "./idempotency.ts";

/** What `scan_bag` answers when it took a bag; a contract: these fields, in this order. */
export const scanAnswerSchema = z.object({
  success: z.literal(true),
  bag_id: z.int(),
  bag_num: z.int(),
  in_tolerance: z.boolean(),
  job_complete: z.boolean(),
});
export type ScanAnswer = z.output<typeof scanAnswerSchema>;

/** A bag that another program weighed and posts here. */
export interface ScannedBag {
  readonly weight: string;
  readonly unit: Unit;
  /** The sender has applied its aliases already. */
  readonly scale: number;
  readonly station: string;
  /** Milliseconds since the epoch; the bag's job is the one that was active then. */
  readonly weighedAt: number;
}

export type Scanned =
  | { readonly kind: "recorded"; readonly answer: ScanAnswer; readonly group: RecordedGroup }
  /** The key came before, with this bag. Nothing was stored now. */
  | { readonly kind: "repeated"; readonly answer: ScanAnswer }
  /** The key came before, with another bag. */
  | { readonly kind: "key_reused"; readonly bagId: number }
  /** Nothing was stored: the sender keeps the bag and may send it again. */
  | { readonly kind: "no_active_job" };

interface FirstAnswer {
  readonly bag_id: number;
  readonly bag_num: number;
  readonly in_tolerance: boolean;
  readonly job_complete: boolean;
  readonly is_same_bag: boolean;
}

/**
 * Records a posted bag into the job active on its station at `weighedAt`, once for each key.
 *
 * @param options.plant the id of the plant that takes it.
 * @param options.gross its scale weighs the bag with what is in it.
 * @param options.key of the sender, for one bag; with null every call is a bag of its own.
 * @param options.destinations ids of those that this appliance delivers it to.
 * @throws DatabaseBusy where the database has no ids for further bags: nothing was stored.
 */
export async function scanBag(
  sql: Sql,
  bag: ScannedBag,
  options: {
    readonly plant: number;
    readonly gross: boolean;
    readonly key: string | null;
    readonly destinations: readonly number[];
  },
): Promise<Scanned> {
  return withinRange(sql, () => sql.begin((tx) => scanIn(tx, bag, options)));
}

async function scanIn(
  tx: Transaction,
  bag: ScannedBag,
  { plant, gross, key, destinations }: Parameters<typeof scanBag>[2],
): Promise<Scanned> {
  if (key !== null) {
    await lockKey(tx, plant, "scan", key);
    const first = await firstAnswer(tx, plant, key, bag);
    if (first?.is_same_bag === false) return { kind: "key_reused", bagId: first.bag_id };
    if (first !== null) return { kind: "repeated", answer: answerOf(first) };
  }
  const recorded = await recordDirect(
    tx,
    {
      uid: Bun.randomUUIDv7(),
      receivedAt: bag.weighedAt,
      station: bag.station,
      scale: bag.scale,
      printedScale: bag.scale,
      weight: bag.weight,
      unit: bag.unit,
      gross,
      repeatSuspected: false,
      raw: rawOf(bag),
      source: "api",
    },
    { plant, requireJob: true, destinations },
  );
  if (recorded === null || recorded.bagNum === null || recorded.inTolerance === null) {
    return { kind: "no_active_job" };
  }
  const { id, bagNum, inTolerance, jobComplete } = recorded;
  if (key !== null) {
    await keepKey(tx, plant, "scan", key, { bagId: id, jobComplete });
  }
  return {
    kind: "recorded",
    group: recorded.group,
    answer: answerOf({ bag_id: id, bag_num: bagNum, in_tolerance: inTolerance, job_complete: jobComplete }),
  };
}

/** A bag's number and verdict never change once it has a job, so that the answer can be made from them again. */
async function firstAnswer(
  tx: Transaction,
  plant: number,
  key: string,
  bag: ScannedBag,
): Promise<FirstAnswer | null> {
  const first = await findKey(tx, plant, "scan", key);
  if (first === null) return null;
  const [row] = await tx<FirstAnswer[]>`
    select
      b.id as bag_id, b.bag_num, b.in_tolerance, ${first.jobComplete}::boolean as job_complete,
      b.weight + coalesce(b.tare, 0) = ${bag.weight}::numeric and b.unit = ${bag.unit}
        and b.printed_scale_id = ${bag.scale} and b.station = ${bag.station} as is_same_bag
    from filler_bag b
    where b.id = ${first.bagId}`;
  return row ?? null;
}

function answerOf(bag: Omit<FirstAnswer, "is_same_bag">): ScanAnswer {
  return {
    success: true,
    bag_id: bag.bag_id,
    bag_num: bag.bag_num,
    in_tolerance: bag.in_tolerance,
    job_complete: bag.job_complete,
  };
}

/** The four fields as a form: printable, and of bounded length whatever was posted. */
function rawOf({ weight, unit, scale, station }: ScannedBag): string {
  return new URLSearchParams({ weight, unit, scale: String(scale), station }).toString();
}
