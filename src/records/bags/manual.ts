import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { type RecordedGroup, recordDirect } from "../../recording/record.ts";
import { stationSchema, textSchema } from "../../runtime/typed-text.ts";
import type { Stations } from "../../scale/stations.ts";
import { idMax } from "../../weighing/ids.ts";
import { unitSchema, unitsInWords, weightSchema } from "../../weighing/weighed-fields.ts";
import { findKey, keepKey, lockKey } from "../idempotency.ts";
import type { Bag } from "./bag-view.ts";
import { getBag } from "./corrections.ts";
import { isAtPlace, places } from "./places.ts";
import { withinRange } from "./within-range.ts";

/** The request to enter a bag that no scale could print. */
export const manualBagSchema = z.strictObject({
  station: stationSchema,
  scale: z
    .int()
    .min(1)
    .max(idMax)
    .optional()
    .describe(
      "The scale it was weighed on or for. Left out: the one of the station's last bag, else the only one that stands there.",
    ),
  weight: weightSchema.describe("Above 0, at most 4 decimals; a string is exact."),
  unit: unitSchema.describe(`${unitsInWords}, in any case.`),
  weighed_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("Left out: now. The bag belongs to the job that was active on the station then."),
  confirmed: z
    .boolean()
    .default(false)
    .describe(
      "A person has looked again at a weight that is off its job's target by more than twice the tolerance.",
    ),
  note: textSchema(500)
    .optional()
    .describe("Why it was entered by hand; kept in the audit trail and shown with the bag."),
});

export interface ManualBag {
  readonly station: string;
  /** As the person gave it; null: to be found. */
  readonly printedScale: number | null;
  readonly weight: string;
  readonly unit: z.output<typeof unitSchema>;
  /** Milliseconds since the epoch; null: now. */
  readonly weighedAt: number | null;
  readonly note: string | null;
  readonly isConfirmed: boolean;
}

export type Entered =
  | { readonly kind: "recorded"; readonly bag: Bag; readonly group: RecordedGroup }
  /** The key came before, with this bag. Nothing was stored now. */
  | { readonly kind: "repeated"; readonly bag: Bag }
  /** The key came before, with another bag. */
  | { readonly kind: "key_reused"; readonly bagId: number }
  /** None was given, and it cannot be determined. */
  | { readonly kind: "which_scale" }
  /** Not confirmed, and off the target (lb) by more than twice the tolerance (percent). Nothing was stored. */
  | { readonly kind: "implausible"; readonly target: string; readonly tolerance: string };

/**
 * Records a bag that a person entered, once for each key, and notes it in the audit trail. It is numbered and judged like
 * any other; without an active job on its station it has none.
 *
 * @param options.key of the person's program, for one bag; with null every call is a bag of its own.
 * @param options.destinations ids of those that it is delivered to.
 * @param options.standing the scales that stand at the station.
 * @param options.stations which scale a printed one counts as, and whether what it shows is gross.
 * @throws DatabaseBusy where the database has no ids for further bags: nothing was stored.
 */
export async function enterBag(
  sql: Sql,
  bag: ManualBag,
  by: Actor,
  options: {
    readonly key: string | null;
    readonly destinations: readonly number[];
    readonly standing: readonly number[];
    readonly stations: Pick<Stations, "actualScale" | "weighsGross">;
  },
): Promise<Entered> {
  try {
    return await withinRange(sql, () => sql.begin((tx) => enterIn(tx, bag, by, options)));
  } catch (error) {
    if (!(error instanceof Implausible)) throw error;
    const { target, tolerance } = error;
    return { kind: "implausible", target, tolerance };
  }
}

/** Only the recorded bag tells which job wanted it: what was recorded is rolled back by this. */
class Implausible extends Error {
  constructor(
    readonly target: string,
    readonly tolerance: string,
  ) {
    super("implausible");
  }
}

