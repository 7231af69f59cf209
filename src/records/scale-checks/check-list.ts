import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { toleranceClasses } from "../../quality/scale-tolerance.ts";
import { units } from "../../weighing/units.ts";

export const checkKinds = ["weight", "repeatability"] as const;

/** A print of a check. */
export const printSchema = z.object({ weight: z.string(), unit: z.enum(units) });

/** A check that was made. */
export const scaleCheckSchema = z.object({
  id: z.int(),
  uid: z.guid().describe("That under which it was asked for."),
  scale: z.int(),
  station: z.string(),
  kind: z.enum(checkKinds),
  weight_name: z.string().nullable().describe("The check weight; null with `repeatability`."),
  weight: z.string().describe("What should be shown; with `repeatability` the smallest load."),
  unit: z.enum(units).describe("Of the weight, and of error, allowed, mean and deviation."),
  division: z.string(),
  division_unit: z.enum(units),
  class: z.enum(toleranceClasses),
  prints: z.array(printSchema).describe("As they came."),
  error: z.string().nullable().describe("Shown less true; null with `repeatability`."),
  allowed: z
    .string()
    .describe(
      "How far the error may be from 0; with `repeatability` what 2 s may be: 0.10 % of the smallest load.",
    ),
  mean: z.string().nullable().describe("With `repeatability`."),
  deviation: z.string().nullable().describe("With `repeatability`: s, the standard deviation."),
  passes: z.boolean().describe("Judged by exact decimals, bounds included."),
  checked_at: z.iso.datetime().describe("When its last print came."),
  asked_by: z.string(),
});
export type ScaleCheck = z.output<typeof scaleCheckSchema>;

interface Row extends Omit<ScaleCheck, "prints" | "checked_at"> {
  readonly shown: readonly string[];
  readonly shown_units: readonly ScaleCheck["unit"][];
  readonly checked_at: Date;
}

/** Checks of a scale, the one recorded last first. */
export async function listChecks(
  sql: Executor,
  plant: number,
  scale: number,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<ScaleCheck[]> {
  const rows = await sql<Row[]>`
    ${selectChecks(sql)}
    where k.plant_id = ${plant} and k.scale_id = ${scale}
      ${page.before === undefined ? sql`` : sql`and k.id < ${page.before}`}
    order by k.id desc
    limit ${page.limit}`;
  return rows.map(toCheck);
}

/** The check that came of what was asked for; null: none yet. */
export async function checkOf(sql: Executor, uid: string): Promise<ScaleCheck | null> {
  const [row] = await sql<Row[]>`${selectChecks(sql)} where k.request_uid = ${uid}`;
  return row === undefined ? null : toCheck(row);
}

/** `select … from scale_check k`, to be followed by `where`. Arrays of decimals as text, because the driver would make numbers of them. */
function selectChecks(sql: Executor) {
  return sql`
    select
      k.id, k.request_uid as uid, k.scale_id as scale, k.station, k.kind, nullif(k.weight_name, '') as weight_name,
      trim_scale(k.weight) as weight, k.unit, trim_scale(k.division) as division, k.division_unit, k.class,
      k.shown::text[] as shown, k.shown_units, trim_scale(k.error) as error, trim_scale(k.allowed) as allowed,
      trim_scale(k.mean) as mean, trim_scale(k.deviation) as deviation, k.passes, k.checked_at, k.asked_by
    from scale_check k`;
}

/** The one place that turns a row of `selectChecks` into the API's check. */
function toCheck({ shown, shown_units: shownUnits, ...row }: Row): ScaleCheck {
  return {
    ...row,
    prints: shown.map((weight, index) => ({ weight, unit: shownUnits[index] ?? row.unit })),
    checked_at: row.checked_at.toISOString(),
  };
}
