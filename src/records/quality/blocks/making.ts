import type { Executor, Sql } from "../../../database/types.ts";
import { readRows } from "../bag-rows.ts";
import { encodeBags } from "./codec.ts";

export interface BlockSizes {
  /** Numbers of bags that a block holds. */
  readonly numbers: number;
  /** A job that runs gets a block of so many new bags, or its last one grows by them; until then they are read one by one. */
  readonly growsBy: number;
}

/** 5,000 bags are read and written in some 20 ms, for which the job's row is locked. */
const sizesInForce: BlockSizes = { numbers: 5_000, growsBy: 1_000 };

/** A block to be made: of bags with the numbers behind `after`. */
export interface MissingBlock {
  readonly job: number;
  readonly after: number;
}

/**
 * Blocks that are to be made, newest jobs first: of jobs that have ended for all of their bags, of those that run for as many as are
 * worth it.
 *
 * @param limit of jobs that are looked at.
 */
export async function missingBlocks(
  sql: Executor,
  plant: number,
  limit: number,
  sizes = sizesInForce,
): Promise<MissingBlock[]> {
  const rows = await sql<{ job: number; last: number; after: number[]; through: number[] }[]>`
    select j.id as job, j.last_bag_num as last, k.after, k.through
    from prepuff_job j
    left join (
      select
        job_id, array_agg(after_num) as after, array_agg(through_num) as through,
        sum(through_num - after_num)::integer as numbers
      from bag_block
      group by job_id
    ) k on k.job_id = j.id
    where j.plant_id = ${plant}
      and j.last_bag_num - coalesce(k.numbers, 0) >= case when j.ended_at is null then ${sizes.growsBy}::integer else 1 end
    order by j.id desc
    limit ${limit}`;
  return rows.flatMap(({ job, last, after, through }) => {
    const reached = new Map((after ?? []).map((each, index) => [each, through[index] ?? 0]));
    const begins = Array.from(
      { length: Math.ceil(last / sizes.numbers) },
      (_, index) => index * sizes.numbers,
    );
    return begins
      .filter((begin) => (reached.get(begin) ?? 0) < Math.min(begin + sizes.numbers, last))
      .map((begin) => ({ job, after: begin }));
  });
}

/**
 * Makes a block, or makes it again. It waits for nobody who works on the job, and nobody waits for it longer than it takes to read
 * 5,000 bags.
 *
 * @returns how many bags are in it; null where somebody works on the job just now, or there are none of these numbers.
 */
export function makeBlock(
  sql: Sql,
  { job, after }: MissingBlock,
  sizes = sizesInForce,
): Promise<number | null> {
  return sql.begin(async (tx) => {
    // Whoever changes a bag of the job has this lock until he commits: what is read below is as he leaves it, or before he began.
    const [locked] = await tx<{ last: number }[]>`
      select last_bag_num as last from prepuff_job where id = ${job} for no key update skip locked`;
    if (locked === undefined || locked.last <= after) return null;
    const through = Math.min(after + sizes.numbers, locked.last);
    const bags = await readRows(
      tx,
      tx`filler_bag b
        where b.prepuff_job_id = ${job} and b.bag_num > ${after} and b.bag_num <= ${through}
          and b.voided_at is null`,
    );
    const [first, last] = [bags.times[0], bags.times.at(-1)].map((at) =>
      at === undefined ? null : new Date(at),
    );
    await tx`
      insert into bag_block (job_id, after_num, through_num, bags, first_at, last_at, scales, columns)
      values (
        ${job}, ${after}, ${through}, ${bags.length}, ${first ?? null}, ${last ?? null},
        ${[...new Set(bags.scales)]}::integer[], ${encodeBags(bags)}
      )
      on conflict (job_id, after_num) do update
      set
        made = default, through_num = excluded.through_num, bags = excluded.bags, first_at = excluded.first_at, last_at = excluded.last_at,
        scales = excluded.scales, columns = excluded.columns`;
    return bags.length;
  });
}