async function throwIfImplausible(
  tx: Transaction,
  { id, target_weight, tolerance_percent }: Bag,
): Promise<void> {
  if (target_weight === null || tolerance_percent === null) return;
  const [row] = await tx<{ isFar: boolean }[]>`
    select not is_in_tolerance(weight, unit, target_weight, 2 * tolerance_percent) as "isFar"
    from filler_bag
    where id = ${id}`;
  if (row?.isFar === true) throw new Implausible(target_weight, tolerance_percent);
}

async function enterIn(
  tx: Transaction,
  bag: ManualBag,
  by: Actor,
  { key, destinations, standing, stations }: Parameters<typeof enterBag>[3],
): Promise<Entered> {
  if (key !== null) {
    await lockKey(tx, by.plant, "manual", key);
    const first = await findKey(tx, by.plant, "manual", key);
    if (first !== null) return repeated(tx, by.plant, first.bagId, bag);
  }
  const printedScale = bag.printedScale ?? (await lastScale(tx, by.plant, bag.station)) ?? only(standing);
  if (printedScale === null) return { kind: "which_scale" };
  const { station, weight, unit } = bag;
  const recorded = await recordDirect(
    tx,
    {
      uid: Bun.randomUUIDv7(),
      receivedAt: bag.weighedAt ?? by.at,
      station,
      scale: stations.actualScale(printedScale),
      printedScale,
      weight,
      unit,
      gross: stations.weighsGross(printedScale),
      repeatSuspected: false,
      raw: "",
      source: "manual",
    },
    { plant: by.plant, requireJob: false, destinations },
  );
  const made = recorded === null ? null : await getBag(tx, by.plant, recorded.id);
  if (recorded === null || made === null) throw new Error("the bag just entered is not there");
  if (!bag.isConfirmed) await throwIfImplausible(tx, made);
  if (key !== null) {
    await keepKey(tx, by.plant, "manual", key, { bagId: recorded.id, jobComplete: recorded.jobComplete });
  }
  await audit(tx, by, {
    action: "bag.enter",
    subject: `bag:${made.id}`,
    detail: { ...(bag.note !== null && { note: bag.note }), job_complete: recorded.jobComplete },
    before: null,
    after: {
      station,
      scale: made.scale,
      weight,
      unit,
      weighed_at: made.weighed_at,
      job_id: made.job_id,
      bag_num: made.bag_num,
      in_tolerance: made.in_tolerance,
    },
  });
  return { kind: "recorded", bag: { ...made, note: bag.note }, group: recorded.group };
}

/** As the bag is now: it may have been changed since it was entered. */
async function repeated(tx: Transaction, plant: number, id: number, wanted: ManualBag): Promise<Entered> {
  const bag = await getBag(tx, plant, id);
  if (bag === null) throw new Error(`bag ${id} vanished`);
  const isSame =
    bag.station === wanted.station &&
    (bag.gross ?? bag.weight) === wanted.weight &&
    bag.unit === wanted.unit &&
    (wanted.printedScale === null || bag.printed_scale === wanted.printedScale) &&
    (wanted.weighedAt === null || Date.parse(bag.weighed_at) === wanted.weighedAt);
  return isSame ? { kind: "repeated", bag } : { kind: "key_reused", bagId: id };
}

async function lastScale(tx: Transaction, plant: number, station: string): Promise<number | null> {
  const [row] = await tx<{ scale: number }[]>`
    with recursive ${places(tx, plant)}
    select newest.scale
    from place p
    cross join lateral (
      select b.printed_scale_id as scale, b.weighed_at, b.id
      from filler_bag b
      where ${isAtPlace(tx, plant)}
      order by b.weighed_at desc, b.id desc
      limit 1
    ) newest
    where p.station = ${station}
    order by newest.weighed_at desc, newest.id desc
    limit 1`;
  return row?.scale ?? null;
}

function only(standing: readonly number[]): number | null {
  return standing.length === 1 ? (standing[0] ?? null) : null;
}
