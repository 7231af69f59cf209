import { Elysia } from "elysia";
import { z } from "zod";
import { oneSnapshot } from "../../../database/read-only.ts";
import type { Transaction } from "../../../database/types.ts";
import { smallestNominalGrams } from "../../../quality/average-system.ts";
import { rangeSizes } from "../../../quality/constants.ts";
import { ewmaLimits } from "../../../quality/ewma.ts";
import { gramsOf } from "../../../quality/grams.ts";
import { defaultRules, type RuleName, ruleNames } from "../../../quality/rules.ts";
import { spreadKinds } from "../../../quality/spread.ts";
import { toleranceLimits } from "../../../quality/tolerance.ts";
import { createBlockMemory } from "../../../records/quality/blocks/memory.ts";
import { capabilityAnswer, capabilitySchema } from "../../../records/quality/capability-answer.ts";
import { chartKinds, chartOf, chartSchema, chartUnits } from "../../../records/quality/chart-answer.ts";
import { densitiesOf } from "../../../records/quality/densities.ts";
import { limitsAnswer } from "../../../records/quality/limits-answer.ts";
import { type LimitsRequest, labelRules, limitsSchema } from "../../../records/quality/limits-schema.ts";
import { type ProductQuality, qualityOfBags } from "../../../records/quality/product-quality.ts";
import { readBags } from "../../../records/quality/read-bags.ts";
import { getReference, shownReference } from "../../../records/quality/references.ts";
import { readScales, scalesSchema } from "../../../records/quality/scales-answer.ts";
import { bagsMax, type Scope } from "../../../records/quality/scope.ts";
import { readTerms } from "../../../records/quality/terms.ts";
import { decimalSchema } from "../../../weighing/decimal.ts";
import { units } from "../../../weighing/units.ts";
import { invalid, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import { checked } from "../../request/checked.ts";
import type { Client } from "../../request/places.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";
import { askQuality, whichBags } from "./asking.ts";

/** Bags whose ids an answer with `explain=true` names. */
const explainedBagsMax = 20_000;

const scopeQuery = {
  ...whichBags,
  job: whichBags.job.describe("With none of the first four: all bags of the plant."),
  explain: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .describe("`true`: with formula and inputs of each number, and the ids of the bags."),
};
const subgroupSize = z.coerce.number().int().min(1).max(rangeSizes.max);
const weightQuery = decimalSchema({ min: "0", max: "999999.9999", decimals: 4 });
/** What estimates are made from: any number, so that a reference period's mean goes in as it came out. */
const figure = z.coerce.number().min(0).max(1_000_000);

const chartQuery = z.strictObject({
  ...scopeQuery,
  chart: z.enum(chartKinds).default("xbar_r"),
  unit: z
    .enum(chartUnits)
    .default("lb")
    .describe("Weights, or densities of the bags whose job's product has a bag volume."),
  size: subgroupSize
    .optional()
    .describe(
      "Consecutive bags of one scale in a subgroup; left out: 5, and 1 with `ewma` and `cusum`. `i_mr` takes each bag by itself.",
    ),
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_440)
    .optional()
    .describe("In place of `size`: subgroups are one scale's bags of so many minutes (UTC)."),
  rules: z
    .string()
    .max(200)
    .optional()
    .describe(
      `Which rules are looked for, with commas between: ${ruleNames.join(", ")}; or \`none\`. Left out: those of the product of the bag weighed last, else ${defaultRules.join(" and ")}.`,
    ),
  center: figure
    .optional()
    .describe("With `sigma`: limits of a reference period, in `unit`. Of EWMA and CUSUM the target."),
  sigma: figure.optional().describe("Standard deviation of single bags, in `unit`."),
  reference: smallIdSchema
    .optional()
    .describe(
      "Frozen limits, in place of `center` and `sigma`; with EWMA and CUSUM `center` may be given as well.",
    ),
  lambda: z.coerce.number().gt(0).max(1).default(0.2).describe("Of EWMA: the weight of the newest point."),
  width: z.coerce.number().gt(0).max(10).default(3).describe("Of EWMA: L, how many σ the limits are away."),
  limits: z
    .enum(ewmaLimits)
    .default("exact")
    .describe("Of EWMA: with the variance of each point, or the final one."),
  k: z.coerce.number().min(0).max(10).default(0.5).describe("Of CUSUM: slack, in σ."),
  h: z.coerce.number().gt(0).max(100).default(5).describe("Of CUSUM: decision interval, in σ."),
});

const capabilityQuery = z.strictObject({
  ...scopeQuery,
  size: subgroupSize.default(5).describe("Consecutive bags of one scale in a subgroup, for σ within."),
  within: z.enum(spreadKinds).default("r").describe("σ within from R̄/d2, s̄/c4 or MR̄/1.128."),
  confidence: z.coerce.number().gt(0.5).lt(1).default(0.95).describe("Of the bounds."),
  lower: weightQuery
    .optional()
    .describe("lb. With none of the three: target and tolerance of the bag weighed last."),
  upper: weightQuery.optional().describe("lb."),
  target: weightQuery.optional().describe("lb."),
});

