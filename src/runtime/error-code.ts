/**
 * The code of an error of the system (`ENOENT`), of SQLite (`SQLITE_BUSY`), of PostgreSQL (its SQLSTATE, `23505`) or of a
 * driver (`CONNECT_TIMEOUT`); null where it has none.
 */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
