import { Big } from "big.js";
import type { Executor } from "../../database/types.ts";
import { gramsOf } from "../../quality/grams.ts";
import type { Unit } from "../../weighing/units.ts";
import type { LimitsAnswer } from "./limits-schema.ts";
import { isInScope, type Scope } from "./scope.ts";

/** A limit that single bags are compared with. */
export interface Limit {
  readonly name: LimitsAnswer["limits"][number]["name"];
  readonly grams: Big;
  readonly side: "below" | "above";
}

/** What the bags of a question are together. */
export interface Sums {
  readonly bags: number;
  /** Grams. */
  readonly mean: Big;
  readonly deviation: number | null;
  readonly isMeanAtLeast: (grams: Big) => boolean;
}

/** Of all bags, exact: what was printed is summed up by its unit. @returns null where there are none. */
export async function readSums(tx: Executor, plant: number, scope: Scope): Promise<Sums | null> {
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

/**
 * How many bags lie beyond each limit. Exact, by multiplications alone: grams of a weight are weight × 453.59237 / what a pound is in its unit.
 */
export async function countBeyond(
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
