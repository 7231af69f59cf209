import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Transaction } from "../../database/types.ts";

/** Recorded numbers of a journal that have no record, both ends included. */
export interface Gap {
  readonly from: number;
  readonly through: number;
}

/** More than a bad disk makes; what is beyond stays missing, and can be acknowledged after these. */
const acknowledgedMost = 1_000;
const action = "ledger.acknowledge";

/** The ranges that people have acknowledged as lost. They are kept where such words belong: in the audit trail. */
const acknowledgedRanges = (sql: Executor, journalId: string) => sql`
  select r."from"::bigint as "from", r.through::bigint as through
  from audit_event e
  cross join lateral rows from (
    jsonb_array_elements_text(e.detail -> 'from'),
    jsonb_array_elements_text(e.detail -> 'through')
  ) as r ("from", through)
  where e.action = ${action} and e.subject = ${`journal:${journalId}`}`;

/** How many numbers were acknowledged as lost, without those that came back since. As an expression in SQL. */
export const acknowledgedCount = (sql: Executor, journalId: string) => sql`
  (
    select coalesce(sum(
      a.through - a."from" + 1
      - (
        select count(*) from filler_bag b
        where b.journal_id = ${journalId} and b.journal_seq between a."from" and a.through
      )
      - (
        select coalesce(sum(frames), 0) from rejected_frame f
        where f.journal_id = ${journalId} and f.journal_seq between a."from" and a.through
      )
      - (
        select coalesce(sum(upper(n) - lower(n)), 0)
        from rejected_removed r
        cross join lateral unnest(r.numbers * int8multirange(int8range(a."from", a.through, '[]'))) as n
        where r.journal_id = ${journalId}
      )
    ), 0)::bigint
    from (${acknowledgedRanges(sql, journalId)}) a
  )`;

/** Numbers are looked at in blocks of so many. */
const blockSize = 65_536;

/**
 * What has neither a record nor an acknowledgement. Numbers of one block are counted first: of a block that has all of
 * them none has to be put in order.
 */
export async function findGaps(sql: Executor, journalId: string, limit: number): Promise<Gap[]> {
  const rows = await sql<Gap[]>`
    with part as (
      select journal_seq / ${blockSize}::bigint as block, count(*) as numbers
      from filler_bag
      where journal_id = ${journalId}
      group by 1
      union all
      -- A frame that stands for several, some of them in the block before, is counted in none.
      select journal_seq / ${blockSize}::bigint, sum(frames)
      from rejected_frame
      where journal_id = ${journalId}
        and (journal_seq - frames + 1) / ${blockSize}::bigint = journal_seq / ${blockSize}::bigint
      group by 1
    ),
    block as materialized (
      select
        block * ${blockSize}::bigint as "from",
        (block + 1) * ${blockSize}::bigint - 1 as through,
        sum(numbers) = ${blockSize}::bigint as is_whole
      from part
      group by block
    ),
    known as (
      select "from", through from block where is_whole
      union all
      select b.journal_seq, b.journal_seq
      from block
      join filler_bag b on b.journal_id = ${journalId} and b.journal_seq between block."from" and block.through
      where not is_whole
      union all
      select journal_seq - frames + 1, journal_seq from rejected_frame where journal_id = ${journalId}
      union all
      select lower(n), upper(n) - 1
      from rejected_removed
      cross join lateral unnest(numbers) as n
      where journal_id = ${journalId}
      union all
      (${acknowledgedRanges(sql, journalId)})
      union all
      select recorded_through + 1, recorded_through + 1 from journal where id = ${journalId}
    ),
    neighbours as (
      select
        coalesce(max(through) over (
          order by "from" rows between unbounded preceding and 1 preceding
        ), 0) + 1 as "from",
        "from" - 1 as through
      from known
    )
    select "from", through from neighbours where "from" <= through order by "from" limit ${limit}`;
  return [...rows];
}

/**
 * Notes that the numbers without a record are known to be lost: from now on they do not count as missing. Where an
 * entry comes back later all the same, it is recorded under its number.
 *
 * @returns how many numbers; 0 where none is missing.
 */
export async function acknowledgeGaps(
  tx: Transaction,
  journalId: string,
  reason: string,
  by: Actor,
): Promise<number> {
  // Two at once would count the same numbers twice.
  await tx`select from journal where id = ${journalId} for update`;
  const gaps = await findGaps(tx, journalId, acknowledgedMost);
  if (gaps.length === 0) return 0;
  const numbers = gaps.reduce((all, { from, through }) => all + through - from + 1, 0);
  await audit(tx, by, {
    action,
    subject: `journal:${journalId}`,
    detail: { reason, from: gaps.map(({ from }) => from), through: gaps.map(({ through }) => through) },
    before: null,
    after: { acknowledged: numbers },
  });
  return numbers;
}
