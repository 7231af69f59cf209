import type postgres from "postgres";

/** A connection or more. `bigint` comes as a number: ids and counts stay far below 2^53. */
export type Sql = postgres.Sql<{ bigint: number }>;

/** A transaction: all that is written in it stands, or nothing. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** What queries run on, be it a connection or a transaction. */
export type Executor = postgres.ISql<{ bigint: number }>;

/** PostgreSQL's own types never change their numbers: `select oid, typarray from pg_type`. */
const arrays = [
  { element: "boolean", oid: 1000, parse: (text: string) => text === "t" },
  { element: "bytea", oid: 1001, parse: (text: string) => Buffer.from(text.slice(2), "hex") },
  { element: "smallint", oid: 1005, parse: Number },
  { element: "integer", oid: 1007, parse: Number },
  { element: "text", oid: 1009, parse: String },
  { element: "varchar", oid: 1015, parse: String },
  { element: "bigint", oid: 1016, parse: Number },
  { element: "float8", oid: 1022, parse: Number },
  { element: "timestamptz", oid: 1185, parse: (text: string) => new Date(text) },
  { element: "numeric", oid: 1231, parse: String },
  { element: "uuid", oid: 2951, parse: String },
] as const;

const bigint: postgres.PostgresType<number> = { to: 20, from: [20], serialize: String, parse: Number };

/**
 * How values go to Postgres and come back. The driver would ask each new connection for the types of arrays; if that
 * query fails, the error is not caught and the process ends.
 */
export function typesOfValues(): { bigint: postgres.PostgresType<number> } {
  const ofArrays = arrays.map(({ element, oid, parse }) => [
    `${element}_array`,
    {
      to: oid,
      from: [oid],
      serialize: (value: unknown) => (Array.isArray(value) ? arrayText(value) : value),
      parse: (text: string) => elementsOf(text).map((each) => (each === null ? null : parse(each))),
    },
  ]);
  return { ...Object.fromEntries(ofArrays), bigint };
}

/** PostgreSQL's text form of an array: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayText(elements: readonly unknown[]): string {
  const written = elements.map((element) => {
    if (element === null) return "null";
    if (typeof element === "number") return String(element);
    return `"${textOf(element).replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${written.join(",")}}`;
}

function textOf(element: unknown): string {
  if (element instanceof Date) return element.toISOString();
  if (element instanceof Uint8Array) return `\\x${Buffer.from(element).toString("hex")}`;
  return String(element);
}

/** Of one dimension, which is all that is used. */
function elementsOf(text: string): (string | null)[] {
  const found = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs);
  return Array.from(found, ([, quoted, bare = ""]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, "$1");
    return bare === "NULL" ? null : bare;
  });
}
