import { Big } from "big.js";
import type { Executor } from "../../database/types.ts";
import { averageLimits, lowestLawfulMean } from "../../quality/average-system.ts";
import { gramsOf, inUnit } from "../../quality/grams.ts";
import { sampleError } from "../../quality/sample-error.ts";
import type { Unit } from "../../weighing/units.ts";
import type { Bags } from "./bags.ts";
import { runTest } from "./batch-test.ts";
import { explainLimits } from "./limits-explained.ts";
import { limitsOf, rulesOf } from "./limits-rules.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import { countBeyond, sumsOf, tallyPrinted } from "./limits-sums.ts";
import { readTerms } from "./terms.ts";

/** What the bags of a question are by their label and a law. */
export async function limitsAnswer(tx: Executor, bags: Bags, request: LimitsRequest): Promise<LimitsAnswer> {
  const { rule, unit, quantity } = request;
  const nominal = quantity === null ? null : gramsOf(quantity, unit);
  const label = rule === "eu" && nominal !== null ? averageLimits(nominal) : null;
  const wanted = limitsOf(request, nominal);
  const printed = tallyPrinted(bags);
  const sums = sumsOf(printed);
  const counts = new Map(wanted.map((limit) => [limit.name, countBeyond(printed, limit)]));
  const shown = (grams: number) => Number(inUnit(new Big(grams), unit, 12));
  const test = label === null || sums === null ? null : runTest(bags, request, { label, shown });
  const error =
    rule !== "us" || nominal === null || sums === null || sums.deviation === null
      ? null
      : sampleError(
          { n: bags.length, mean: sums.mean.toNumber(), deviation: sums.deviation },
          nominal.toNumber(),
        );
  const rules = rulesOf(request, { nominal, sums, counts, shown, error });
  const lowest =
    sums?.deviation == null || nominal === null
      ? null
      : label !== null
        ? lowestLawfulMean(label, sums.deviation)
        : rule === "us"
          ? nominal.toNumber()
          : null;
  const sampleErrorShown =
    error === null ? null : { factor: error.factor, limit: shown(error.limit), passes: error.passes };
  const target = lowest === null ? null : await lawfulTarget(tx, bags, lowest, unit);
  const known = { label, sums, shown, lowest, test: test?.figures ?? null, error: sampleErrorShown, target };
  return {
    rule,
    unit,
    quantity,
    limits_from: request.limitsFrom,
    bags: bags.length,
    mean: sums === null ? null : shown(sums.mean.toNumber()),
    standard_deviation: sums?.deviation == null ? null : shown(sums.deviation),
    limits: wanted.map(({ name, grams }) => ({
      name,
      value: inUnit(grams, unit),
      grams: grams.toFixed(),
      bags_beyond: counts.get(name) ?? 0,
      share_beyond: bags.length === 0 ? 0 : (counts.get(name) ?? 0) / bags.length,
    })),
    tne: label?.tne.toFixed() ?? null,
    rules,
    holds: bags.length === 0 ? null : rules.every(({ holds }) => holds),
    reference_test: test?.figures ?? null,
    reference_test_missing: test?.missing ?? null,
    sample_error: sampleErrorShown,
    lawful_target: target,
    explained: request.explain ? explainLimits(request, known) : null,
  };
}

const monthMs = 30 * 86_400_000;

/** The lowest lawful mean beside the target in force. */
async function lawfulTarget(
  tx: Executor,
  bags: Bags,
  lowestGrams: number,
  unit: Unit,
): Promise<LimitsAnswer["lawful_target"]> {
  const terms = await readTerms(tx, bags);
  const since = (bags.times[bags.order.at(-1) ?? 0] ?? 0) - monthMs;
  const ofMonth = bags.times.reduce((count, at) => (at > since ? count + 1 : count), 0);
  const lowest = Number(inUnit(new Big(lowestGrams), "lb", 12));
  const difference = terms === null ? null : Number(terms.target) - lowest;
  const price = terms?.pricePerLb ?? null;
  return {
    lowest: Number(inUnit(new Big(lowestGrams), unit, 12)),
    lowest_lb: lowest,
    target_lb: terms?.target ?? null,
    difference_lb: difference,
    bags_30_days: ofMonth,
    price_per_lb: price,
    cost_30_days: difference === null || price === null ? null : difference * ofMonth * Number(price),
  };
}
