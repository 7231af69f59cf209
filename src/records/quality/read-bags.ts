import type { Executor } from "../../database/types.ts";
import { readRows } from "./bag-rows.ts";
import { type BagColumns, type Bags, withMore } from "./bags.ts";
import { type BlockMemory, forgetful } from "./blocks/memory.ts";
import { type BlockList, inGroups, listBlocks, loadBlocks, readBlocks } from "./blocks/reading.ts";
import { bagsMax, joblessMax, NotPrepared, type Scope, TooManyBags, unpreparedMax } from "./scope.ts";

/**
 * The bags of a question in the order of weighing: those of jobs from their blocks, what is in no block from the bags themselves.
 *
 * @param tx sees one moment throughout, or bags that change meanwhile would be there twice, or not at all.
 * @param memory of blocks that were read before.
 * @throws TooManyBags, NotPrepared
 */
export async function readBags(
  tx: Executor,
  plant: number,
  scope: Scope,
  memory: BlockMemory = forgetful,
): Promise<Bags> {
  await planForValues(tx);
  const list = await listBlocks(tx, plant, scope);
  const kept = await memory.recall(keyOf(plant, scope, list), () => loadBlocks(tx, plant, scope, list));
  const bags = withMore(kept, await readRest(tx, plant, scope, list));
  if (bags.length > bagsMax) throw new TooManyBags(`${bagsMax} bags`);
  return bags;
}

/**
 * The same part by part, in any order, for any number of bags.
 *
 * @param take is given parts that are in the order of weighing, or in none.
 * @throws TooManyBags, NotPrepared
 */
export async function readParts(
  tx: Executor,
  plant: number,
  scope: Scope,
  take: (part: BagColumns) => void,
  memory: BlockMemory = forgetful,
): Promise<void> {
  await planForValues(tx);
  const list = await listBlocks(tx, plant, scope);
  if (list.bags > bagsMax) await readBlocks(tx, plant, scope, take);
  else {
    const load = () => loadBlocks(tx, plant, scope, list);
    take(await memory.recall(keyOf(plant, scope, list), load));
  }
  for (const part of await readRest(tx, plant, scope, list)) take(part);
}

/** Of what is said of the bags alone: a scope may come with all else that a question says. */
function keyOf(plant: number, { job, product, station, scale, from, to }: Scope, { key }: BlockList): string {
  return JSON.stringify([plant, job, product, station, scale, from, to, key]);
}

/** A plan that was made for all values reads the whole table. */
async function planForValues(tx: Executor): Promise<void> {
  await tx`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)`;
}

/**
 * What is in no block: new bags of jobs, such whose block is to be made again, and bags without a job.
 *
 * @throws TooManyBags, NotPrepared
 */
async function readRest(
  tx: Executor,
  plant: number,
  scope: Scope,
  { left }: BlockList,
): Promise<BagColumns[]> {
  const unprepared = left.reduce((sum, { after, through }) => sum + through - after, 0);
  if (unprepared > unpreparedMax) throw new NotPrepared(`${unprepared} bags are in no block yet`);
  const ofJobs: BagColumns[] = [];
  for (const ranges of inGroups(left)) {
    const [jobs, after, through] = (["job", "after", "through"] as const).map((name) =>
      ranges.map((range) => range[name]),
    );
    ofJobs.push(
      await readRows(
        tx,
        tx`unnest(${jobs ?? []}::integer[], ${after ?? []}::integer[], ${through ?? []}::integer[])
            as l (job, after, through)
          join filler_bag b on b.prepuff_job_id = l.job and b.bag_num > l.after and b.bag_num <= l.through
          where ${isCounted(tx, scope)}`,
      ),
    );
  }
  if (scope.job !== undefined || scope.product !== undefined) return ofJobs;
  const jobless = await readRows(
    tx,
    tx`(
      select * from filler_bag b
      where b.plant_id = ${plant} and b.prepuff_job_id is null and ${isCounted(tx, scope)}
      limit ${joblessMax + 1}
    ) b`,
  );
  if (jobless.length > joblessMax) throw new TooManyBags(`${joblessMax} bags without a job`);
  return [...ofJobs, jobless];
}

/** Those that count, so without the voided ones, of the scale and the time in question. */
function isCounted(tx: Executor, { station, scale, from, to }: Scope) {
  return tx`
    b.voided_at is null
    ${station === undefined ? tx`` : tx`and b.station = ${station}`}
    ${scale === undefined ? tx`` : tx`and b.scale_id = ${scale}`}
    ${from === undefined ? tx`` : tx`and b.weighed_at >= ${from}`}
    ${to === undefined ? tx`` : tx`and b.weighed_at < ${to}`}`;
}
