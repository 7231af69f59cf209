/**
 * What every session sets for itself. A role, a database or a server may have other settings: `DateStyle` German makes
 * times that cannot be parsed, `bytea_output` escape other bytes, an empty `search_path` no tables.
 *
 * It is set by a statement, not in the start-up packet: poolers refuse parameters there that they do not know.
 */
const settings: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  // All digits of a float8.
  extra_float_digits: "1",
  standard_conforming_strings: "on",
  backslash_quote: "safe_encoding",
  array_nulls: "on",
  transform_null_equals: "off",
  row_security: "on",
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
  // A peer that is frozen in a transaction keeps the others from recording for no longer.
  idle_in_transaction_session_timeout: "5s",
  idle_session_timeout: "0",
  lock_timeout: "0",
};

/** The first statement of a session: with a role's own limit of some ms no other would come to its end. */
export const firstStatement = "set statement_timeout = '60s'";

/**
 * Our own tables, where the role's path does not lead to them: it was changed after they were made. Another role's are
 * not ours. Where there are none yet they are made where the path leads, or in `public` where it leads nowhere.
 */
const searchPath = `coalesce(
  case when to_regclass('filler_bag') is not null then current_setting('search_path') end,
  (
    select quote_ident(n.nspname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relname = 'filler_bag' and c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) = current_user
    order by n.nspname <> 'public', n.nspname
    limit 1
  ),
  case when left(current_schema(), 3) <> 'pg_' then current_setting('search_path') end,
  'public'
)`;

/** A bag is removed from the journal after its commit: the commit has to mean that it is on the disk. */
const synchronousCommit = `case current_setting('synchronous_commit')
  when 'off' then 'on'
  else current_setting('synchronous_commit')
end`;

/** From PostgreSQL 17 on. */
const transactionTimeout = `case
  when current_setting('transaction_timeout', true) is not null then set_config('transaction_timeout', '0', false)
end`;

/** What the server is, as the session sees it. Read when the session begins, and at each probe. */
export const stateColumns = `
  pg_backend_pid() as pid,
  pg_is_in_recovery() as is_standby,
  current_setting('transaction_read_only') = 'on' as is_read_only`;

export interface SessionState {
  readonly pid: number;
  readonly is_standby: boolean;
  readonly is_read_only: boolean;
}

/**
 * The second statement of a session.
 *
 * @param more settings of this session alone; their names and values come from the code, never from outside.
 */
export function setUpStatement(more: Readonly<Record<string, string>>): string {
  const all = Object.entries({ ...settings, ...more }).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  return `select ${[
    ...all,
    `set_config('search_path', ${searchPath}, false)`,
    `set_config('synchronous_commit', ${synchronousCommit}, false)`,
    transactionTimeout,
    stateColumns,
  ].join(", ")}`;
}