const limitsQuery = z.strictObject({
  ...scopeQuery,
  rule: z
    .enum(labelRules)
    .optional()
    .describe(
      "EU and UK average system (℮), NIST Handbook 133, or own limits alone. With neither this nor an own limit: what the product of the bag weighed last says.",
    ),
  quantity: weightQuery.optional().describe("The label's, in `unit`; for `eu` and `us`."),
  unit: z.enum(units).default("lb"),
  mav: weightQuery
    .optional()
    .describe("With `us`: the maximum allowable variation of the label's quantity, as it is typed in."),
  lower: weightQuery.optional().describe("Own limit, in `unit`."),
  upper: weightQuery.optional(),
  lower2: weightQuery.optional().describe("Second step, farther out."),
  upper2: weightQuery.optional(),
  batch: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      "With `eu`: bags in the batch that these are of. Left out: these are the batch; 50 to 99 are taken for the sample of a larger one.",
    ),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(1)
    .describe("By which the sample of the reference test is drawn."),
});

const scalesQuery = z.strictObject({
  ...scopeQuery,
  explain: scopeQuery.explain.describe(
    "`true`: with formula and inputs of each number, and the means of the days.",
  ),
});

/** Quality: control charts, capability, and the limits of labels and laws. */
export function qualityController(
  services: Pick<Services, "database" | "plant">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant } = services;
  const memory = createBlockMemory();

  const ask = <Answer>(client: Client, work: (tx: Transaction) => Promise<Answer>) =>
    askQuality(shares, client, () => oneSnapshot(database, work));

  /** @throws Problem 422. */
  async function referenceOf(tx: Transaction, id: number) {
    const found = await getReference(tx, plant.id, id);
    if (found === null) throw invalid({ field: "reference", message: `there are no frozen limits ${id}` });
    return found;
  }

  async function weights(tx: Transaction, scope: Scope, explain: boolean) {
    const bags = await readBags(tx, plant.id, scope, memory);
    if (explain && bags.length > explainedBagsMax) {
      throw invalid({
        field: "explain",
        message: `is for at most ${explainedBagsMax} bags: take a shorter time`,
      });
    }
    return bags;
  }

  return new Elysia({ name: "quality", tags: ["quality"] })
    .use(auth)
    .get(
      "/api/quality/chart",
      ({ query, client }) => {
        const { size, minutes, rules, ...asked } = query;
        if (size !== undefined && minutes !== undefined) {
          throw invalid({ field: "minutes", message: "is for subgroups by time: leave `size` out" });
        }
        const single = asked.chart === "ewma" || asked.chart === "cusum";
        if (size === 1 && !single && asked.chart !== "i_mr") {
          throw invalid({
            field: "size",
            message: `must be ${rangeSizes.min} to ${rangeSizes.max}; single bags: \`chart=i_mr\``,
          });
        }
        if (!single && (asked.center === undefined) !== (asked.sigma === undefined)) {
          const field = asked.center === undefined ? "center" : "sigma";
          throw invalid({
            field,
            message: "is missing: limits of a reference period are `center` and `sigma`",
          });
        }
        if (asked.reference !== undefined && asked.sigma !== undefined) {
          throw invalid({ field: "sigma", message: "is said by `reference`: leave one of them out" });
        }
        if (asked.reference !== undefined && asked.unit !== "lb") {
          throw invalid({ field: "reference", message: "is of weights: leave `unit` out" });
        }
        const grouping = minutes === undefined ? { size: size ?? (single ? 1 : 5) } : { minutes };
        const chosen = rules === undefined ? null : readRules(rules);
        return ask(client, async (tx) => {
          const frozen = asked.reference === undefined ? null : await referenceOf(tx, asked.reference);
          const bags = await weights(tx, asked, asked.explain);
          const charted = asked.unit === "lb" ? bags : await densitiesOf(tx, bags, asked.unit);
          return chartOf(charted, {
            ...asked,
            grouping,
            rules: chosen ?? (await qualityOfBags(tx, plant.id, bags, asked)).chart_rules ?? defaultRules,
            center: asked.center ?? frozen?.center,
            sigma: asked.sigma ?? frozen?.sigma,
            reference: frozen && shownReference(frozen),
          });
        });
      },
      {
        role: "viewer",
        query: checked("query", chartQuery),
        response: { 200: chartSchema, ...problems(503) },
        detail: {
          summary: "A control chart of a job, a product, a station or a scale",
          description: `Over the bags that count, ${bagsMax} at most. X̄–R, X̄–s, I–MR, EWMA or CUSUM, with limits, signals and the rules that found them.`,
        },
      },
    )
    .get(
      "/api/quality/capability",
      ({ query, client }) =>
        ask(client, async (tx) => {
          const bags = await weights(tx, query, query.explain);
          const { size, within, confidence, explain } = query;
          const shared = { size, within, confidence, explain };
          const { lower = null, upper = null, target = null } = query;
          if (lower !== null || upper !== null) {
            if (lower !== null && upper !== null && Number(lower) >= Number(upper)) {
              throw invalid({ field: "upper", message: "must be above `lower`" });
            }
            return capabilityAnswer(bags, { ...shared, lower, upper, target, limitsFrom: "given" });
          }
          const terms = await readTerms(tx, bags);
          const limits =
            terms === null
              ? { lower: null, upper: null }
              : toleranceLimits(terms.target, terms.tolerancePercent);
          const limitsFrom = terms === null ? "none" : "job";
          return capabilityAnswer(bags, {
            ...shared,
            ...limits,
            target: target ?? terms?.target ?? null,
            limitsFrom,
          });
        }),
      {
        role: "viewer",
        query: checked("query", capabilityQuery),
        response: { 200: capabilitySchema, ...problems(503) },
        detail: {
          summary: "Capability of a job, a product, a station or a scale",
          description:
            "Cp and Cpk with σ within subgroups, Pp, Ppk and Cpm with σ overall, each with bounds; whether the weights are normal; the observed share out of limits beside the expected one; a histogram with a fitted curve.",
        },
      },
    )
    .get(
      "/api/quality/scales",
      ({ query, client }) => ask(client, (tx) => readScales(tx, plant.id, query, memory)),
      {
        role: "viewer",
        query: checked("query", scalesQuery),
        response: { 200: scalesSchema, ...problems(503) },
        detail: {
          summary: "Scale against scale: what each is off, and which one moves",
          description:
            "Scales that fill at random see the same bags. One that moves is named; where all move together it is the material or the filler. On noise alone it says nothing, but for one time in a hundred.",
        },
      },
    )
    .get(
      "/api/quality/limits",
      ({ query, client }) => {
        const { rule, quantity } = query;
        if (rule !== undefined && rule !== "own" && quantity === undefined) {
          throw invalid({ field: "quantity", message: "is missing: the label's quantity, in `unit`" });
        }
        if (rule === "eu" && gramsOf(quantity ?? "0", query.unit).lt(smallestNominalGrams)) {
          throw invalid({ field: "quantity", message: `must be at least ${smallestNominalGrams} g` });
        }
        const { batch = null, seed, explain } = query;
        return ask(client, async (tx) => {
          const bags = await readBags(tx, plant.id, query, memory);
          if (batch !== null && batch < bags.length) {
            throw invalid({
              field: "batch",
              message: `must be at least the ${bags.length} bags in question`,
            });
          }
          const wanted = isSaid(query)
            ? given(query)
            : ofProduct(await qualityOfBags(tx, plant.id, bags, query));
          return limitsAnswer(tx, bags, { ...wanted, batch, seed, explain });
        });
      },
      {
        role: "viewer",
        query: checked("query", limitsQuery),
        response: { 200: limitsSchema, ...problems(503) },
        detail: {
          summary: "The limits of a label and a law, and what the bags are by them",
          description:
            "Counts below each limit, the rules over all bags, the reference test for batches, and the lowest lawful target with what the target in force costs above it.",
        },
      },
    );
}

