import { expect, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import { createPlant } from "../../src/database/plant.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger as logger } from "../support/silent-logger.ts";

const journals = ["a", "b", "c"].map((last) => `00000000-0000-7000-8000-00000000000${last}`);
const [a = "", b = "", c = ""] = journals;

/** An appliance comes, with this name in PREPUFF_PLANT, and stays at work. */
async function comes(sql: Sql, journalId: string, name: string): Promise<number> {
  const plant = createPlant({ journalId, name, logger });
  await plant.settle(sql);
  await sql`update journal set looked_at = clock_timestamp() where id = ${journalId}`;
  return plant.id;
}

/** It was here an hour ago. */
async function goes(sql: Sql, journalId: string): Promise<void> {
  await sql`update journal set looked_at = clock_timestamp() - interval '1 hour' where id = ${journalId}`;
}

const names = async (sql: Sql) =>
  (await sql<{ name: string }[]>`select name from plant order by id`).map(({ name }) => name);

test("the first appliance of a new database gives its plant the name, and no second plant is made", async () => {
  const { sql } = await testDatabase();
  expect(await comes(sql, a, "Norte")).toBe(1);
  expect(await comes(sql, a, "Norte")).toBe(1);
  expect(await names(sql)).toEqual(["Norte"]);
});

test("appliances of one name share a plant, one of another name gets its own", async () => {
  const { sql } = await testDatabase();
  const [first, second, third] = [
    await comes(sql, a, "Norte"),
    await comes(sql, b, "Norte"),
    await comes(sql, c, "Sur"),
  ];
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(await names(sql)).toEqual(["Norte", "Sur"]);
});

test("another name renames the plant, with the appliances that are off; they do not name it back", async () => {
  const { sql } = await testDatabase();
  const id = await comes(sql, a, "Norte");
  await comes(sql, b, "Norte");
  await goes(sql, b);
  expect(await comes(sql, a, "Norte 2")).toBe(id);
  expect(await names(sql)).toEqual(["Norte 2"]);
  expect(await comes(sql, b, "Norte")).toBe(id);
  expect(await names(sql)).toEqual(["Norte 2"]);
});

test("where another appliance is at work in the plant, another name begins a new one", async () => {
  const { sql } = await testDatabase();
  const id = await comes(sql, a, "Norte");
  await comes(sql, b, "Norte");
  const other = await comes(sql, a, "Sur");
  expect(other).not.toBe(id);
  expect(await comes(sql, b, "Norte")).toBe(id);
  expect(await names(sql)).toEqual(["Norte", "Sur"]);
});

test("with the name of another plant the appliance goes on there", async () => {
  const { sql } = await testDatabase();
  const id = await comes(sql, a, "Norte");
  await comes(sql, b, "Sur");
  await goes(sql, a);
  await goes(sql, b);
  expect(await comes(sql, b, "Norte")).toBe(id);
  expect(await names(sql)).toEqual(["Norte", "Sur"]);
});

test("of two appliances that shared a database before there were plants, each gets the plant that it names", async () => {
  const { sql } = await testDatabase();
  await sql`insert into journal (id) values (${a}), (${b})`;
  const id = await comes(sql, a, "Norte");
  await goes(sql, a);
  expect(await comes(sql, b, "Sur")).not.toBe(id);
  expect(await names(sql)).toEqual(["Norte", "Sur"]);
});

test("appliances that come at once settle one after the other", async () => {
  const { sql } = await testDatabase();
  const ids = await Promise.all(journals.map((journal) => comes(sql, journal, "Norte")));
  expect(new Set(ids).size).toBe(1);
  expect(await names(sql)).toEqual(["Norte"]);
});
