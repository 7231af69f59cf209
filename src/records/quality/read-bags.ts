import type { Executor } from "../../database/types.ts";
import { readRows } from "./bag-rows.ts";
import { type BagColumns, type Bags, chosenOf, mergeBags } from "./bags.ts";
import { decodeBags } from "./blocks/codec.ts";
import { bagsMax, joblessMax, type Scope, TooManyBags } from "./scope.ts";

/** The bags of a question in the order of weighing. @throws TooManyBags */
export async function readBags(tx: Executor, plant: number, scope: Scope): Promise<Bags> {
  const parts: BagColumns[] = [];
  let bags = 0;
  await readParts(tx, plant, scope, (part) => {
    bags += part.length;
    if (bags <= bagsMax) parts.push(part);
    else parts.length = 0;
  });
  if (bags > bagsMax) throw new TooManyBags(`${bagsMax} bags`);
  return mergeBags(parts);
}

/**
 * The bags of a question part by part, in any order, each part in the order of weighing: those of jobs from their blocks, and
 * what is in no block from the bags themselves.
 *
 * @param tx sees one moment throughout, or bags that change meanwhile would be there twice, or not at all.
 */
export async function readParts(
  tx: Executor,
  plant: number,
  scope: Scope,
  take: (part: BagColumns) => void,
): Promise<void> {
  // A plan that was made for all values reads the whole table.
  await tx`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)`;
  const left = await readBlocks(tx, plant, scope, take);
  if (left.jobs.length > 0) {
    const { jobs, after, through } = left;
    take(
      await readRows(
        tx,
        tx`unnest(${jobs}::integer[], ${after}::integer[], ${through}::integer[]) as l (job, after, through)
          join filler_bag b on b.prepuff_job_id = l.job and b.bag_num > l.after and b.bag_num <= l.through
          where ${isCounted(tx, scope)}`,
      ),
    );
  }
  if (scope.job !== undefined || scope.product !== undefined) return;
  const jobless = await readRows(
    tx,
    tx`(
      select * from filler_bag b
      where b.plant_id = ${plant} and b.prepuff_job_id is null and ${isCounted(tx, scope)}
      limit ${joblessMax + 1}
    ) b`,
  );
  if (jobless.length > joblessMax) throw new TooManyBags(`${joblessMax} bags without a job`);
  take(jobless);
}

/** Numbers of bags that are in no block, job by job. */
interface Left {
  readonly jobs: number[];
  readonly after: number[];
  readonly through: number[];
}

/** Above every number. */
const noEnd = 2 ** 31 - 1;

interface BlockRow {
  readonly job: number;
  /** The highest number that was given. */
  readonly last: number;
  readonly after: number | null;
  readonly through: number | null;
  readonly is_whole: boolean | null;
  readonly columns: Uint8Array | null;
}

async function readBlocks(
  tx: Executor,
  plant: number,
  { job, product, station, scale, from, to }: Scope,
  take: (part: BagColumns) => void,
): Promise<Left> {
  const left: Left = { jobs: [], after: [], through: [] };
  const leave = (id: number, after: number, through: number) => {
    left.jobs.push(id);
    left.after.push(after);
    left.through.push(through);
  };
  const isWhole = tx`
    ${from === undefined ? tx`true` : tx`k.first_at >= ${from}`}
    and ${to === undefined ? tx`true` : tx`k.last_at < ${to}`}
    and ${scale === undefined ? tx`true` : tx`k.scales = array[${scale}::integer]`}`;
  const isWanted = tx`
    k.bags > 0
    ${from === undefined ? tx`` : tx`and k.last_at >= ${from}`}
    ${to === undefined ? tx`` : tx`and k.first_at < ${to}`}
    ${scale === undefined ? tx`` : tx`and ${scale} = any(k.scales)`}`;
  const isIn = (part: BagColumns) => {
    const [start, end] = [
      from?.getTime() ?? Number.NEGATIVE_INFINITY,
      to?.getTime() ?? Number.POSITIVE_INFINITY,
    ];
    return chosenOf(part, (place) => {
      const at = part.times[place] ?? 0;
      return at >= start && at < end && (scale === undefined || part.scales[place] === scale);
    });
  };
  let [current, last, reached] = [0, 0, 0];
  const endJob = () => {
    if (current > 0 && reached < last) leave(current, reached, noEnd);
  };
  await tx<BlockRow[]>`
    select
      j.id as job, j.last_bag_num as last, k.after_num as after, k.through_num as through, ${isWhole} as is_whole,
      case when ${isWanted} then k.columns end as columns
    from prepuff_job j
    left join bag_block k on k.job_id = j.id
    where j.plant_id = ${plant} and j.last_bag_num > 0
      ${job === undefined ? tx`` : tx`and j.id = ${job}`}
      ${product === undefined ? tx`` : tx`and j.product_id = ${product}`}
      ${station === undefined ? tx`` : tx`and j.station = ${station}`}
    order by j.id, k.after_num`.forEach((row) => {
    if (row.job !== current) {
      endJob();
      [current, last, reached] = [row.job, row.last, 0];
    }
    if (row.after === null || row.through === null) return;
    if (row.after > reached) leave(row.job, reached, row.after);
    reached = row.through;
    if (row.columns === null) return;
    const part = decodeBags(row.columns, row.job);
    take(row.is_whole === true ? part : isIn(part));
  });
  endJob();
  return left;
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
