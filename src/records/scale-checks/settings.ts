import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { gramsOf } from "../../quality/grams.ts";
import {
  judgeCheck,
  stepsOf,
  type ToleranceClass,
  type ToleranceStep,
  toleranceClasses,
} from "../../quality/scale-tolerance.ts";
import { nameSchema, textSchema } from "../../runtime/typed-text.ts";
import { decimalSchema } from "../../weighing/decimal.ts";
import { type Unit, units } from "../../weighing/units.ts";

/** More check weights than stand beside a scale. */
const weightsMax = 10;
const stepsMax = 10;
/** Counted at each look; a scale that weighs more between two checks is checked by the day. */
const everyBagsMax = 50_000;

const everyKinds = ["shift", "day", "bags"] as const;

const weight = () => decimalSchema({ min: "0", above: true, max: "99999999.9999", decimals: 4 });
const divisions = (decimals: number) => decimalSchema({ min: "0", above: true, max: "999999", decimals });

const about = {
  division: "The division of the scale (d, or e): the step in which it shows weights. In `unit`.",
  unit: "Of the division and of the smallest load.",
  class:
    "By what a check is judged. `hb44-iii`: maintenance tolerances of class III, NIST Handbook 44; `eu-iii`: class III in service; `own`: `steps`.",
  steps: "Of class `own`, in rising order: up to so many divisions of load, so many divisions of error.",
  every:
    "How often it is to be checked with each of its weights: each shift (each day in a plant without shifts), each day, or each `every_bags` bags. null: whenever somebody likes.",
  blocks: "No job is started on its station while a check has failed or is overdue.",
  smallest:
    "The smallest load that is weighed on it, with which the spread of repeated weighings is compared. null: the lightest check weight.",
  calibrated: "When it was calibrated last.",
  due: "When it is to be calibrated again.",
  document: "Where the certificate is: its number, or an address.",
} as const;

const dateFault = "must be a date such as 2026-03-02, from 1900 on";
/** PostgreSQL knows no year 0. */
const dateSchema = z.iso.date(dateFault).refine((date) => date >= "1900", dateFault);

/** A check weight of a scale. */
const checkWeightSchema = z.object({
  name: z.string().describe("As people call it: `50 lb`."),
  weight: z.string(),
  unit: z.enum(units),
});
export type CheckWeight = z.output<typeof checkWeightSchema>;

/** By what a scale is checked, and when. */
export const checkingSettingsSchema = z.object({
  division: z.string().describe(about.division),
  unit: z.enum(units).describe(about.unit),
  class: z.enum(toleranceClasses).describe(about.class),
  steps: z
    .array(z.object({ up_to: z.string(), divisions: z.string() }))
    .nullable()
    .describe(about.steps),
  weights: z.array(checkWeightSchema),
  every: z.enum(everyKinds).nullable().describe(about.every),
  every_bags: z.int().nullable(),
  blocks_jobs: z.boolean().describe(about.blocks),
  smallest_load: z.string().nullable().describe(about.smallest),
  calibrated_on: dateSchema.nullable().describe(about.calibrated),
  calibration_due: dateSchema.nullable().describe(about.due),
  document: z.string().nullable().describe(about.document),
});
export type CheckingSettings = z.output<typeof checkingSettingsSchema>;

/** The request to set it: the whole, in the place of what was. */
export const newCheckingSchema = z
  .strictObject({
    division: divisions(6).describe(about.division),
    unit: z.enum(units).default("lb").describe(about.unit),
    class: z.enum(toleranceClasses).describe(about.class),
    steps: z
      .array(z.strictObject({ up_to: divisions(4), divisions: divisions(4) }))
      .min(1)
      .max(stepsMax)
      .nullable()
      .default(null)
      .describe(about.steps),
    weights: z
      .array(z.strictObject({ name: nameSchema(50), weight: weight(), unit: z.enum(units).default("lb") }))
      .min(1)
      .max(weightsMax),
    every: z.enum(everyKinds).nullable().default(null).describe(about.every),
    every_bags: z.int().min(1).max(everyBagsMax).nullable().default(null).describe("With `every` `bags`."),
    blocks_jobs: z.boolean().default(false).describe(about.blocks),
    smallest_load: weight().nullable().default(null).describe(about.smallest),
    calibrated_on: dateSchema.nullable().default(null).describe(about.calibrated),
    calibration_due: dateSchema.nullable().default(null).describe(about.due),
    document: textSchema(500).nullable().default(null).describe(about.document),
  })
  .superRefine((wanted, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    if (wanted.class === "own" && wanted.steps === null) fault(["steps"], "is missing: class `own` needs it");
    if (wanted.class !== "own" && wanted.steps !== null) fault(["steps"], "goes with class `own` alone");
    for (const [index, { up_to: upTo }] of (wanted.steps ?? []).entries()) {
      const before = wanted.steps?.[index - 1];
      if (before !== undefined && Number(upTo) <= Number(before.up_to))
        fault(["steps", index, "up_to"], `must be above ${before.up_to}, that of the step before`);
    }
    if ((wanted.every === "bags") !== (wanted.every_bags !== null))
      fault(["every_bags"], "goes with `every` `bags`, and is needed there");
    const { calibrated_on: calibrated, calibration_due: due } = wanted;
    if (calibrated !== null && due !== null && due <= calibrated)
      fault(["calibration_due"], "must be later than `calibrated_on`");
    const names = new Set<string>();
    for (const [index, { name, ...mass }] of wanted.weights.entries()) {
      if (names.has(name.toLowerCase())) fault(["weights", index, "name"], "is the name of another one");
      names.add(name.toLowerCase());
      if (allowedError(mass, wanted) === null)
        fault(
          ["weights", index, "weight"],
          "is heavier than a scale of this class and division may be checked with",
        );
    }
  });
