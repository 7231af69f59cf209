import { z } from "zod";
import {
  type Chart,
  individualsChart,
  type Level,
  type Limits,
  meanDeviationChart,
  meanRangeChart,
  type Points,
} from "../../quality/charts.ts";
import { c4, d2, d3, movingRangeD2, rangeSizes } from "../../quality/constants.ts";
import { type Cusum, cusumChart } from "../../quality/cusum.ts";
import { densityUnits, perPoundPerCubicFoot } from "../../quality/density.ts";
import { ewmaChart, type ewmaLimits } from "../../quality/ewma.ts";
import type { Found } from "../../quality/found.ts";
import { countOf, sizeOf, sizesOf } from "../../quality/groups.ts";
import { meanOf, sumOf } from "../../quality/moments.ts";
import { type RuleName, ruleNames, rules } from "../../quality/rules.ts";
import { type Spread, spreadByDeviation, spreadByMovingRange } from "../../quality/spread.ts";
import type { Bags } from "./bags.ts";
import {
  type FoundSignal,
  firstTime,
  lastTime,
  limitSignals,
  pointsMax,
  shewhartSignals,
  showSignals,
  signalSchema,
  signalsMax,
  sumSignals,
} from "./chart-signals.ts";
import { bagIdsSchema, type Explained, explainedSchema } from "./explained.ts";
import { eachAlone, type Grouping, type Subgroups, subgroupsOf } from "./subgroups.ts";

export const chartKinds = ["xbar_r", "xbar_s", "i_mr", "ewma", "cusum"] as const;
export type ChartKind = (typeof chartKinds)[number];

/** What is charted: weights, or densities. */
export const chartUnits = ["lb", ...densityUnits] as const;
export type ChartUnit = (typeof chartUnits)[number];

const number = z.number();
const limitsSchema = z.object({ center: number, lower: number, upper: number });

/** A control chart. Numbers are doubles, because a chart estimates. */
export const chartSchema = z.object({
  chart: z.enum(chartKinds),
  unit: z.enum(chartUnits),
  bags: z
    .int()
    .describe(
      "Bags in the question, without the voided ones; of densities without those that have no volume.",
    ),
  left_out: z.int().describe("Of these, in no subgroup: behind the last full one of their scale."),
  subgroup_size: z.int().nullable().describe("Bags in a subgroup; null: they differ."),
  points_total: z.int(),
  mean: number.nullable().describe("Of the charted bags; null without any."),
  sigma_within: number.nullable().describe("Standard deviation within subgroups, of these bags."),
  mean_spread: number
    .nullable()
    .describe("The mean range, standard deviation or moving range that `sigma_within` comes from."),
  sigma_from: z.string().nullable().describe("How, as `σ within = R̄ / d2`."),
  limits_from: z
    .enum(["these_bags", "given", "reference"])
    .describe(
      "`given`: centre and standard deviation were said in the question. `reference`: they are frozen ones.",
    ),
  reference: z
    .object({ id: z.int(), name: z.string(), frozen_by: z.string(), frozen_at: z.iso.datetime() })
    .nullable()
    .describe("Whose limits these are, where they are frozen ones."),
  location: limitsSchema
    .nullable()
    .describe("Limits of means, single values, averages or sums; null where they differ by point."),
  dispersion: limitsSchema.nullable().describe("Limits of ranges, standard deviations or moving ranges."),
  points: z
    .array(
      z.object({
        index: z.int().describe("From 0, of all points."),
        from: z.iso.datetime(),
        to: z.iso.datetime(),
        scale: z.int(),
        n: z.int(),
        mean: number,
        value: number.describe("What is plotted: the mean, or the moving average (ewma)."),
        lower: number.nullable(),
        upper: number.nullable(),
        spread: number.nullable().describe("Range, standard deviation, or range to the point before."),
        spread_lower: number.nullable(),
        spread_upper: number.nullable(),
        above: number.nullable().describe("With `cusum`: the sum above the target; signals beyond `upper`."),
        below: number.nullable(),
        bags: bagIdsSchema,
      }),
    )
    .describe(`The last ${pointsMax}, oldest first.`),
  signals: z.array(signalSchema).describe(`The last ${signalsMax}, oldest first.`),
  signals_total: z.int(),
  rules: z
    .array(
      z.object({
        rule: z.enum(ruleNames),
        says: z.string(),
        false_alarms_per_1000_points: number,
      }),
    )
    .describe("Those that were looked for, with the false alarms to expect of a process in control."),
  explained: explainedSchema,
});
export type ChartAnswer = z.output<typeof chartSchema>;

