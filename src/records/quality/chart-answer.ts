import { z } from "zod";
import {
  type Chart,
  individualsChart,
  type Level,
  meanDeviationChart,
  meanRangeChart,
  type Point,
} from "../../quality/charts.ts";
import { c4, d2, d3, movingRangeD2, rangeSizes } from "../../quality/constants.ts";
import { type CusumPoint, cusumChart } from "../../quality/cusum.ts";
import { ewmaChart, type ewmaLimits } from "../../quality/ewma.ts";
import { meanOf } from "../../quality/moments.ts";
import { beyondLimits, type RuleName, ruleNames, rules, signalsOf } from "../../quality/rules.ts";
import { type Spread, spreadByDeviation, spreadByMovingRange } from "../../quality/spread.ts";
import { bagIdsSchema, type Explained, explainedSchema } from "./explained.ts";
import { type Grouping, type Subgroup, subgroupsOf, type Weighed } from "./weights.ts";

export const chartKinds = ["xbar_r", "xbar_s", "i_mr", "ewma", "cusum"] as const;
export type ChartKind = (typeof chartKinds)[number];

/** Points that an answer shows; limits and signals are of all of them. */
const pointsMax = 1_000;
const signalsMax = 500;

const number = z.number();
const limitsSchema = z.object({ center: number, lower: number, upper: number });

/** A control chart. Weights in lb; numbers are doubles, because a chart estimates. */
export const chartSchema = z.object({
  chart: z.enum(chartKinds),
  unit: z.literal("lb"),
  bags: z.int().describe("Bags in the question, without the voided ones."),
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
  signals: z
    .array(
      z.object({
        rule: z.enum([...ruleNames, "limits"]),
        says: z.string(),
        of: z.enum(["location", "dispersion"]),
        side: z.enum(["above", "below"]).nullable(),
        points: z.array(z.int()).describe("Indexes of the points that make it."),
        from: z.iso.datetime(),
        to: z.iso.datetime(),
      }),
    )
    .describe(`The last ${signalsMax}, oldest first.`),
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
  readonly location: readonly Point[];
  readonly dispersion: readonly Point[];
  /** How many points earlier the first of `dispersion` has none. */
  readonly dispersionFrom: number;
  readonly sums: readonly CusumPoint[] | null;
}

/** Draws a chart. @throws NoSuchChart */
export function chartOf(bags: readonly Weighed[], request: ChartRequest): ChartAnswer {
  const groups = request.chart === "i_mr" ? alone(bags) : subgroupsOf(bags, request.grouping);
  const values = groups.map(({ bags: own }) => own.map(({ weight }) => weight));
  const charted = values.reduce((sum, { length }) => sum + length, 0);
  const sizes = new Set(values.map(({ length }) => length));
  const isGiven = request.center !== undefined && request.sigma !== undefined;
  const drawn = charted < 2 ? null : draw(values, sizes, request);
  const mean = charted === 0 ? null : meanOf(values.flat());
  const found = drawn === null ? [] : allSignals(drawn, request, groups);
  const chosen = drawn === null || request.chart === "ewma" || request.chart === "cusum" ? [] : request.rules;
  return {
    chart: request.chart,
    unit: "lb",
    bags: bags.length,
    left_out: bags.length - charted,
    subgroup_size: sizes.size === 1 ? ([...sizes][0] ?? null) : null,
    points_total: groups.length,
    mean,
    sigma_within: drawn?.spread?.sigma ?? null,
    mean_spread: drawn?.spread?.mean ?? null,
    sigma_from: drawn?.spread?.formula ?? null,
    limits_from: request.reference !== null ? "reference" : isGiven ? "given" : "these_bags",
    reference: request.reference,
    location: drawn === null ? null : commonLimits(drawn.location),
    dispersion: drawn === null ? null : commonLimits(drawn.dispersion),
    points: drawn === null ? [] : pointsOf(groups, values, drawn, request.explain),
    signals: found.slice(-signalsMax),
    signals_total: found.length,
    rules: chosen.map((rule) => ({
      rule,
      says: rules[rule].says,
      false_alarms_per_1000_points: rules[rule].falseAlarms * 1000,
    })),
    explained: request.explain && drawn !== null ? explainChart(values, sizes, drawn, request, mean) : null,
  };
}

function alone(bags: readonly Weighed[]): Subgroup[] {
  return bags.map((bag) => ({ scale: bag.scale, bags: [bag] }));
}

function draw(
  values: readonly (readonly number[])[],
  sizes: ReadonlySet<number>,
  request: ChartRequest,
): Drawn {
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
      return shewhart(meanRangeChart(values, frozen), 0);
    }
    case "xbar_s":
      return shewhart(meanDeviationChart(values, frozen), 0);
    case "i_mr":
      return shewhart(individualsChart(values.flat(), frozen), 1);
    case "ewma":
    case "cusum": {
      if (sizes.size > 1) {
        throw new NoSuchChart(`${chart} needs subgroups of one size: say \`size\` in place of \`minutes\``);
      }
      const spread = sizes.has(1) ? spreadByMovingRange(values.flat()) : spreadByDeviation(values);
      const level = { center: center ?? meanOf(values.flat()), sigma: sigma ?? spread.sigma };
      if (chart === "ewma") {
        const location = ewmaChart(values, level, request);
        return { level, spread, location, dispersion: [], dispersionFrom: 0, sums: null };
      }
      const sums = cusumChart(values, level, request);
      const location = sums.map(({ value, limit, n }) => ({
        value,
        center: 0,
        lower: -limit,
        upper: limit,
        n,
      }));
      return { level, spread, location, dispersion: [], dispersionFrom: 0, sums };
    }
  }
}

