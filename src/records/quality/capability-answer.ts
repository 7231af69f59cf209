import { Big } from "big.js";
import { z } from "zod";
import { type Capability, capabilityOf, type Index, type Specification } from "../../quality/capability.ts";
import { rangeSizes } from "../../quality/constants.ts";
import { countOf } from "../../quality/groups.ts";
import { histogramOf } from "../../quality/histogram.ts";
import {
  type Spread,
  type SpreadKind,
  spreadByDeviation,
  spreadByMovingRange,
  spreadByRange,
} from "../../quality/spread.ts";
import type { Tally } from "../../quality/tally.ts";
import { type Bags, perPound, tallyPounds, weightsAt } from "./bags.ts";
import { NoSuchChart } from "./chart-answer.ts";
import { bagIdsSchema, type Explained, explainedSchema } from "./explained.ts";
import { subgroupsOf } from "./subgroups.ts";

const number = z.number();
const indexSchema = z
  .object({ value: number, low: number, high: number })
  .nullable()
  .describe("With its confidence bounds; null where limits are missing for it.");
const outSchema = z.object({ below: number, above: number, total: number });

/** Capability. Weights in lb; numbers are doubles, because it is estimated; limits are decimals, and counted exactly. */
export const capabilitySchema = z.object({
  unit: z.literal("lb"),
  bags: z.int(),
  lower: z.string().nullable(),
  upper: z.string().nullable(),
  target: z.string().nullable(),
  limits_from: z
    .enum(["job", "given", "none"])
    .describe("`job`: target and tolerance of the bag weighed last. `none`: none of the bags has a job."),
  mean: number.nullable(),
  sigma_within: number.nullable().describe("Standard deviation within subgroups; for Cp and Cpk."),
  sigma_overall: number.nullable().describe("Standard deviation of all bags (n - 1); for Pp, Ppk and Cpm."),
  sigma_from: z.string().nullable(),
  subgroups: z.int(),
  confidence: number,
  cp: indexSchema,
  cpk: indexSchema,
  pp: indexSchema,
  ppk: indexSchema,
  cpm: indexSchema,
  normality: z
    .object({
      test: z.literal("anderson_darling"),
      a2: number,
      a2_adjusted: number,
      p: number.describe("Below 0.05 the weights are hardly normal, and expected shares a rough guide."),
    })
    .nullable()
    .describe("null below 8 bags, or where all weigh the same."),
  observed_out: outSchema.describe("Bags beyond the limits as a share of all, 0 to 1; counted exactly."),
  observed_out_bags: z.object({ below: z.int(), above: z.int() }),
  expected_out_within: outSchema.nullable().describe("What a normal process would put out, with σ within."),
  expected_out_overall: outSchema.nullable().describe("The same with σ overall."),
  histogram: z.array(z.object({ from: number, to: number, bags: z.int(), expected: number })),
  explained: explainedSchema,
  bag_ids: bagIdsSchema,
});
export type CapabilityAnswer = z.output<typeof capabilitySchema>;

export interface CapabilityRequest {
  readonly size: number;
  readonly within: SpreadKind;
  readonly confidence: number;
  /** lb, decimals. */
  readonly lower: string | null;
  readonly upper: string | null;
  readonly target: string | null;
  readonly limitsFrom: CapabilityAnswer["limits_from"];
  readonly explain: boolean;
}

/** @throws NoSuchChart */
export function capabilityAnswer(bags: Bags, request: CapabilityRequest): CapabilityAnswer {
  const { lower, upper, target, confidence } = request;
  const weights = tallyPounds(bags);
  const specification = { lower: numberOf(lower), upper: numberOf(upper), target: numberOf(target) };
  const { spread, subgroups } = spreadOf(bags, request);
  const found = spread === null ? null : capabilityOf(weights, spread, specification, confidence);
  const out = countOut(weights, request);
  const share = (count: number) => (bags.length === 0 ? 0 : count / bags.length);
  return {
    unit: "lb",
    bags: bags.length,
    lower,
    upper,
    target,
    limits_from: request.limitsFrom,
    mean: found?.mean ?? null,
    sigma_within: found?.withinSigma ?? null,
    sigma_overall: found?.overallSigma ?? null,
    sigma_from: spread?.formula ?? null,
    subgroups,
    confidence,
    cp: found?.cp ?? null,
    cpk: found?.cpk ?? null,
    pp: found?.pp ?? null,
    ppk: found?.ppk ?? null,
    cpm: found?.cpm ?? null,
    normality: found?.normality
      ? {
          test: "anderson_darling",
          a2: found.normality.a2,
          a2_adjusted: found.normality.adjusted,
          p: found.normality.p,
        }
      : null,
    observed_out: { ...eachOf(out, share), total: share(out.below + out.above) },
    observed_out_bags: out,
    expected_out_within: found && withTotal(found.expectedWithin),
    expected_out_overall: found && withTotal(found.expectedOverall),
    histogram:
      found === null
        ? []
        : histogramOf(weights, { center: found.mean, sigma: found.overallSigma }, divisionOf(weights)).map(
            ({ from, to, count, expected }) => ({ from, to, bags: count, expected }),
          ),
    explained: request.explain && found !== null ? explain(found, spread, specification, subgroups) : null,
    bag_ids: request.explain ? Array.from(bags.order, (place) => bags.ids[place] ?? 0) : null,
  };
}