export interface ChartRequest {
  readonly chart: ChartKind;
  /** Of what `bags` hold, and of center and sigma. */
  readonly unit: ChartUnit;
  readonly grouping: Grouping;
  readonly rules: readonly RuleName[];
  /** Of a reference period. EWMA and CUSUM: centre is the target; what is left out comes from the bags. */
  readonly center: number | undefined;
  readonly sigma: number | undefined;
  /** Where centre and sigma are those of frozen limits. */
  readonly reference: ChartAnswer["reference"];
  readonly lambda: number;
  readonly width: number;
  readonly limits: (typeof ewmaLimits)[number];
  readonly k: number;
  readonly h: number;
  readonly explain: boolean;
}

/** Why no chart can be drawn of these bags as asked for. */
export class NoSuchChart extends Error {
  override name = "NoSuchChart";
}

/** What is drawn, whatever its kind. */
interface Drawn {
  readonly level: Level;
  readonly spread: Spread | null;
  readonly location: Points;
  /** null: the chart has none. */
  readonly dispersion: Points | null;
  /** How many points earlier the first of `dispersion` has none. */
  readonly dispersionFrom: number;
  readonly sums: Cusum | null;
}

const none: Found<FoundSignal> = { total: 0, last: [] };

function signalsIn({ location, dispersion, dispersionFrom, sums }: Drawn, chosen: readonly RuleName[]) {
  if (sums !== null) return sumSignals(sums);
  return dispersion === null
    ? limitSignals(location, "location", 0)
    : shewhartSignals(location, chosen, dispersion, dispersionFrom);
}

/** Draws a chart. @throws NoSuchChart */
export function chartOf(bags: Bags, request: ChartRequest): ChartAnswer {
  const groups = request.chart === "i_mr" ? eachAlone(bags) : subgroupsOf(bags, request.grouping);
  const charted = groups.values.length;
  const sizes = sizesOf(groups);
  const isGiven = request.center !== undefined && request.sigma !== undefined;
  const drawn = charted < 2 ? null : draw(groups, sizes, request);
  const mean = charted === 0 ? null : meanOf(groups.values);
  const found = drawn === null ? none : signalsIn(drawn, request.rules);
  const chosen = drawn === null || request.chart === "ewma" || request.chart === "cusum" ? [] : request.rules;
  return {
    chart: request.chart,
    unit: request.unit,
    bags: bags.length,
    left_out: bags.length - charted,
    subgroup_size: sizes.size === 1 ? ([...sizes][0] ?? null) : null,
    points_total: countOf(groups),
    mean,
    sigma_within: drawn?.spread?.sigma ?? null,
    mean_spread: drawn?.spread?.mean ?? null,
    sigma_from: drawn?.spread?.formula ?? null,
    limits_from: request.reference !== null ? "reference" : isGiven ? "given" : "these_bags",
    reference: request.reference,
    location: commonLimits(drawn?.location ?? null),
    dispersion: commonLimits(drawn?.dispersion ?? null),
    points: drawn === null ? [] : pointsOf(bags, groups, drawn, request.explain),
    signals: showSignals(found.last, bags, groups),
    signals_total: found.total,
    rules: chosen.map((rule) => ({
      rule,
      says: rules[rule].says,
      false_alarms_per_1000_points: rules[rule].falseAlarms * 1000,
    })),
    explained: request.explain && drawn !== null ? explainChart(groups, sizes, drawn, request, mean) : null,
  };
}

function draw(groups: Subgroups, sizes: ReadonlySet<number>, request: ChartRequest): Drawn {
  const { chart, center, sigma } = request;
  const frozen = center === undefined || sigma === undefined ? undefined : { center, sigma };
  switch (chart) {
    case "xbar_r": {
      const largest = Math.max(...sizes);
      if (largest > rangeSizes.max) {
        throw new NoSuchChart(
          `a subgroup has ${largest} bags, and a range says little about more than ${rangeSizes.max}: take fewer minutes, or xbar_s`,
        );
      }
      return shewhart(meanRangeChart(groups, frozen), 0);
    }
    case "xbar_s":
      return shewhart(meanDeviationChart(groups, frozen), 0);
    case "i_mr":
      return shewhart(individualsChart(groups.values, frozen), 1);
    case "ewma":
    case "cusum": {
      if (sizes.size > 1) {
        throw new NoSuchChart(`${chart} needs subgroups of one size: say \`size\` in place of \`minutes\``);
      }
      const spread = sizes.has(1) ? spreadByMovingRange(groups.values) : spreadByDeviation(groups);
      const level = { center: center ?? meanOf(groups.values), sigma: sigma ?? spread.sigma };
      const shared = { level, spread, dispersion: null, dispersionFrom: 0 };
      if (chart === "ewma") {
        return { ...shared, location: ewmaChart(groups, level, request), sums: null };
      }
      const sums = cusumChart(groups, level, request);
      const limits = { center: 0, lower: -sums.limit, upper: sums.limit };
      return { ...shared, location: { values: sums.values, limits: () => limits }, sums };
    }
  }
}

function shewhart({ center, sigma, spread, location, dispersion }: Chart, dispersionFrom: number): Drawn {
  return { level: { center, sigma }, spread, location, dispersion, dispersionFrom, sums: null };
}

