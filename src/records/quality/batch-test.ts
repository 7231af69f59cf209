import type { averageLimits } from "../../quality/average-system.ts";
import { inUnit } from "../../quality/grams.ts";
import {
  drawSample,
  referenceTest,
  smallestBatch,
  type TestPlan,
  testPlan,
} from "../../quality/reference-test.ts";
import type { Bags } from "./bags.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import { printedGrams } from "./limits-sums.ts";

/** Either the figures, or why there are none. */
interface Tested {
  readonly figures: LimitsAnswer["reference_test"];
  readonly missing: string | null;
}

/** The reference test for batches, on a sample that is drawn of the bags of a question. */
export function runTest(
  bags: Bags,
  { batch, seed, explain, unit }: LimitsRequest,
  known: {
    readonly label: ReturnType<typeof averageLimits>;
    readonly shown: (grams: number) => number;
  },
): Tested {
  const { label, shown } = known;
  const [size, plan] = planOf(bags.length, batch);
  if (bags.length < plan.sample) {
    const missing = `a batch of ${size} needs a sample of ${plan.sample} bags: there are ${bags.length}`;
    return { figures: null, missing };
  }
  const drawn = drawSample(bags.length, plan.sample, seed).map((index) => bags.order[index] ?? 0);
  const found = referenceTest(
    drawn.map((place) => printedGrams(bags.printed[place] ?? 0, bags.kinds[place] ?? 0)),
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
      bags: explain ? drawn.map((place) => bags.ids[place] ?? 0) : null,
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
