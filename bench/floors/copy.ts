import { join } from "node:path";
import type { Sql } from "../../src/database/database.ts";
import type { Figures } from "../contender.ts";
import { startWatch } from "../machine/stopwatch.ts";
import type { World } from "../world.ts";

/** The row of the ingest case. */
export const copyOfSameRows = "COPY of the same rows into the same tables";

/** What recording a bag adds rows to; one that refers to another comes after it. */
const tables = ["filler_bag", "delivery"];

/**
 * What the product has just recorded, once more: its rows go into files, the tables are emptied, and COPY brings the rows
 * back into them, with all their columns, indexes and checks, in one transaction. The server reads the files itself, so
 * neither a client nor a connection is in the way.
 *
 * @param sql of a database that nobody else works in any more.
 * @param bags how many bags the rows are.
 */
export async function copySameRows(world: World, sql: Sql, bags: number): Promise<Figures> {
  const copies = await Promise.all(tables.map((table) => saveRows(world, sql, table)));
  await sql.unsafe(`truncate ${tables.join(", ")} cascade`);
  await sql`checkpoint`;
  const taken = startWatch(world, null);
  await sql.begin(async (tx) => {
    for (const copy of copies) await tx.unsafe(copy);
  });
  return { [copyOfSameRows]: taken(bags) };
}

/** Writes a table's rows into a file, in the order in which they were recorded. @returns the COPY that reads it. */
async function saveRows(world: World, sql: Sql, table: string): Promise<string> {
  const file = join(world.folder, `${table}-${Bun.randomUUIDv7()}.tsv`);
  const [row] = await sql<{ columns: string }[]>`
    select string_agg(quote_ident(attname), ', ' order by attnum) as columns
    from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  await sql.unsafe(`copy (select ${row?.columns} from ${table} order by tableoid, ctid) to '${file}'`);
  return `copy ${table} (${row?.columns}) from '${file}'`;
}
