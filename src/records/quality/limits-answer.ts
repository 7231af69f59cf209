import { Big } from "big.js";
import type { Executor } from "../../database/types.ts";
import { averageLimits, lowestLawfulMean } from "../../quality/average-system.ts";
import { gramsOf, inUnit } from "../../quality/grams.ts";
import { sampleError } from "../../quality/sample-error.ts";
import type { Unit } from "../../weighing/units.ts";
import { runTest } from "./batch-test.ts";
import { explainLimits } from "./limits-explained.ts";
import { limitsOf, rulesOf } from "./limits-rules.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import { countBeyond, readSums } from "./limits-sums.ts";
import { checkSize, isInScope, readTerms, type Scope } from "./scope.ts";

/** What the bags of a question are by their label and a law. @throws TooManyBags */
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
    explained: request.explain ? explainLimits(request, { label, sums, shown, lowest }) : null,
  };
}

/** The lowest lawful mean beside the target in force. */
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
