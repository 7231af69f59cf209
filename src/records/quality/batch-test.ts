import type { Executor } from "../../database/types.ts";
import type { averageLimits } from "../../quality/average-system.ts";
import { gramsOf, inUnit } from "../../quality/grams.ts";
import {
  drawSample,
  referenceTest,
  smallestBatch,
  type TestPlan,
  testPlan,
} from "../../quality/reference-test.ts";
import type { Unit } from "../../weighing/units.ts";
import type { LimitsAnswer, LimitsRequest } from "./limits-schema.ts";
import { isInScope, type Scope } from "./scope.ts";

/** Either the figures, or why there are none. */
interface Tested {
  readonly figures: LimitsAnswer["reference_test"];
  readonly missing: string | null;
}

/** The reference test for batches, on a sample that is drawn of the bags of a question. */
export async function runTest(
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
