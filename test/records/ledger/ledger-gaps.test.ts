import { afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import type { Sql } from "../../../src/database/database.ts";
import { findGaps, type Gap } from "../../../src/records/ledger/ledger-gaps.ts";
import { testDatabase } from "../../support/postgres.ts";

setDefaultTimeout(60_000);
const journalId = Bun.randomUUIDv7();
/** The numbers that one query reads begin at its multiples. */
const span = 1_048_576;
let sql: Sql;

beforeAll(async () => {
  ({ sql } = await testDatabase());
  await sql`insert into journal (id) values (${journalId})`;
}, 60_000);

afterEach(async () => {
  await sql`truncate filler_bag, rejected_frame, delivery, scan_bag_answer`;
});

async function addBags(numbers: readonly number[], from = 0, through = -1): Promise<void> {
  await sql`
    insert into filler_bag (
      uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source, journal_id, journal_seq
    )
    select gen_random_uuid(), 'Station 1', 1, 1, 50.00, 'lb', 50.00, now(), 'scale', ${journalId}, n
    from (
      select unnest(${[...numbers]}::bigint[])
      union all
      select generate_series(${from}::bigint, ${through}::bigint)
    ) as r (n)`;
}

async function addRejected(through: number, frames: number): Promise<void> {
  await sql`
    insert into rejected_frame (received_at, remote_address, raw, reason, journal_id, journal_seq, frames)
    values (now(), '10.0.0.1', '', 'malformed', ${journalId}, ${through}, ${frames})`;
}

/** @returns the gaps, and how many queries looked for them, beside the one that reads how far the journal is recorded. */
async function find(recordedThrough: number, search: { limit: number; missing?: number }) {
  await sql`update journal set recorded_through = ${recordedThrough} where id = ${journalId}`;
  let queries = -1;
  const gaps = await findGaps(
    (query) => {
      queries++;
      return query(sql);
    },
    journalId,
    search,
  );
  return { gaps, queries };
}

test("a gap over several spans is one range, and so is one that ends where a span begins", async () => {
  await addBags([1, span - 2, span, 3 * span + 7]);
  expect((await find(3 * span + 9, { limit: 10 })).gaps).toEqual([
    { from: 2, through: span - 3 },
    { from: span - 1, through: span - 1 },
    { from: span + 1, through: 3 * span + 6 },
    { from: 3 * span + 8, through: 3 * span + 9 },
  ]);
});

test("a row for many frames belongs to both spans that it lies in", async () => {
  await addRejected(span + 4, 10);
  expect((await find(span + 5, { limit: 10 })).gaps).toEqual([
    { from: 1, through: span - 6 },
    { from: span + 5, through: span + 5 },
  ]);
});

test("of more than the limit the newest are found, and the oldest of them is whole", async () => {
  await addBags([5, 7, span + 1, span + 3]);
  const last = span + 4;
  expect((await find(last, { limit: 1 })).gaps).toEqual([{ from: last, through: last }]);
  expect((await find(last, { limit: 3 })).gaps).toEqual([
    { from: 8, through: span },
    { from: span + 2, through: span + 2 },
    { from: last, through: last },
  ]);
});

test("the search ends where all that is missing is found", async () => {
  await addBags([], 2 * span, 2 * span + 9);
  await addBags([], 2 * span + 12, 2 * span + 20);
  const gap = { from: 2 * span + 10, through: 2 * span + 11 };
  expect(await find(2 * span + 20, { limit: 10, missing: 2 })).toEqual({ gaps: [gap], queries: 1 });
  expect((await find(2 * span + 20, { limit: 10 })).queries).toBe(3);
});

test("a whole block has no gap, and those beside it are found", async () => {
  await addBags([], 65_536, 131_071);
  await addBags([131_073]);
  expect((await find(131_073, { limit: 10 })).gaps).toEqual([
    { from: 1, through: 65_535 },
    { from: 131_072, through: 131_072 },
  ]);
});

test("whatever is recorded, the gaps are the numbers that are not", async () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }));
  await fc.assert(
    fc
      .asyncProperty(numbers, fc.integer({ min: 1, max: 6 }), async (recorded, limit) => {
        await addBags(recorded);
        const expected: Gap[] = [];
        for (let at = 1; at <= 40; at++) {
          if (recorded.includes(at)) continue;
          const before = expected.at(-1);
          if (before?.through === at - 1) expected.splice(-1, 1, { from: before.from, through: at });
          else expected.push({ from: at, through: at });
        }
        expect((await find(40, { limit })).gaps).toEqual(expected.slice(-limit));
      })
      .afterEach(async () => {
        await sql`delete from filler_bag`;
      }),
    { numRuns: 50 },
  );
});