export type NewChecking = z.output<typeof newCheckingSchema>;

/** What a scale is judged by. */
export interface JudgedBy {
  readonly division: string;
  readonly unit: Unit;
  readonly class: ToleranceClass;
  readonly steps: readonly { readonly up_to: string; readonly divisions: string }[] | null;
}

/** How far a scale may be off a load, in grams. @returns null where its class knows no such load. */
export function allowedError(
  { weight: load, unit }: { readonly weight: string; readonly unit: Unit },
  by: JudgedBy,
) {
  const grams = gramsOf(load, unit).toFixed();
  const division = gramsOf(by.division, by.unit).toFixed();
  const own: ToleranceStep[] | null =
    by.steps?.map(({ up_to: upTo, divisions: error }) => ({ upTo, divisions: error })) ?? null;
  const steps = stepsOf(by.class, own);
  return judgeCheck({ weight: grams, shown: grams, division }, steps)?.tolerance ?? null;
}

export type StoredChecking = CheckingSettings & { readonly scale: number; readonly since: Date };

/** The scales that are checked, by id. @param scales only these; left out: all. */
export async function readChecking(
  sql: Executor,
  plant: number,
  scales?: readonly number[],
): Promise<StoredChecking[]> {
  return await sql<StoredChecking[]>`
    select
      c.scale_id as scale, trim_scale(c.division) as division, c.unit, c.class, c.steps, c.every, c.every_bags,
      c.blocks_jobs, trim_scale(c.smallest_load) as smallest_load, c.calibrated_on::text, c.calibration_due::text,
      c.document, c.since,
      (
        select json_agg(
          json_build_object('name', w.name, 'weight', trim_scale(w.weight)::text, 'unit', w.unit)
          order by w.weight / units_per_lb(w.unit), w.name
        )
        from check_weight w
        where w.plant_id = c.plant_id and w.scale_id = c.scale_id
      ) as weights
    from scale_checking c
    where c.plant_id = ${plant} ${scales === undefined ? sql`` : sql`and c.scale_id = any (${[...scales]}::integer[])`}
    order by c.scale_id`;
}

/**
 * Sets by what a scale is checked, in the place of what was; null: it is no longer checked. With its audit event in one
 * transaction. What was checked stays.
 *
 * @param isKnown decides, by whether the scale has a row, whether there is such a scale.
 * @returns false where there is none. What is not checked can always be no longer checked.
 */
export function writeChecking(
  sql: Sql,
  scale: number,
  next: NewChecking | null,
  by: Actor,
  isKnown: (hasRow: boolean) => boolean,
): Promise<boolean> {
  const { plant } = by;
  return sql.begin(async (tx) => {
    // One at a time: two that replace the same weights would meet.
    await tx`select from plant where id = ${plant} for no key update`;
    if (next !== null) {
      const rows = await tx`select from scale where plant_id = ${plant} and id = ${scale}`;
      if (!isKnown(rows.count > 0)) return false;
    }
    const [before] = await readChecking(tx, plant, [scale]);
    await tx`delete from scale_checking where plant_id = ${plant} and scale_id = ${scale}`;
    if (next !== null) {
      const { weights, steps, ...columns } = next;
      const isSameInterval =
        before !== undefined && before.every === next.every && before.every_bags === next.every_bags;
      const since = isSameInterval ? before.since : new Date(by.at);
      const row = { plant_id: plant, scale_id: scale, ...columns, since };
      await tx`insert into scale_checking ${tx({ ...row, steps: steps === null ? null : tx.json(steps) })}`;
      for (const each of weights)
        await tx`insert into check_weight ${tx({ plant_id: plant, scale_id: scale, ...each })}`;
    }
    const [after] = await readChecking(tx, plant, [scale]);
    const [was, is] = [told(before), told(after)];
    if (!Bun.deepEquals(was, is)) {
      await audit(tx, by, {
        action: "scale.checking",
        subject: `scale:${scale}`,
        detail: {},
        before: was,
        after: is,
      });
    }
    return true;
  });
}

/** As the audit trail has it. */
function told(stored: StoredChecking | undefined) {
  if (stored === undefined) return null;
  const { scale: _, since: __, weights, steps, ...plain } = stored;
  return {
    ...plain,
    weights: weights.map(({ name, weight: load, unit }) => `${name}: ${load} ${unit}`),
    steps: steps?.map(({ up_to: upTo, divisions: error }) => `${upTo} d: ±${error} d`) ?? null,
  };
}
