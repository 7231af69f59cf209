import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import {
  bagsADayMin,
  compareScales,
  type Movement,
  type ScaleComparison,
  type Step,
} from "../../quality/scale-drift.ts";
import type { BlockMemory } from "./blocks/memory.ts";
import { type Explained, explainedSchema } from "./explained.ts";
import { readParts } from "./read-bags.ts";
import { createScaleDays, dayMs } from "./scale-days.ts";
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

const stepSchema = z
  .object({
    day: z.iso.date().describe("The first day after it, UTC."),
    shift: number.describe("lb: mean of the days after it - mean of those before it."),
    sum: number.describe("The largest |cumulative sum over the days of (value - mean)| / (s √n)."),
    limit: number.describe("A sum beyond it is no chance."),
  })
  .nullable()
  .describe("The likeliest step, by CUSUM over the days. null below four days.");

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
  common_step: stepSchema,
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
      step: stepSchema,
    }),
  ),
  explained: explainedSchema,
  day_means: z
    .array(
      z.object({
        day: z.iso.date().describe("UTC."),
        scale: z.int(),
        bags: z.int(),
        mean: number,
        deviation: number.describe("Standard deviation of its bags (n - 1)."),
      }),
    )
    .nullable()
    .describe(
      `With \`explain=true\`: all that the comparison is made from; days with fewer than ${bagsADayMin} bags of a scale do not count. Else null.`,
    ),
});
export type ScalesAnswer = z.output<typeof scalesSchema>;

/** Compares the scales of a question day by day; part by part, so that it may be about any number of bags. */
export async function readScales(
  tx: Executor,
  plant: number,
  scope: Scope & { readonly explain: boolean },
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
    common_step: shownStep(found.commonStep),
    alpha: comparisonAlpha,
    days: new Set(rows.map(({ day }) => day)).size,
    scales: found.scales.map(({ scale, bags, days, bias, biasError, movement, step }) => ({
      scale,
      bags,
      days,
      bias,
      bias_error: biasError,
      movement: shown(movement),
      step: shownStep(step),
    })),
    explained: scope.explain ? explain(found) : null,
    day_means: scope.explain ? rows.map(({ day, ...means }) => ({ day: dateOf(day), ...means })) : null,
  };
}

/** How the numbers follow from `day_means`. */
function explain({ scales, common, commonStep, named }: ScaleComparison): Explained {
  const stepped = (name: string, step: Step | null): Explained =>
    step === null
      ? []
      : [
          {
            name,
            formula:
              "at the largest |cumulative sum over the days of (value - mean)| / (s √n): mean after it - mean before it; a step where the sum > limit",
            inputs: { sum: step.sum, limit: step.limit },
            value: step.shift,
          },
        ];
  const moved = (name: string, movement: Movement | null, of: string): Explained =>
    movement === null
      ? []
      : [
          {
            name,
            formula: `slope of the straight line through the days of ${of}; moves where |t| = |slope / its error| > limit`,
            inputs: { error: movement.error, t: movement.t, limit: movement.limit },
            value: movement.perDay,
          },
        ];
  return [
    ...scales.flatMap(({ scale, bags, days, bias, biasError, movement, step }) => [
      {
        name: `scales.${scale}.bias`,
        formula:
          "mean over the days of (its mean - mean of the other scales' means); error from s²/n of each day's means",
        inputs: { bags, days, bias_error: biasError },
        value: bias,
      },
      ...moved(`scales.${scale}.movement`, movement, "(its mean - mean of the sound others' means)"),
      ...stepped(`scales.${scale}.step`, step),
    ]),
    ...moved(
      "common",
      common,
      `the mean of the means of all scales but the named (${named.join(", ") || "none"})`,
    ),
    ...stepped("common_step", commonStep),
  ];
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

function shownStep(step: Step | null): ScalesAnswer["common_step"] {
  return step && { ...step, day: dateOf(step.day) };
}

function shown(movement: Movement | null): ScalesAnswer["common"] {
  return (
    movement && { per_day: movement.perDay, error: movement.error, t: movement.t, limit: movement.limit }
  );
}
