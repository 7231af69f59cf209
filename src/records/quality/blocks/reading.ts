import type { Executor } from "../../../database/types.ts";
import {
  type BagColumns,
  type Bags,
  chosenOf,
  copyInto,
  firstOf,
  inOrder,
  isBefore,
  newColumns,
} from "../bags.ts";
import { bagsMax, type Scope, TooManyBags } from "../scope.ts";
import { decodeBags, decodeInto, lengthOf } from "./codec.ts";

/** The blocks of a question, and what is in none of them. */
export interface BlockList {
  /** The same text is the same bags, for one scope. */
  readonly key: string;
  /** In all of them; those beyond the scope's time and of other scales included. */
  readonly bags: number;
  /** What is in no block, job by job. */
  readonly left: readonly NumberRange[];
}

/** The bags of a job with numbers above `after`, up to `through`. */
export interface NumberRange {
  readonly job: number;
  readonly after: number;
  readonly through: number;
}

/** Read at once where they are in no block: the loop is held for some 20 ms to read what came. */
const rowsAtOnce = 20_000;

/** Which blocks there are for a question; as texts, because a row each would take ten times as long. */
export async function listBlocks(tx: Executor, plant: number, scope: Scope): Promise<BlockList> {
  const [row] = await tx<Record<"jobs" | "last" | "after" | "through" | "made" | "bags", string | null>[]>`
    select
      string_agg(j.id::text, ',' order by j.id, k.after_num) as jobs,
      string_agg(j.last_bag_num::text, ',' order by j.id, k.after_num) as last,
      string_agg(coalesce(k.after_num, 0)::text, ',' order by j.id, k.after_num) as after,
      string_agg(coalesce(k.through_num, 0)::text, ',' order by j.id, k.after_num) as through,
      string_agg(k.made::text, ',' order by k.made) filter (where ${isWanted(tx, scope)}) as made,
      (sum(k.bags) filter (where ${isWanted(tx, scope)}))::text as bags
    from prepuff_job j
    left join bag_block k on k.job_id = j.id
    where ${isJob(tx, plant, scope)}`;
  const numbers = (text: string | null | undefined) => (text == null ? [] : text.split(",").map(Number));
  const [jobs, last, after, through] = [row?.jobs, row?.last, row?.after, row?.through].map(numbers);
  const left: NumberRange[] = [];
  const leave = (job: number, from: number, to: number) => {
    for (let begin = from; begin < to; begin += rowsAtOnce) {
      left.push({ job, after: begin, through: Math.min(begin + rowsAtOnce, to) });
    }
  };
  for (const [index, job] of (jobs ?? []).entries()) {
    const reached = jobs?.[index - 1] === job ? (through?.[index - 1] ?? 0) : 0;
    const [begin = 0, end = 0] = [after?.[index], through?.[index]];
    leave(job, reached, begin);
    if (jobs?.[index + 1] !== job) leave(job, end, last?.[index] ?? 0);
  }
  return { key: row?.made ?? "", bags: Number(row?.bags ?? 0), left };
}

/** Ranges in groups that are read at once. */
export function inGroups(left: readonly NumberRange[]): NumberRange[][] {
  const groups: NumberRange[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const range of left) {
    rows += range.through - range.after;
    if (rows > rowsAtOnce) {
      groups.push([]);
      rows = range.through - range.after;
    }
    groups.at(-1)?.push(range);
  }
  return groups;
}

/** The bags of all blocks of a question. @throws TooManyBags */
export async function loadBlocks(
  tx: Executor,
  plant: number,
  scope: Scope,
  { bags }: BlockList,
): Promise<Bags> {
  const columns = newColumns(Math.min(bags, bagsMax));
  const ends = [0];
  let [length, isTooMany] = [0, false];
  await eachBlock(tx, plant, scope, (block) => {
    const part = block.isWhole ? null : chosenOf(decodeBags(block.columns, block.job), isIn(scope));
    const end = length + (part?.length ?? lengthOf(block.columns));
    isTooMany ||= end > columns.length;
    if (isTooMany) return;
    if (part === null) decodeInto(columns, length, block.columns, block.job);
    else copyInto(columns, part, length);
    // As the jobs of a station do, most blocks follow the one before: a few lanes remain to be merged.
    if (length > 0 && end > length && !isBefore(columns, length - 1, length)) ends.push(length);
    length = end;
  });
  if (isTooMany) throw new TooManyBags(`${bagsMax} bags`);
  return inOrder(firstOf(columns, length), [...ends, length]);
}

/** The bags of the blocks of a question one block after the other, each in the order of weighing, for any number of bags. */
export function readBlocks(
  tx: Executor,
  plant: number,
  scope: Scope,
  take: (part: BagColumns) => void,
): Promise<void> {
  return eachBlock(tx, plant, scope, ({ columns, job, isWhole }) => {
    const part = decodeBags(columns, job);
    take(isWhole ? part : chosenOf(part, isIn(scope)));
  });
}

interface Block {
  readonly job: number;
  readonly columns: Uint8Array;
  /** All of its bags are in the scope. */
  readonly isWhole: boolean;
}

/** Each as it comes from the connection, so that others are served between them. */
async function eachBlock(
  tx: Executor,
  plant: number,
  scope: Scope,
  use: (block: Block) => void,
): Promise<void> {
  const { scale, from, to } = scope;
  // Thrown into the driver's reading it would end the connection.
  let failure: unknown;
  await tx<Block[]>`
    select
      k.job_id as job, k.columns,
      ${from === undefined ? tx`true` : tx`k.first_at >= ${from}`}
        and ${to === undefined ? tx`true` : tx`k.last_at < ${to}`}
        and ${scale === undefined ? tx`true` : tx`k.scales = array[${scale}::integer]`} as "isWhole"
    from prepuff_job j
    join bag_block k on k.job_id = j.id
    where ${isJob(tx, plant, scope)} and ${isWanted(tx, scope)}
    order by j.station, k.first_at`.forEach((block) => {
    if (failure !== undefined) return;
    try {
      use(block);
    } catch (error) {
      failure = error;
    }
  });
  if (failure !== undefined) throw failure;
}

function isJob(tx: Executor, plant: number, { job, product, station }: Scope) {
  return tx`
    j.plant_id = ${plant} and j.last_bag_num > 0
    ${job === undefined ? tx`` : tx`and j.id = ${job}`}
    ${product === undefined ? tx`` : tx`and j.product_id = ${product}`}
    ${station === undefined ? tx`` : tx`and j.station = ${station}`}`;
}

function isWanted(tx: Executor, { scale, from, to }: Scope) {
  return tx`
    k.bags > 0
    ${from === undefined ? tx`` : tx`and k.last_at >= ${from}`}
    ${to === undefined ? tx`` : tx`and k.first_at < ${to}`}
    ${scale === undefined ? tx`` : tx`and ${scale} = any(k.scales)`}`;
}

function isIn({ scale, from, to }: Scope): (place: number, bags: BagColumns) => boolean {
  const start = from?.getTime() ?? Number.NEGATIVE_INFINITY;
  const end = to?.getTime() ?? Number.POSITIVE_INFINITY;
  return (place, { times, scales }) => {
    const at = times[place] ?? 0;
    return at >= start && at < end && (scale === undefined || scales[place] === scale);
  };
}