type LimitsQuery = z.output<typeof limitsQuery>;
type Wanted = Omit<LimitsRequest, "batch" | "seed" | "explain">;

/** Whether the question itself says what limits are meant. */
function isSaid({ rule, lower, upper, lower2, upper2 }: LimitsQuery): boolean {
  return rule !== undefined || [lower, upper, lower2, upper2].some((limit) => limit !== undefined);
}

function given(query: LimitsQuery): Wanted {
  const { rule = "own", unit, quantity = null, mav = null } = query;
  const { lower = null, upper = null, lower2 = null, upper2 = null } = query;
  return { rule, unit, quantity, mav, lower, upper, lower2, upper2, limitsFrom: "given" };
}

function ofProduct({
  label_rule: rule,
  label_quantity: quantity,
  chart_rules: _,
  ...limits
}: ProductQuality): Wanted {
  return { ...limits, rule: rule ?? "own", quantity, limitsFrom: "product" };
}

/** @throws Problem 422. */
function readRules(text: string): RuleName[] {
  if (text.trim() === "none") return [];
  return text.split(",").map((part) => {
    const found = ruleNames.find((name) => name === part.trim());
    if (found !== undefined) return found;
    throw invalid({
      field: "rules",
      message: `must be of ${ruleNames.join(", ")}, with commas between, or \`none\``,
    });
  });
}
