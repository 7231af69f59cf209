import type { Executor } from "../database/types.ts";

/** What the driver takes for the parameters of a statement. */
export type Parameters = NonNullable<globalThis.Parameters<Executor["unsafe"]>[1]>;
type Value = Parameters[number];
/** No null: the driver would send one in an array of numbers as NaN. */
type Element = string | number;

/** A statement whose parameters have names: no value gets its place by the order in which it was written down. */
export interface NamedStatement<Single extends string, Column extends string> {
  /** With the driver's `$1`, `$2`, … */
  readonly text: string;
  /** In the order of `text`. */
  parameters(
    values: Readonly<Record<Single, Value>>,
    columns: Readonly<Record<Column, readonly Element[]>>,
  ): Parameters;
}

/**
 * Numbers the parameters of a statement.
 *
 * @param text with `$name` for each single value, and `unnest($columns) as x ($names)` for the rows.
 * @param types of the single values, and of the columns' elements; their keys are the names.
 * @throws where the text has a name that is in no list, or lacks one that is.
 */
export function namedStatement<Single extends string, Column extends string>(
  text: string,
  types: {
    readonly single: Readonly<Record<Single, string>>;
    readonly columns: Readonly<Record<Column, string>>;
  },
): NamedStatement<Single, Column> {
  const single = keysOf(types.single);
  const columns = keysOf(types.columns);
  const place = (number: number, type: string) => `$${number}::${type}`;
  const written = new Map<string, string>([
    ...single.map((name, index) => [name, place(index + 1, types.single[name])] as const),
    [
      "columns",
      columns.map((name, index) => place(single.length + index + 1, `${types.columns[name]}[]`)).join(", "),
    ],
    ["names", columns.join(", ")],
  ]);
  const used = new Set<string>();
  const numbered = text.replace(/--.*|\$([a-z_]+)/g, (found, name?: string) => {
    if (name === undefined) return found;
    used.add(name);
    const here = written.get(name);
    if (here === undefined) throw new Error(`the statement has $${name}, which is no parameter of it`);
    return here;
  });
  for (const name of written.keys()) {
    if (!used.has(name)) throw new Error(`the statement has no place for $${name}`);
  }
  return {
    text: numbered,
    parameters: (values, rows) => [
      ...single.map((name) => values[name]),
      ...columns.map((name) => rows[name]),
    ],
  };
}

function keysOf<Key extends string>(record: Readonly<Record<Key, string>>): Key[] {
  // Object.keys types its result as string[], because other keys could hide behind a wider type.
  return Object.keys(record) as Key[];
}
