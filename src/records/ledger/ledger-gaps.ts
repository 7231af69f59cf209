import { type Actor, audit } from "../../audit/audit.ts";
import type { Database } from "../../database/database.ts";
import type { Executor, Sql } from "../../database/types.ts";

/** Recorded numbers of a journal that have no record, both ends included. */
export interface Gap {
  readonly from: number;
  readonly through: number;
}

/** More than a bad disk makes; what is beyond stays missing, and can be acknowledged after these. */
const acknowledgedMost = 1_000;
const action = "ledger.acknowledge";

/**
 * The ranges that people have acknowledged as lost. They are kept in the audit trail, with who acknowledged them and
 * why.
 */
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

/** Numbers are counted in blocks of so many. */
const blockSize = 65_536;
/** So many blocks are read by one query: 0.3 s for a million numbers, 2 s on a busy machine. */
const blocksAtOnce = 16;

/**
 * The newest numbers that have neither a record nor an acknowledgement, in ascending order. The journal's numbers are read
 * from the newest to the oldest, in short queries: all at once takes longer than a query may, at 50 million.
 *
 * @param run runs one query.
 * @param search.limit how many ranges at most.
 * @param search.missing how many numbers are missing: the search ends when they are found. Left out: it reads all numbers.
 * @param search.isOver asked before each query; with true the search ends.
 */
export async function findGaps(
  run: <T>(query: (sql: Sql) => Promise<T>) => Promise<T>,
  journalId: string,
  search: { readonly limit: number; readonly missing?: number; readonly isOver?: () => boolean },
): Promise<Gap[]> {
  const { limit, missing = Number.POSITIVE_INFINITY, isOver = () => false } = search;
  let gaps: Gap[] = [];
  let through = await run((sql) => readRecordedThrough(sql, journalId));
  while (through > 0 && !isOver()) {
    const from = Math.max(1, Math.floor(through / (blockSize * blocksAtOnce)) * blockSize * blocksAtOnce);
    const span = { from, through };
    gaps = joined(await run((sql) => gapsWithin(sql, journalId, span, limit)), gaps);
    const [oldest] = gaps;
    if (numbersIn(gaps) >= missing) break;
    // The oldest range may begin among the numbers that are not read yet.
    if (gaps.length >= limit && oldest !== undefined && oldest.from > from) break;
    through = from - 1;
  }
  return gaps.slice(-limit);
}

/** Ranges of one span and those behind it; one that reaches over the end of the span is one range. */
function joined(older: readonly Gap[], newer: readonly Gap[]): Gap[] {
  const [last, first] = [older.at(-1), newer[0]];
  if (last === undefined || first === undefined || last.through + 1 < first.from) return [...older, ...newer];
  return [...older.slice(0, -1), { from: last.from, through: first.through }, ...newer.slice(1)];
}

function numbersIn(gaps: readonly Gap[]): number {
  return gaps.reduce((all, { from, through }) => all + through - from + 1, 0);
}

async function readRecordedThrough(sql: Executor, journalId: string): Promise<number> {
  const [row] = await sql<{ through: number }[]>`
    select recorded_through as through from journal where id = ${journalId}`;
  return row?.through ?? 0;
}

/**
 * The newest gaps of a span of numbers, ascending. Numbers of one block are counted first: of a block that has all of
 * them none has to be put in order.
 */
async function gapsWithin(
  sql: Executor,
  journalId: string,
  span: Gap,
  limit: number,
): Promise<readonly Gap[]> {
  const [from, through] = [sql`${span.from}::bigint`, sql`${span.through}::bigint`];
  const rows = await sql<Gap[]>`
    with part as (
      select journal_seq / ${blockSize}::bigint as block, count(*) as numbers
      from filler_bag
      where journal_id = ${journalId} and journal_seq between ${from} and ${through}
      group by 1
      union all
      -- A frame that stands for several, some of them in the block before, is counted in none.
      select journal_seq / ${blockSize}::bigint, sum(frames)
      from rejected_frame
      where journal_id = ${journalId} and journal_seq between ${from} and ${through}
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
      select journal_seq - frames + 1, journal_seq
      from rejected_frame
      where journal_id = ${journalId} and journal_seq >= ${from} and journal_seq - frames + 1 <= ${through}
      union all
      select lower(n), upper(n) - 1
      from rejected_removed
      cross join lateral unnest(numbers * int8multirange(int8range(${from}, ${through}, '[]'))) as n
      where journal_id = ${journalId}
      union all
      select a."from", a.through
      from (${acknowledgedRanges(sql, journalId)}) a
      where a.through >= ${from} and a."from" <= ${through}
      union all
      select ${through} + 1, ${through} + 1
    ),
    neighbours as (
      select
        coalesce(max(through) over (
          order by "from" rows between unbounded preceding and 1 preceding
        ), ${from} - 1) + 1 as "from",
        "from" - 1 as through
      from known
    )
    select "from", through from neighbours where "from" <= through order by "from" desc limit ${limit}`;
  return rows.toReversed();
}

/**
 * Notes that the numbers without a record are known to be lost: from now on they do not count as missing. Where an
 * entry comes back later all the same, it is recorded under its number.
 *
 * @param missing how many numbers are missing.
 * @returns how many numbers; 0 where none is missing.
 */
export async function acknowledgeGaps(
  database: Pick<Database, "run">,
  journalId: string,
  missing: number,
  reason: string,
  by: Actor,
): Promise<number> {
  const found = await findGaps((query) => database.run(query), journalId, {
    limit: acknowledgedMost,
    missing,
  });
  return database.run((sql) =>
    sql.begin(async (tx) => {
      // Two at once would count the same numbers twice.
      await tx`select from journal where id = ${journalId} for update`;
      const gaps = await notAcknowledged(tx, journalId, found);
      if (gaps.length === 0) return 0;
      const numbers = numbersIn(gaps);
      await audit(tx, by, {
        action,
        subject: `journal:${journalId}`,
        detail: { reason, from: gaps.map(({ from }) => from), through: gaps.map(({ through }) => through) },
        before: null,
        after: { acknowledged: numbers },
      });
      return numbers;
    }),
  );
}

/** What of these ranges was not acknowledged before. */
async function notAcknowledged(sql: Executor, journalId: string, gaps: readonly Gap[]): Promise<Gap[]> {
  const [froms, throughs] = [gaps.map(({ from }) => from), gaps.map(({ through }) => through)];
  const rows = await sql<Gap[]>`
    select lower(n) as "from", upper(n) - 1 as through
    from unnest(
      (
        select coalesce(range_agg(int8range(g."from", g.through, '[]')), '{}')
        from unnest(${froms}::bigint[], ${throughs}::bigint[]) as g ("from", through)
      )
      - (
        select coalesce(range_agg(int8range(a."from", a.through, '[]')), '{}')
        from (${acknowledgedRanges(sql, journalId)}) a
      )
    ) as n
    order by 1`;
  return [...rows];
}
