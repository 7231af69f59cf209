import { Big } from "big.js";
import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { averageLimits, lowestLawfulMean } from "../../quality/average-system.ts";
import { gramsOf, inUnit } from "../../quality/grams.ts";
import {
  drawSample,
  referenceTest,
  smallestBatch,
  type TestPlan,
  testPlan,
} from "../../quality/reference-test.ts";
import { sampleError } from "../../quality/sample-error.ts";
import { type Unit, units } from "../../weighing/units.ts";
import { bagIdsSchema, type Explained, explainedSchema } from "./explained.ts";
import { checkSize, isInScope, readTerms, type Scope } from "./scope.ts";

export const labelRules = ["eu", "us", "own"] as const;
export type LabelRule = (typeof labelRules)[number];

const decimal = z.string();
const number = z.number();
const verdict = z.enum(["pass", "fail"]);

const ruleSchema = z.object({
  rule: z.string(),
  holds: z.boolean(),
  found: number.describe("What it says of these bags."),
  wanted: number,
});

/** What the bags are by their label and a law. Verdicts are made from decimals; estimates are doubles. */
export const limitsSchema = z.object({
  rule: z.enum(labelRules),
  unit: z.enum(units).describe("Of the label; all weights here are in it."),
  quantity: decimal.nullable().describe("The label's."),
  limits_from: z
    .enum(["given", "product"])
    .describe("`product`: the question said nothing, so what the product of the bag weighed last says."),
  bags: z.int(),
  mean: number.nullable(),
  standard_deviation: number.nullable(),
  limits: z
    .array(
      z.object({
        name: z.enum(["t1", "t2", "mav", "lower", "upper", "lower2", "upper2"]),
        value: decimal.describe("In `unit`, to four decimals."),
        grams: decimal.describe("Exact: what bags are compared with."),
        bags_beyond: z.int(),
        share_beyond: number,
      }),
    )
    .describe("`t1`, `t2`: of the average system. `mav`: as it was given. The others: own limits."),
  tne: decimal.nullable().describe("Tolerable negative error, grams (eu)."),
  rules: z.array(ruleSchema).describe("What the rule wants of all bags, each beside what was found."),
  holds: z.boolean().nullable().describe("All of `rules`; null without bags."),
  reference_test: z
    .object({
      batch: z.int(),
      sample: z.int(),
      accept: z.int(),
      reject: z.int(),
      defective: z.int().describe("Of the sample, below T1."),
      contents: verdict,
      mean_sample: z.int(),
      mean: number,
      standard_deviation: number,
      mean_factor: decimal,
      mean_limit: number.describe("Quantity - factor × standard deviation: the mean must reach it."),
      average: verdict,
      verdict,
      seed: z.int().describe("By which the sample was drawn; the same seed draws the same bags."),
      bags: bagIdsSchema,
    })
    .nullable()
    .describe("The reference test for batches (eu) on a sample of these bags."),
  reference_test_missing: z.string().nullable().describe("Why there is none."),
  sample_error: z
    .object({ factor: number, limit: number, passes: z.boolean() })
    .nullable()
    .describe("NIST Handbook 133 (us): t of 97.5 % / √n, and times s."),
  lawful_target: z
    .object({
      lowest: number.describe("The lowest mean at which a process of this spread keeps the rules, `unit`."),
      lowest_lb: number,
      target_lb: decimal.nullable().describe("The target in force: of the bag weighed last."),
      difference_lb: number.nullable().describe("Target - lowest: what each bag is filled above need."),
      bags_30_days: z.int().describe("Of these, in the 30 days up to the last one."),
      price_per_lb: decimal.nullable(),
      cost_30_days: number.nullable().describe("What the difference costs in 30 days; null without a price."),
    })
    .nullable(),
  explained: explainedSchema,
});
export type LimitsAnswer = z.output<typeof limitsSchema>;

export interface LimitsRequest {
  readonly rule: LabelRule;
  readonly unit: Unit;
  /** Decimals in `unit`. `quantity` is there for `eu` and `us`. */
  readonly quantity: string | null;
  readonly mav: string | null;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly lower2: string | null;
  readonly upper2: string | null;
  /** Packages in the batch that the bags are of; null: not said. */
  readonly batch: number | null;
  readonly seed: number;
  readonly explain: boolean;
  readonly limitsFrom: LimitsAnswer["limits_from"];
}

interface Limit {
  readonly name: LimitsAnswer["limits"][number]["name"];
  readonly grams: Big;
  readonly side: "below" | "above";
}

