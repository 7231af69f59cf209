import { z } from "zod";
import { type Unit, units } from "../../weighing/units.ts";
import { bagIdsSchema, explainedSchema } from "./explained.ts";

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
