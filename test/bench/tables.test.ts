import { afterAll, beforeAll, expect, test } from "bun:test";
import { type BenchPostgres, startBenchPostgres } from "../../bench/database.ts";
import { bareTable, sameTable } from "../../bench/peers/tables.ts";

let postgres: BenchPostgres;
beforeAll(async () => {
  postgres = await startBenchPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

for (const table of [bareTable, sameTable]) {
  test(`peers insert scale and reading into the ${table.name}, and nothing else is asked of them`, async () => {
    await using database = await postgres.newDatabase();
    const { sql } = database;
    await table.create(sql);
    await sql`insert into bag (scale_id, reading) values (7, '50.20 lb'), (7, '50.20 lb'), (8, '49.80 lb')`;
    const rows = await sql`select scale_id, reading from bag order by scale_id`;
    expect([...rows].map((row) => ({ ...row }))).toEqual([
      { scale_id: 7, reading: "50.20 lb" },
      { scale_id: 7, reading: "50.20 lb" },
      { scale_id: 8, reading: "49.80 lb" },
    ]);
  });
}

test("the same table has every index, check and column of the product's", async () => {
  await using database = await postgres.newDatabase();
  const { sql } = database;
  await sameTable.create(sql);
  const shapeOf = async (table: string) => {
    const [shape] = await sql`
      select
        (select count(*) from pg_index where indrelid = ${table}::regclass) as indexes,
        (select count(*) from pg_index where indrelid = ${table}::regclass and indisunique) as keys,
        (select count(*) from pg_constraint where conrelid = ${table}::regclass and contype = 'c') as checks,
        (select count(*) from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped) as columns`;
    return { ...shape };
  };
  const product = await shapeOf("filler_bag");
  expect(await shapeOf("bag")).toEqual(product);
  expect(product.indexes).toBeGreaterThan(0);
});