interface Sums {
  readonly bags: number;
  /** Grams. */
  readonly mean: Big;
  readonly deviation: number | null;
  readonly isMeanAtLeast: (grams: Big) => boolean;
}

/** @throws TooManyBags */
export async function readLimits(
  tx: Executor,
  plant: number,
  scope: Scope,
  request: LimitsRequest,
): Promise<LimitsAnswer> {
  await checkSize(tx, plant, scope);
  const { rule, unit, quantity } = request;
  const nominal = quantity === null ? null : gramsOf(quantity, unit);
  const label = rule === "eu" && nominal !== null ? averageLimits(nominal) : null;
  const wanted = limitsOf(request, nominal);
  const sums = await readSums(tx, plant, scope);
  const counts = await countBeyond(tx, plant, scope, wanted);
  const bags = sums?.bags ?? 0;
  const shown = (grams: number) => Number(inUnit(new Big(grams), unit, 12));
  const test =
    label === null || sums === null ? null : await runTest(tx, plant, scope, request, { label, bags, shown });
  const error =
    rule !== "us" || nominal === null || sums === null || sums.deviation === null
      ? null
      : sampleError({ n: bags, mean: sums.mean.toNumber(), deviation: sums.deviation }, nominal.toNumber());
  const rules = rulesOf(request, { nominal, sums, counts, shown, error });
  const lowest =
    sums?.deviation == null || nominal === null
      ? null
      : label !== null
        ? lowestLawfulMean(label, sums.deviation)
        : rule === "us"
          ? nominal.toNumber()
          : null;
  return {
    rule,
    unit,
    quantity,
    limits_from: request.limitsFrom,
    bags,
    mean: sums === null ? null : shown(sums.mean.toNumber()),
    standard_deviation: sums?.deviation == null ? null : shown(sums.deviation),
    limits: wanted.map(({ name, grams }) => ({
      name,
      value: inUnit(grams, unit),
      grams: grams.toFixed(),
      bags_beyond: counts.get(name) ?? 0,
      share_beyond: bags === 0 ? 0 : (counts.get(name) ?? 0) / bags,
    })),
    tne: label?.tne.toFixed() ?? null,
    rules,
    holds: bags === 0 ? null : rules.every(({ holds }) => holds),
    reference_test: test?.figures ?? null,
    reference_test_missing: test?.missing ?? null,
    sample_error:
      error === null ? null : { factor: error.factor, limit: shown(error.limit), passes: error.passes },
    lawful_target: lowest === null ? null : await lawfulTarget(tx, plant, scope, lowest, unit),
    explained: request.explain ? explain(request, { label, sums, shown, lowest }) : null,
  };
}

function limitsOf(
  { rule, unit, mav, lower, upper, lower2, upper2 }: LimitsRequest,
  nominal: Big | null,
): Limit[] {
  const own = (name: Limit["name"], value: string | null, side: Limit["side"]): Limit[] =>
    value === null ? [] : [{ name, grams: gramsOf(value, unit), side }];
  const law = (): Limit[] => {
    if (nominal === null || rule === "own") return [];
    if (rule === "us")
      return mav === null
        ? []
        : own("mav", mav, "below").map((limit) => ({ ...limit, grams: nominal.minus(limit.grams) }));
    const { t1, t2 } = averageLimits(nominal);
    return [
      { name: "t1", grams: t1, side: "below" },
      { name: "t2", grams: t2, side: "below" },
    ];
  };
  return [
    ...law(),
    ...own("lower", lower, "below"),
    ...own("upper", upper, "above"),
    ...own("lower2", lower2, "below"),
    ...own("upper2", upper2, "above"),
  ];
}

/** Of all bags, exact: what was printed is summed up by its unit. */
async function readSums(tx: Executor, plant: number, scope: Scope): Promise<Sums | null> {
  const rows = await tx<{ unit: Unit; bags: number; weight: string; squares: string }[]>`
    select b.unit, count(*)::integer as bags, sum(b.weight) as weight, sum(b.weight * b.weight) as squares
    from filler_bag b
    where ${isInScope(tx, plant, scope)}
    group by 1`;
  const bags = rows.reduce((all, row) => all + row.bags, 0);
  if (bags === 0) return null;
  const sum = rows.reduce((all, { unit, weight }) => all.plus(gramsOf(weight, unit)), new Big(0));
  const squares = rows.reduce(
    (all, { unit, squares: own }) => all.plus(gramsOf(gramsOf(own, unit), unit)),
    new Big(0),
  );
  const scatter = squares.times(bags).minus(sum.times(sum)).toNumber();
  return {
    bags,
    mean: sum.div(bags),
    deviation: bags < 2 ? null : Math.sqrt(Math.max(0, scatter) / (bags * (bags - 1))),
    isMeanAtLeast: (grams) => sum.gte(grams.times(bags)),
  };
}

