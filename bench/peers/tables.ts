import type { Sql } from "../../src/database/database.ts";
import { migrate } from "../../src/database/migrate.ts";

/** A table `bag` that a peer inserts `scale_id` and `reading` into. */
export interface PeerTable {
  /** How it stands in a row's name. */
  readonly name: string;
  create(sql: Sql): Promise<void>;
}

/** What a peer would make for itself: no key, no index, no check. */
export const bareTable: PeerTable = {
  name: "bare table",
  async create(sql) {
    await sql`
      create table bag (received_at timestamptz not null default now(), scale_id integer not null, reading text not null)`;
  },
};

/**
 * The product's `filler_bag` with its columns, checks, keys and indexes. A peer brings scale and reading; what it cannot know
 * has a default, so that every index gets its entry. That favours the peers: the product reckons these columns, and writes a
 * delivery, the job's numbers and the count check with them.
 */
export const sameTable: PeerTable = {
  name: "same table",
  async create(sql) {
    await migrate(sql);
    await sql`create table bag (like filler_bag including all)`;
    await sql`alter table bag rename raw to reading`;
    await sql`alter table bag rename weighed_at to received_at`;
    await sql`create sequence bag_number`;
    await sql`create sequence bag_seq`;
    for (const [column, value] of Object.entries(defaults)) {
      await sql.unsafe(`alter table bag alter column ${column} set default ${value}`);
    }
    const without = await sql<{ column: string }[]>`
      select attname as column from pg_attribute
      where attrelid = 'bag'::regclass and attnum > 0 and not attisdropped
        and attnotnull and not atthasdef and attidentity = '' and attname <> 'scale_id'`;
    // A peer would try in vain to insert, for ever.
    if (without.length > 0)
      throw new Error(`no default for ${without.map(({ column }) => column).join(", ")}`);
  },
};

const defaults = {
  uid: "uuidv7()",
  prepuff_job_id: "1",
  bag_num: "nextval('bag_number')",
  station: "'Station 1'",
  printed_scale_id: "1",
  weight: "50.2",
  unit: "'lb'",
  weight_lb: "50.2",
  target_weight: "50",
  tolerance_percent: "9.5",
  in_tolerance: "true",
  received_at: "now()",
  source: "'scale'",
  journal_id: "'00000000-0000-7000-8000-000000000001'",
  journal_seq: "nextval('bag_seq')",
};