/** null where points differ in their limits, or there are none. */
function commonLimits(points: Points | null): Limits | null {
  if (points === null || points.values.length === 0) return null;
  const first = points.limits(0);
  for (let index = 1; index < points.values.length; index++) {
    const limits = points.limits(index);
    if (limits === first) continue;
    if (limits.upper !== first.upper || limits.center !== first.center) return null;
  }
  return first;
}

function pointsOf(
  bags: Bags,
  groups: Subgroups,
  { location, dispersion, dispersionFrom, sums }: Drawn,
  explain: boolean,
): ChartAnswer["points"] {
  const count = countOf(groups);
  const first = Math.max(0, count - pointsMax);
  return Array.from({ length: count - first }, (_, offset) => {
    const index = first + offset;
    const [start, end] = [groups.starts[index] ?? 0, groups.starts[index + 1] ?? 0];
    const members = groups.members.subarray(start, end);
    const limits = location.limits(index);
    const ofSpread = index < dispersionFrom ? null : dispersion;
    const spreadLimits = ofSpread?.limits(index - dispersionFrom);
    return {
      index,
      from: new Date(firstTime(bags, groups, index)).toISOString(),
      to: new Date(lastTime(bags, groups, index)).toISOString(),
      scale: bags.scales[members[0] ?? 0] ?? 0,
      n: sizeOf(groups, index),
      mean: meanOf(groups.values, start, end),
      value: location.values[index] ?? 0,
      lower: limits.lower,
      upper: limits.upper,
      spread: ofSpread?.values[index - dispersionFrom] ?? null,
      spread_lower: spreadLimits?.lower ?? null,
      spread_upper: spreadLimits?.upper ?? null,
      above: sums?.above[index] ?? null,
      below: sums?.below[index] ?? null,
      bags: explain ? Array.from(members, (place) => bags.ids[place] ?? 0) : null,
    };
  });
}

function explainChart(
  groups: Subgroups,
  sizes: ReadonlySet<number>,
  { level, spread, location, dispersion }: Drawn,
  request: ChartRequest,
  mean: number | null,
): Explained {
  const n = sizes.size === 1 ? ([...sizes][0] ?? 0) : null;
  const constants =
    n === null || n < 2
      ? { "MR̄ divisor": movingRangeD2, d3: d3(2) }
      : { ...(n <= rangeSizes.max && { d2: d2(n), d3: d3(n) }), c4: c4(n) };
  const last = location.limits(location.values.length - 1);
  const lastSpread = dispersion?.limits(dispersion.values.length - 1);
  const { unit } = request;
  return [
    ...(unit === "lb"
      ? []
      : [
          {
            name: "density",
            formula: "weight / the volume of the bag, of which the job's product says it; what 1 lb/ft³ is:",
            inputs: {},
            value: perPoundPerCubicFoot[unit],
          },
        ]),
    {
      name: "mean",
      formula: "sum of the charted values / their number",
      inputs: { sum: sumOf(groups.values), bags: groups.values.length },
      value: mean,
    },
    ...(spread === null
      ? []
      : [
          {
            name: "sigma_within",
            formula: spread.formula,
            inputs: { mean_spread: spread.mean, subgroups: countOf(groups), n, ...constants },
            value: spread.sigma,
          },
        ]),
    {
      name: "location",
      formula: locationFormula(request),
      inputs: {
        center: level.center,
        sigma: level.sigma,
        n,
        lower: last.lower,
        ...settingsOf(request),
      },
      value: last.upper,
    },
    ...(lastSpread === undefined
      ? []
      : [
          {
            name: "dispersion",
            formula:
              request.chart === "xbar_s"
                ? "c4 σ ± 3 √(1 - c4²) σ, not below 0"
                : "d2 σ ± 3 d3 σ, not below 0",
            inputs: { sigma: level.sigma, center: lastSpread.center, lower: lastSpread.lower, ...constants },
            value: lastSpread.upper,
          },
        ]),
  ];
}

function locationFormula({ chart, limits }: ChartRequest): string {
  if (chart === "cusum") return "C⁺ = max(0, x̄ - target - k σ/√n + C⁺ of before); limit h σ/√n";
  if (chart === "ewma") {
    return limits === "exact"
      ? "z = λ x̄ + (1 - λ) z of before; limits center ± L σ/√n √(λ/(2 - λ) (1 - (1 - λ)^2t)); those of the last point"
      : "z = λ x̄ + (1 - λ) z of before; limits center ± L σ/√n √(λ/(2 - λ))";
  }
  return "center ± 3 σ/√n";
}

function settingsOf({ chart, lambda, width, k, h }: ChartRequest): Record<string, number> {
  if (chart === "ewma") return { lambda, L: width };
  return chart === "cusum" ? { k, h } : {};
}