/** Exact, by multiplications alone: grams of a weight are weight × 453.59237 / what a pound is in its unit. */
async function countBeyond(
  tx: Executor,
  plant: number,
  scope: Scope,
  limits: readonly Limit[],
): Promise<Map<Limit["name"], number>> {
  if (limits.length === 0) return new Map();
  const columns = limits.map(({ grams, side }) => {
    const limit = tx`${grams.toFixed()}::numeric * units_per_lb(b.unit)`;
    return side === "below"
      ? tx`(count(*) filter (where b.weight * 453.59237 < ${limit}))::integer`
      : tx`(count(*) filter (where b.weight * 453.59237 > ${limit}))::integer`;
  });
  const [row] = await tx<{ counts: number[] }[]>`
    select array[${columns.flatMap((column, index) => (index === 0 ? column : [tx`, `, column]))}] as counts
    from filler_bag b
    where ${isInScope(tx, plant, scope)}`;
  return new Map(limits.map(({ name }, index) => [name, row?.counts[index] ?? 0]));
}

function rulesOf(
  { rule, unit, quantity, lower, upper, lower2, upper2 }: LimitsRequest,
  found: {
    readonly nominal: Big | null;
    readonly sums: Sums | null;
    readonly counts: ReadonlyMap<Limit["name"], number>;
    readonly shown: (grams: number) => number;
    readonly error: ReturnType<typeof sampleError> | null;
  },
): LimitsAnswer["rules"] {
  const { nominal, sums, counts, shown, error } = found;
  if (sums === null) return [];
  const count = (name: Limit["name"]) => counts.get(name) ?? 0;
  const mean = shown(sums.mean.toNumber());
  const none = (name: Limit["name"], says: string) => ({
    rule: says,
    holds: count(name) === 0,
    found: count(name),
    wanted: 0,
  });
  if (rule === "eu" && nominal !== null) {
    return [
      {
        rule: `the mean is not below ${quantity} ${unit}`,
        holds: sums.isMeanAtLeast(nominal),
        found: mean,
        wanted: Number(quantity),
      },
      {
        rule: "at most 2.5 % are below T1",
        // 2.5 % is one in forty: whole numbers.
        holds: count("t1") * 40 <= sums.bags,
        found: count("t1") / sums.bags,
        wanted: 0.025,
      },
      none("t2", "none is below T2"),
    ];
  }
  if (rule === "us") {
    return [
      ...(error === null
        ? []
        : [
            {
              rule: `the mean is not below ${quantity} ${unit} by more than the sample error limit`,
              holds: error.passes,
              found: mean,
              wanted: Number(quantity) - shown(error.limit),
            },
          ]),
      ...(counts.has("mav") ? [none("mav", "none is below the label by more than the given MAV")] : []),
    ];
  }
  const outer = {
    low: lower2 === null ? "lower" : "lower2",
    high: upper2 === null ? "upper" : "upper2",
  } as const;
  return [
    ...(lower === null && lower2 === null ? [] : [none(outer.low, "none is below the own lower limit")]),
    ...(upper === null && upper2 === null ? [] : [none(outer.high, "none is above the own upper limit")]),
  ];
}

interface Tested {
  readonly figures: LimitsAnswer["reference_test"];
  readonly missing: string | null;
}

