import { connect, type Sql } from "../../src/database/database.ts";
import { silentLogger } from "../../test/support/silent-logger.ts";
import { nowMs } from "./clock.ts";

/** When each row was heard to be committed, by its key. */
export interface CommitWatch extends AsyncDisposable {
  readonly heardAt: ReadonlyMap<string, number>;
}

/**
 * Hears of every row that is inserted into a table, when its transaction is committed and on the disk: PostgreSQL sends
 * notifications after that. So it is heard a little late, and whoever inserts pays for a trigger.
 *
 * @param key of a row, as SQL over its columns: `scale_id || ',' || weight`.
 */
export async function watchCommits(
  database: { readonly url: string; readonly sql: Sql },
  table: string,
  key: string,
): Promise<CommitWatch> {
  const heardAt = new Map<string, number>();
  const listening = connect(database.url, silentLogger, 1, { idle_timeout: 0, max_lifetime: null });
  await listening.listen("bench_committed", (keys) => {
    const at = nowMs();
    for (const each of keys.split(";")) heardAt.set(each, at);
  });
  // A notification holds 8,000 bytes: 200 keys with room.
  await database.sql.unsafe(`
    create function bench_committed() returns trigger language plpgsql as $$
    begin
      perform pg_notify('bench_committed', string_agg(key, ';'))
      from (select ${key} as key, row_number() over () / 200 as part from added) p
      group by part;
      return null;
    end $$;
    create trigger bench_committed after insert on ${table}
      referencing new table as added
      for each statement execute function bench_committed();`);
  return {
    heardAt,
    async [Symbol.asyncDispose]() {
      await database.sql.unsafe(`drop trigger bench_committed on ${table}; drop function bench_committed()`);
      await listening.end({ timeout: 1 });
    },
  };
}
