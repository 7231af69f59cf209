import { expect, test } from "bun:test";
import { readUnit, unitSpellings, units, unitsPerPound } from "../../src/weighing/units.ts";
import { unitSchema } from "../../src/weighing/weighed-fields.ts";
import { testDatabase } from "../support/postgres.ts";

test("PostgreSQL reckons with the same factors", async () => {
  const { sql } = await testDatabase();
  const rows = await sql<{ unit: string; factor: string }[]>`
    select unit, units_per_lb(unit)::text as factor from unnest(${[...units]}::text[]) as unit`;
  expect(Object.fromEntries(rows.map(({ unit, factor }) => [unit, Number(factor)]))).toEqual(unitsPerPound);
});

test("a unit is read in any case and each of its spellings, also where other programs send it", () => {
  for (const [written, unit] of unitSpellings) {
    expect(readUnit(written.toUpperCase())).toBe(unit);
    expect(unitSchema.parse(` ${written} `)).toBe(unit);
  }
  for (const unit of units) expect(readUnit(unit)).toBe(unit);
});

test.each(["", "st", "lb.", "k g", "t", "constructor"])("%j is no unit", (text) => {
  expect(readUnit(text)).toBeNull();
  expect(unitSchema.safeParse(text).error?.issues[0]?.message).toBe("must be lb, lbs, kg, kgs, g or oz");
});