async function runTest(
  tx: Executor,
  plant: number,
  scope: Scope,
  { batch, seed, explain, unit }: LimitsRequest,
  known: {
    readonly label: ReturnType<typeof averageLimits>;
    readonly bags: number;
    readonly shown: (grams: number) => number;
  },
): Promise<Tested> {
  const { label, bags, shown } = known;
  const [size, plan] = planOf(bags, batch);
  if (bags < plan.sample) {
    const missing = `a batch of ${size} needs a sample of ${plan.sample} bags: there are ${bags}`;
    return { figures: null, missing };
  }
  const places = drawSample(bags, plan.sample, seed);
  const rows = await tx<{ id: number; place: number; weight: string; unit: Unit }[]>`
    select id, place, weight, unit
    from (
      select b.id, b.weight, b.unit, (row_number() over (order by b.weighed_at, b.id) - 1)::integer as place
      from filler_bag b
      where ${isInScope(tx, plant, scope)}
    ) bag
    where place = any(${places}::integer[])`;
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  const drawn = places.flatMap((place) => byPlace.get(place) ?? []);
  const found = referenceTest(
    drawn.map((row) => gramsOf(row.weight, row.unit)),
    label,
    plan,
  );
  return {
    missing: null,
    figures: {
      batch: size,
      sample: plan.sample,
      accept: plan.accept,
      reject: plan.accept + 1,
      defective: found.defective,
      contents: found.contents,
      mean_sample: plan.meanSample,
      mean: Number(inUnit(found.mean, unit, 12)),
      standard_deviation: shown(found.deviation),
      mean_factor: plan.factor,
      mean_limit: shown(found.meanLimit),
      average: found.average,
      verdict: found.verdict,
      seed,
      bags: explain ? drawn.map(({ id }) => id) : null,
    },
  };
}

/**
 * The size of the batch and what is done with it. Where nobody says the size, the bags are the batch; 50 to 99 of them are taken for the
 * sample of 50 that a batch of 100 and more wants.
 */
function planOf(bags: number, batch: number | null): readonly [number, TestPlan] {
  const least = testPlan(smallestBatch);
  const size = batch ?? (bags >= least.sample && bags < smallestBatch ? smallestBatch : bags);
  return [size, testPlan(size)];
}

async function lawfulTarget(
  tx: Executor,
  plant: number,
  scope: Scope,
  lowestGrams: number,
  unit: Unit,
): Promise<LimitsAnswer["lawful_target"]> {
  const terms = await readTerms(tx, plant, scope);
  const [row] = await tx<{ bags: number }[]>`
    with last as (select max(b.weighed_at) as at from filler_bag b where ${isInScope(tx, plant, scope)})
    select count(*)::integer as bags
    from filler_bag b
    cross join last
    where ${isInScope(tx, plant, scope)} and b.weighed_at > last.at - interval '30 days'`;
  const lowest = Number(inUnit(new Big(lowestGrams), "lb", 12));
  const difference = terms === null ? null : Number(terms.target) - lowest;
  const price = terms?.pricePerLb ?? null;
  const bags = row?.bags ?? 0;
  return {
    lowest: Number(inUnit(new Big(lowestGrams), unit, 12)),
    lowest_lb: lowest,
    target_lb: terms?.target ?? null,
    difference_lb: difference,
    bags_30_days: bags,
    price_per_lb: price,
    cost_30_days: difference === null || price === null ? null : difference * bags * Number(price),
  };
}

function explain(
  { unit, quantity, rule }: LimitsRequest,
  known: {
    readonly label: ReturnType<typeof averageLimits> | null;
    readonly sums: Sums | null;
    readonly shown: (grams: number) => number;
    readonly lowest: number | null;
  },
): Explained {
  const { label, sums, shown, lowest } = known;
  const deviation = sums?.deviation == null ? null : shown(sums.deviation);
  return [
    ...(label === null
      ? []
      : [
          {
            name: "tne",
            formula: "by the table of nominal quantities; per cents rounded up to a tenth of a gram",
            inputs: { nominal_grams: label.nominal.toFixed() },
            value: label.tne.toFixed(),
          },
          {
            name: "t1",
            formula: "nominal - TNE, grams",
            inputs: { nominal_grams: label.nominal.toFixed(), tne_grams: label.tne.toFixed() },
            value: label.t1.toFixed(),
          },
          {
            name: "t2",
            formula: "nominal - 2 TNE, grams",
            inputs: { nominal_grams: label.nominal.toFixed(), tne_grams: label.tne.toFixed() },
            value: label.t2.toFixed(),
          },
        ]),
    ...(sums === null
      ? []
      : [
          {
            name: "mean",
            formula: "sum of the weights / their number",
            inputs: { bags: sums.bags, unit },
            value: shown(sums.mean.toNumber()),
          },
        ]),
    ...(lowest === null
      ? []
      : [
          {
            name: "lawful_target.lowest",
            formula:
              rule === "eu" ? "max(Qn, Qn - TNE + 1.96 s, Qn - 2 TNE + 3.72 s)" : "the label's quantity",
            inputs: { Qn: quantity, s: deviation, TNE_grams: label?.tne.toFixed() ?? null },
            value: shown(lowest),
          },
        ]),
  ];
}