function spreadOf(bags: Bags, { size, within }: CapabilityRequest) {
  if (within === "mr") {
    const spread = bags.length < 2 ? null : spreadByMovingRange(weightsAt(bags, bags.order));
    return { spread, subgroups: bags.length };
  }
  if (size < rangeSizes.min) {
    throw new NoSuchChart("a subgroup of one bag has no spread: take a larger `size`, or `within=mr`");
  }
  const groups = subgroupsOf(bags, { size });
  const subgroups = countOf(groups);
  const by = within === "r" ? spreadByRange : spreadByDeviation;
  return { spread: subgroups === 0 ? null : by(groups), subgroups };
}

/** Exact: weights are whole ten-thousandths of a pound, and a limit between two of them is rounded towards the inside. */
function countOut({ values, counts }: Tally, { lower, upper }: CapabilityRequest) {
  const units = (value: number) => Math.round(value * perPound);
  const whole = (limit: string, inside: 0 | 3) => new Big(limit).times(perPound).round(0, inside).toNumber();
  const low = lower === null ? Number.NEGATIVE_INFINITY : whole(lower, Big.roundUp);
  const high = upper === null ? Number.POSITIVE_INFINITY : whole(upper, Big.roundDown);
  let [below, above] = [0, 0];
  for (const [index, weight] of values.entries()) {
    if (units(weight) < low) below += counts[index] ?? 0;
    else if (units(weight) > high) above += counts[index] ?? 0;
  }
  return { below, above };
}

/** The smallest step between two weights, lb: what the scale divides by, as far as these bags show. */
function divisionOf({ values }: Tally): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 1; index < values.length; index++) {
    least = Math.min(least, Math.round(((values[index] ?? 0) - (values[index - 1] ?? 0)) * perPound));
  }
  return (least === Number.POSITIVE_INFINITY ? 100 : least) / perPound;
}

function explain(
  found: Capability,
  spread: Spread | null,
  { lower, upper, target }: Specification,
  subgroups: number,
): Explained {
  const { n, mean, confidence, withinSigma: within, overallSigma: overall } = found;
  const bounds = (name: string, index: Index | null, df: number | null, formula: string): Explained =>
    index === null
      ? []
      : [
          {
            name: `${name}.low`,
            formula,
            inputs: { value: index.value, high: index.high, confidence, df, n },
            value: index.low,
          },
        ];
  const chi = "value × √(χ²(α/2; df) / df); high with 1 - α/2";
  const bissell = "value ± z(1 - α/2) √(1 / (9 n) + value² / (2 df))";
  const limits = { lower, upper };
  const spreads = spread === null ? {} : { mean_spread: spread.mean, subgroups, df: spread.df };
  return [
    { name: "sigma_within", formula: spread?.formula ?? "", inputs: spreads, value: within },
    { name: "sigma_overall", formula: "√(Σ (x - mean)² / (n - 1))", inputs: { n, mean }, value: overall },
    indexOf("cp", "(upper - lower) / 6 σ within", { ...limits, sigma: within }, found.cp),
    ...bounds("cp", found.cp, spread?.df ?? null, chi),
    indexOf(
      "cpk",
      "min(upper - mean, mean - lower) / 3 σ within",
      { ...limits, mean, sigma: within },
      found.cpk,
    ),
    ...bounds("cpk", found.cpk, spread?.df ?? null, bissell),
    indexOf("pp", "(upper - lower) / 6 σ overall", { ...limits, sigma: overall }, found.pp),
    ...bounds("pp", found.pp, n - 1, chi),
    indexOf(
      "ppk",
      "min(upper - mean, mean - lower) / 3 σ overall",
      { ...limits, mean, sigma: overall },
      found.ppk,
    ),
    ...bounds("ppk", found.ppk, n - 1, bissell),
    indexOf(
      "cpm",
      "(upper - lower) / 6 √(σ overall² + (mean - target)²)",
      { ...limits, target, mean, sigma: overall },
      found.cpm,
    ),
    ...(found.normality === null
      ? []
      : [
          {
            name: "normality.a2",
            formula:
              "-n - Σ (2 i - 1) (ln Φ(z_i) + ln(1 - Φ(z_(n+1-i)))) / n, z = (x - mean) / σ overall; adjusted: × (1 + 0.75/n + 2.25/n²); p after D'Agostino and Stephens",
            inputs: { n, mean, sigma: overall, a2_adjusted: found.normality.adjusted, p: found.normality.p },
            value: found.normality.a2,
          },
        ]),
    expectedOf("expected_out_within", found.expectedWithin, { ...limits, mean, sigma: within }),
    expectedOf("expected_out_overall", found.expectedOverall, { ...limits, mean, sigma: overall }),
  ];
}

function expectedOf(
  name: string,
  out: { readonly below: number; readonly above: number },
  inputs: Readonly<Record<string, number | null>>,
): Explained[number] {
  return {
    name,
    formula: "Φ((lower - mean) / σ) + Φ((mean - upper) / σ)",
    inputs: { ...inputs },
    value: out.below + out.above,
  };
}

function indexOf(
  name: string,
  formula: string,
  inputs: Readonly<Record<string, number | null>>,
  index: Index | null,
): Explained[number] {
  return { name, formula, inputs: { ...inputs }, value: index?.value ?? null };
}

function withTotal({ below, above }: { readonly below: number; readonly above: number }) {
  return { below, above, total: below + above };
}

function eachOf(out: { readonly below: number; readonly above: number }, change: (count: number) => number) {
  return { below: change(out.below), above: change(out.above) };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
