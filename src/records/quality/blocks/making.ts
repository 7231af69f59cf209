import type { Executor, Sql, Transaction } from "../../../database/types.ts";
import { readRows } from "../bag-rows.ts";
import { encodeBags } from "./codec.ts";

/** Other ones than those in force when a database's blocks were made need a migration that empties their table. */
export interface BlockSizes {
  /** Numbers of bags that a block holds. */
  readonly numbers: number;
  /** A job that runs gets a block of so many new bags, or its last one grows by them; until then they are read one by one. */
  readonly growsBy: number;
}

/** 5,000 bags are read and written in some 20 ms, for which the job's row is locked. */
const sizesInForce: BlockSizes = { numbers: 5_000, growsBy: 1_000 };

/** Where a block of a job is: its bags have the numbers behind `after`. */
export interface BlockPlace {
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
): Promise<BlockPlace[]> {
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
      and j.last_bag_num - coalesce(k.numbers, 0)
        >= case when j.ended_at is null then ${sizes.growsBy}::integer else 1 end
    order by j.id desc
    limit ${limit}`;
  return rows.flatMap(({ job, last, after, through }) => {
    const reached = new Map((after ?? []).map((each, index) => [each, through[index] ?? 0]));
    return placesOf(job, last, sizes).filter(
      (place) => (reached.get(place.after) ?? 0) < Math.min(place.after + sizes.numbers, last),
    );
  });
}

/** Where the blocks of a job are. @param last the highest number that a bag of it has. */
export function placesOf(job: number, last: number, { numbers } = sizesInForce): BlockPlace[] {
  return Array.from({ length: Math.ceil(last / numbers) }, (_, index) => ({ job, after: index * numbers }));
}

/**
 * Makes a block, or makes it again. It waits for nobody who works on the job, and nobody waits for it longer than it takes to read
 * the bags of one.
 *
 * @returns false where somebody works on the job just now, or has taken it away.
 */
export function makeBlock(sql: Sql, place: BlockPlace, sizes = sizesInForce): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [job] = await tx<{ last: number }[]>`
      select last_bag_num as last from prepuff_job where id = ${place.job} for no key update skip locked`;
    if (job === undefined || job.last <= place.after) return false;
    await writeBlock(tx, await readBlock(tx, place, Math.min(place.after + sizes.numbers, job.last)));
    return true;
  });
}

/** What a comparison found: the block says what its bags say, or something else, or it is not there, or not of all of its bags yet. */
export type Compared = { readonly is: "same" | "wrong" | "missing"; readonly bags: number };

/**
 * Compares a block with its bags.
 *
 * @param isMade makes it again where it is not the same.
 * @returns null where the job is gone.
 */
export function compareBlock(
  sql: Sql,
  place: BlockPlace,
  isMade: boolean,
  sizes = sizesInForce,
): Promise<Compared | null> {
  return sql.begin(async (tx) => {
    const [job] = await tx<{ last: number }[]>`
      select last_bag_num as last from prepuff_job where id = ${place.job} for no key update`;
    if (job === undefined || job.last <= place.after) return null;
    const whole = await readBlock(tx, place, Math.min(place.after + sizes.numbers, job.last));
    const [known] = await tx<Omit<Block, "place">[]>`
      select through_num as through, bags, first_at as "firstAt", last_at as "lastAt", scales, columns
      from bag_block
      where job_id = ${place.job} and after_num = ${place.after}`;
    const expected =
      known === undefined || known.through === whole.through
        ? whole
        : await readBlock(tx, place, known.through);
    const isRight = known !== undefined && isAlike(known, expected);
    const isWhole = known?.through === whole.through;
    if (isMade && !(isRight && isWhole)) await writeBlock(tx, whole);
    const is = known === undefined ? "missing" : !isRight ? "wrong" : isWhole ? "same" : "missing";
    return { is, bags: whole.bags };
  });
}

interface Block {
  readonly place: BlockPlace;
  readonly through: number;
  readonly bags: number;
  /** null: all of its bags are void. */
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
  readonly scales: readonly number[];
  readonly columns: Uint8Array;
}

/**
 * What a block is to say.
 *
 * @param tx has locked the job's row. Whoever changes a bag of the job has that lock until he commits: what is read here is as he left
 * it, or as it was before he began.
 */
async function readBlock(tx: Transaction, place: BlockPlace, through: number): Promise<Block> {
  const bags = await readRows(
    tx,
    tx`filler_bag b
      where b.prepuff_job_id = ${place.job} and b.bag_num > ${place.after} and b.bag_num <= ${through}
        and b.voided_at is null`,
  );
  const [first, last] = [bags.times[0], bags.times.at(-1)];
  return {
    place,
    through,
    bags: bags.length,
    firstAt: first === undefined ? null : new Date(first),
    lastAt: last === undefined ? null : new Date(last),
    scales: [...new Set(bags.scales)].sort((a, b) => a - b),
    columns: encodeBags(bags),
  };
}

async function writeBlock(tx: Transaction, block: Block): Promise<void> {
  const { place, through, bags, firstAt, lastAt, scales, columns } = block;
  await tx`
    insert into bag_block (job_id, after_num, through_num, bags, first_at, last_at, scales, columns)
    values (
      ${place.job}, ${place.after}, ${through}, ${bags}, ${firstAt}, ${lastAt}, ${[...scales]}::integer[], ${columns}
    )
    on conflict (job_id, after_num) do update
    set
      made = default, through_num = excluded.through_num, bags = excluded.bags, first_at = excluded.first_at,
      last_at = excluded.last_at, scales = excluded.scales, columns = excluded.columns`;
}

function isAlike(known: Omit<Block, "place">, block: Block): boolean {
  return (
    known.bags === block.bags &&
    known.firstAt?.getTime() === block.firstAt?.getTime() &&
    known.lastAt?.getTime() === block.lastAt?.getTime() &&
    known.scales.join() === block.scales.join() &&
    Buffer.compare(known.columns, block.columns) === 0
  );
}