function shewhart({ center, sigma, spread, location, dispersion }: Chart, dispersionFrom: number): Drawn {
  return { level: { center, sigma }, spread, location, dispersion, dispersionFrom, sums: null };
}

/** null where points differ in their limits. */
function commonLimits(points: readonly Point[]): { center: number; lower: number; upper: number } | null {
  const [first] = points;
  if (first === undefined) return null;
  const { center, lower, upper } = first;
  return points.every((point) => point.upper === upper && point.center === center)
    ? { center, lower, upper }
    : null;
}

function pointsOf(
  groups: readonly Subgroup[],
  values: readonly (readonly number[])[],
  { location, dispersion, dispersionFrom, sums }: Drawn,
  explain: boolean,
): ChartAnswer["points"] {
  const first = Math.max(0, groups.length - pointsMax);
  return groups.slice(first).map(({ scale, bags }, offset) => {
    const index = first + offset;
    const [point, spread, sum] = [location[index], dispersion[index - dispersionFrom], sums?.[index]];
    return {
      index,
      ...timesOf([{ scale, bags }]),
      scale,
      n: bags.length,
      mean: meanOf(values[index] ?? []),
      value: point?.value ?? 0,
      lower: point?.lower ?? null,
      upper: point?.upper ?? null,
      spread: spread?.value ?? null,
      spread_lower: spread?.lower ?? null,
      spread_upper: spread?.upper ?? null,
      above: sum?.above ?? null,
      below: sum?.below ?? null,
      bags: explain ? bags.map(({ id }) => id) : null,
    };
  });
}

function allSignals(
  drawn: Drawn,
  request: ChartRequest,
  groups: readonly Subgroup[],
): ChartAnswer["signals"] {
  const made = (
    of: "location" | "dispersion",
    signal: Omit<ChartAnswer["signals"][number], "of" | "from" | "to">,
  ) => ({
    ...signal,
    of,
    ...timesOf(signal.points.flatMap((point) => groups[point] ?? [])),
  });
  const beyond = (of: "location" | "dispersion", points: readonly Point[], from: number) =>
    beyondLimits(points).map(({ point, side }) =>
      made(of, { rule: "limits", says: "1 point beyond its limits", side, points: [point + from] }),
    );
  if (drawn.sums !== null) {
    const { sums } = drawn;
    return sums.flatMap(({ above, below, limit, risingFor, fallingFor }, point) => {
      const since = (count: number) => Array.from({ length: count }, (_, index) => point - count + 1 + index);
      const says =
        "the sum of what lies beyond the slack is over its limit; it grows since the first of these points";
      return [
        ...(above > limit
          ? [made("location", { rule: "limits", says, side: "above", points: since(risingFor) })]
          : []),
        ...(below > limit
          ? [made("location", { rule: "limits", says, side: "below", points: since(fallingFor) })]
          : []),
      ];
    });
  }
  if (request.chart === "ewma") return beyond("location", drawn.location, 0);
  return [
    ...signalsOf(drawn.location, request.rules).map(({ rule, side, points }) =>
      made("location", { rule, says: rules[rule].says, side, points: [...points] }),
    ),
    ...beyond("dispersion", drawn.dispersion, drawn.dispersionFrom),
  ].sort((a, b) => (a.points[0] ?? 0) - (b.points[0] ?? 0));
}

/** From the first bag to the last one. A loop, because a signal may go on for more points than a call takes arguments. */
function timesOf(groups: readonly Subgroup[]): { from: string; to: string } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { bags } of groups) {
    from = Math.min(from, bags[0]?.at ?? from);
    to = Math.max(to, bags.at(-1)?.at ?? to);
  }
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function explainChart(
  values: readonly (readonly number[])[],
  sizes: ReadonlySet<number>,
  { level, spread, location, dispersion }: Drawn,
  request: ChartRequest,
  mean: number | null,
): Explained {
  const n = sizes.size === 1 ? ([...sizes][0] ?? 0) : null;
  const count = values.reduce((sum, { length }) => sum + length, 0);
  const constants =
    n === null || n < 2
      ? { "MR̄ divisor": movingRangeD2, d3: d3(2) }
      : { ...(n <= rangeSizes.max && { d2: d2(n), d3: d3(n) }), c4: c4(n) };
  const [last, lastSpread] = [location.at(-1), dispersion.at(-1)];
  return [
    {
      name: "mean",
      formula: "sum of the weights / their number",
      inputs: { sum: values.flat().reduce((sum, value) => sum + value, 0), bags: count },
      value: mean,
    },
    ...(spread === null
      ? []
      : [
          {
            name: "sigma_within",
            formula: spread.formula,
            inputs: { mean_spread: spread.mean, subgroups: values.length, n, ...constants },
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
        lower: last?.lower ?? null,
        ...settingsOf(request),
      },
      value: last?.upper ?? null,
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
