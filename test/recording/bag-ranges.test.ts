import { expect, test } from "bun:test";
import { connect, type Sql } from "../../src/database/database.ts";
import { makeBagRanges } from "../../src/recording/bag-ranges.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";

const journalId = "00000000-0000-7000-8000-000000000001";

const ranges = async (sql: Sql) => {
  const rows = await sql<{ range: string }[]>`
    select inhrelid::regclass::text as range from pg_inherits where inhparent = 'filler_bag'::regclass order by 1`;
  return rows.map(({ range }) => range);
};

async function record(sql: Sql, first: number, weights: readonly string[]): Promise<void> {
  await sql`insert into journal (id) values (${journalId}) on conflict do nothing`;
  const entries = weights.map((weight, nth) => ({ ...weighed({ weight }), seq: first + nth }));
  expect(await recordJournaled(sql, journalId, entries, [])).not.toBeNull();
}

test("a range is there before bags come to it, and no more are made than that", async () => {
  const { sql } = await testDatabase();
  expect(await ranges(sql)).toEqual(["filler_bag_below_10000000", "filler_bag_below_20000000"]);
  expect(await makeBagRanges(sql)).toBe(0);
  await sql`select setval('filler_bag_id_seq', 10000000)`;
  expect(await makeBagRanges(sql)).toBe(1);
  expect(await makeBagRanges(sql)).toBe(0);
  expect((await ranges(sql)).at(-1)).toBe("filler_bag_below_30000000");
});

test("no index of bags or deliveries looks for duplicates, which none can have, also in a range that is made later", async () => {
  const { sql } = await testDatabase();
  await sql`select setval('filler_bag_id_seq', 10000000)`;
  await makeBagRanges(sql);
  const rows = await sql<{ name: string; options: string }[]>`
    select c.relname as name, c.reloptions::text as options
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam
    where a.amname = 'btree' and c.relkind = 'i' and (i.indrelid = 'delivery'::regclass or i.indrelid in (
      select inhrelid from pg_inherits where inhparent = 'filler_bag'::regclass
    ))`;
  expect(rows.filter(({ name }) => name.startsWith("filler_bag_below_30000000"))).toHaveLength(6);
  expect(new Set(rows.map(({ options }) => options))).toEqual(new Set(["{deduplicate_items=off}"]));
});

test("bags of one batch go into two ranges, and a job's numbers go on", async () => {
  const { sql } = await testDatabase();
  await sql`insert into prepuff_company (name) values ('Acme')`;
  await sql`
    insert into prepuff_job
      (prepuff_company_id, target_weight, tolerance_percent, quantity, station, started_by, started_at)
    values (1, 50, 10, 100, 'Station 1', 'test', now() - interval '1 hour')`;
  await sql`select setval('filler_bag_id_seq', 9999998)`;
  await record(sql, 1, ["50", "51", "52"]);
  expect<unknown>([
    ...(await sql`select tableoid::regclass::text as range, bag_num, weight from filler_bag order by id`),
  ]).toEqual([
    { range: "filler_bag_below_10000000", bag_num: 1, weight: "50" },
    { range: "filler_bag_below_20000000", bag_num: 2, weight: "51" },
    { range: "filler_bag_below_20000000", bag_num: 3, weight: "52" },
  ]);
});

test("a range is made while a backup reads and a batch is on its way, and neither waits", async () => {
  const { url, sql } = await testDatabase();
  const others = [connect(url, silentLogger, 1), connect(url, silentLogger, 1)] as const;
  const opened = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  await sql`select setval('filler_bag_id_seq', 10000000)`;
  // As pg_dump does, and as recording does, for as long as it takes.
  const backup = others[0].begin(async (tx) => {
    await tx`lock table filler_bag, scan_bag_answer in access share mode`;
    await others[1].begin(async (recording) => {
      await recording`
        insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source)
        values (gen_random_uuid(), 'Station 1', 1, 1, 50, 'lb', 50, now(), 'scale')`;
      opened.resolve();
      await over.promise;
    });
  });
  await opened.promise;
  expect(await makeBagRanges(sql)).toBe(1);
  over.resolve();
  await backup;
  for (const other of others) await other.end();
});

test("two that make ranges at once make each once", async () => {
  const { url, sql } = await testDatabase();
  const other = connect(url, silentLogger, 1);
  await sql`select setval('filler_bag_id_seq', 35000000)`;
  const made = await Promise.all([makeBagRanges(sql), makeBagRanges(other)]);
  await other.end();
  expect(made.sort()).toEqual([0, 3]);
});
