import { z } from "zod";
import { sourceSchema } from "../../config/sources/source.ts";
import type { Executor, Transaction } from "../../database/types.ts";
import type { KeptSource } from "../../scale/sources/kept-sources.ts";

interface Row {
  readonly name: string;
  readonly definition: unknown;
  readonly changedAt: Date;
}

/**
 * The sources of a plant, deleted ones among them.
 *
 * @returns `kept`, and `unreadable`: the names of those that this version does not understand.
 */
export async function readSources(
  sql: Executor,
  plant: number,
): Promise<{ readonly kept: KeptSource[]; readonly unreadable: readonly string[] }> {
  const rows = await sql<Row[]>`
    select name, definition, changed_at as "changedAt"
    from source
    where plant_id = ${plant}
    order by name`;
  const unreadable: string[] = [];
  const kept = rows.flatMap(({ name, definition, changedAt }): KeptSource[] => {
    const about = { name, changedAt: changedAt.getTime() };
    if (definition === null) return [{ ...about, source: null }];
    const parsed = z.looseObject({}).safeParse(definition);
    const source = sourceSchema.safeParse({ ...parsed.data, name });
    if (source.success) return [{ ...about, source: source.data }];
    unreadable.push(name);
    return [];
  });
  return { kept, unreadable };
}

/** Writes a source, or that it was deleted, in place of what the database has under `nameBefore`. */
export async function writeSource(
  tx: Transaction,
  plant: number,
  { name, source, changedAt }: KeptSource,
  nameBefore: string = name,
): Promise<void> {
  const { name: _, ...definition } = source ?? { name };
  await tx`delete from source where plant_id = ${plant} and name in (${nameBefore}, ${name})`;
  await tx`
    insert into source (plant_id, name, definition, changed_at)
    values (${plant}, ${name}, ${source === null ? null : tx.json(definition)}, ${new Date(changedAt)})`;
}

/** Deletes the rows of sources that were deleted, as they were read. */
export async function pruneSources(
  sql: Executor,
  plant: number,
  pruned: readonly KeptSource[],
): Promise<void> {
  // PostgreSQL's times are finer than ours.
  const later = Math.max(...pruned.map(({ changedAt }) => changedAt)) + 1;
  await sql`
    delete from source
    where plant_id = ${plant}
      and definition is null
      and changed_at < ${new Date(later)}
      and name in ${sql(pruned.map(({ name }) => name))}`;
}

/** Holds back everybody else who would change the plant's sources, until the transaction ends. */
export async function lockSources(tx: Transaction, plant: number): Promise<void> {
  await tx`select from plant where id = ${plant} for no key update`;
}
