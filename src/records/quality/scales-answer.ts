import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { compareScales, type Movement } from "../../quality/scale-drift.ts";
import type { BlockMemory } from "./blocks/memory.ts";
import { readParts } from "./read-bags.ts";
import { createScaleDays } from "./scale-days.ts";
import type { Scope } from "./scope.ts";

/** Chance of naming a scale, or the material, where there is noise alone. */
const comparisonAlpha = 0.01;

const number = z.number();
const movementSchema = z
  .object({
    per_day: number.describe("lb a day, of a straight line through the days."),
    error: number.describe("Its standard error, by what is left beside the line."),
    t: number,
    limit: number.describe("|t| beyond it is no chance."),
  })
  .nullable()
  .describe("null below four days.");

/** Scale against scale. Weights in lb; numbers are doubles, because all is estimated. */
export const scalesSchema = z.object({
  unit: z.literal("lb"),
  verdict: z
    .enum(["nothing", "scales", "one_of_two", "material"])
    .describe(
      "`scales`: the named ones move, the others do not. `material`: all move together. `one_of_two`: two scales move apart, and which it is cannot be told.",
    ),
  named: z.array(z.int()),
  common: movementSchema.describe("What the scales that are not named moved together."),
  alpha: number.describe("Chance of naming any scale, and of naming the material, on noise alone."),
  days: z.int().describe("UTC."),
  scales: z.array(
    z.object({
      scale: z.int(),
      bags: z.int(),
      days: z.int(),
      bias: number.nullable().describe("Mean - mean of the others, on days on which both weighed."),
      bias_error: number.nullable().describe("Its standard error; ±2 of it is some 95 %."),
      movement: movementSchema.describe("Against the others that are sound."),
    }),
  ),
});
export type ScalesAnswer = z.output<typeof scalesSchema>;

/** Compares the scales of a question day by day; part by part, so that it may be about any number of bags. */
export async function readScales(
  tx: Executor,
  plant: number,
  scope: Scope,
  memory?: BlockMemory,
): Promise<ScalesAnswer> {
  const days = createScaleDays();
  await readParts(tx, plant, scope, days.add, memory);
  const rows = days.found();
  const found = compareScales(rows, comparisonAlpha);
  return {
    unit: "lb",
    verdict: found.verdict,
    named: [...found.named],
    common: shown(found.common),
    alpha: comparisonAlpha,
    days: new Set(rows.map(({ day }) => day)).size,
    scales: found.scales.map(({ scale, bags, days, bias, biasError, movement }) => ({
      scale,
      bags,
      days,
      bias,
      bias_error: biasError,
      movement: shown(movement),
    })),
  };
}

function shown(movement: Movement | null): ScalesAnswer["common"] {
  return (
    movement && { per_day: movement.perDay, error: movement.error, t: movement.t, limit: movement.limit }
  );
}
