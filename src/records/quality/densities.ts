import type { Executor } from "../../database/types.ts";
import { type DensityUnit, perPoundPerCubicFoot } from "../../quality/density.ts";
import { type Bags, bagsAt, inSteps } from "./bags.ts";

/**
 * The bags of a question with their densities in the place of their weights. Those whose job's product has no bag volume are left
 * out.
 */
export async function densitiesOf(tx: Executor, bags: Bags, unit: DensityUnit): Promise<Bags> {
  const rows = await tx<{ id: number; volume: string }[]>`
    select id, bag_volume as volume
    from prepuff_job
    where id = any (${[...new Set(bags.jobs)]}) and bag_volume is not null`;
  const volumes = new Map(rows.map(({ id, volume }) => [id, Number(volume)]));
  const known = bagsAt(
    bags,
    bags.order.filter((place) => volumes.has(bags.jobs[place] ?? 0)),
  );
  const { jobs, length } = known;
  const factor = perPoundPerCubicFoot[unit];
  return {
    ...known,
    pounds: known.pounds.map((pounds, place) => (pounds / (volumes.get(jobs[place] ?? 0) ?? 1)) * factor),
    order: inSteps(length, 1),
  };
}
