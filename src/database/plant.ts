import { z } from "zod";
import type { Logger } from "../logging/logger.ts";
import { advisoryLocks } from "./advisory-locks.ts";
import { DatabaseAway } from "./errors.ts";
import type { Executor, Sql, Transaction } from "./types.ts";

/** A plant's name in an answer; only where the database has several. */
export const plantSchema = z
  .string()
  .optional()
  .describe("The plant that it belongs to; only where the database has more than one.");

/** The column `plant`, of the row whose plant's id is `id`; null where the database has one plant. */
export function plantShown(sql: Executor, id: ReturnType<Executor>) {
  return sql`
    case when (select count(*) from plant) > 1 then (select shown.name from plant shown where shown.id = ${id}) end as plant`;
}

/** The plant that an appliance works for: what it records and shows belongs to it, in a database of several too. */
export interface Plant {
  /** Of its row in the database that was reached last. @throws DatabaseAway while none was reached. */
  readonly id: number;
  /** Finds or makes the rows of journal and plant, and renames the plant or changes it where that was configured. */
  settle(sql: Sql): Promise<void>;
}

/** An appliance that has written its mark within so many seconds counts as running; it writes it every few seconds. */
const atWorkSeconds = 60;

/**
 * An appliance's plant is the one that its journal's row names, so that history, jobs and settings stay with it
 * whatever it is called.
 *
 * @param parts.name as configured. A new one renames the plant. Where a plant of that name is there already, the
 * appliance goes on in that one; if other appliances run in its plant, it makes a new plant. What was recorded stays
 * where it was recorded.
 */
export function createPlant(parts: {
  readonly journalId: string;
  readonly name: string;
  readonly logger: Logger;
}): Plant {
  const { journalId, name, logger } = parts;
  let known: number | null = null;

  async function decide(tx: Transaction): Promise<number> {
    await tx`select pg_advisory_xact_lock(${advisoryLocks.plant})`;
    const [mine] = await tx<Mine[]>`
      select j.plant_id as id, p.name, j.plant_asked as asked, exists (
        select from journal other
        where other.plant_id = j.plant_id and other.id <> j.id and (
          other.looked_at > clock_timestamp() - make_interval(secs => ${atWorkSeconds})
          or (j.plant_asked is null and other.plant_asked = p.name)
        )
      ) as "isShared"
      from journal j
      join plant p on p.id = j.plant_id
      where j.id = ${journalId}`;
    const id = mine === undefined ? await joined(tx) : await moved(tx, mine);
    await tx`
      insert into journal (id, plant_id, plant_asked)
      values (${journalId}, ${id}, ${name})
      on conflict (id) do update set plant_id = excluded.plant_id, plant_asked = excluded.plant_asked`;
    return id;
  }

  /** A new journal joins the plant of its name. A plant without any journal, as in a new database, is renamed to it. */
  async function joined(tx: Transaction): Promise<number> {
    const named = await findPlant(tx, name);
    if (named !== null) return named;
    const [unused] = await tx<{ id: number }[]>`
      select id from plant p
      where (select count(*) from plant) = 1 and not exists (select from journal where plant_id = p.id)`;
    if (unused === undefined) return foundPlant(tx, name);
    await tx`update plant set name = ${name} where id = ${unused.id}`;
    return unused.id;
  }

  async function moved(tx: Transaction, mine: Mine): Promise<number> {
    if (mine.asked === name || mine.name === name) {
      if (mine.name !== name)
        logger.warn(
          { plant: mine.name, configured: name },
          "the plant was renamed by another of its appliances",
        );
      return mine.id;
    }
    const said = { before: mine.name, after: name };
    const named = await findPlant(tx, name);
    if (named !== null) {
      logger.warn(said, "this appliance goes on in another plant; what it recorded stays in the one before");
      return named;
    }
    if (mine.isShared) {
      logger.warn(
        said,
        "this appliance begins a new plant, because others are at work in the one before; what it recorded stays there",
      );
      return foundPlant(tx, name);
    }
    logger.warn(said, "the plant is renamed");
    await tx`update plant set name = ${name} where id = ${mine.id}`;
    return mine.id;
  }

  return {
    get id() {
      if (known === null) throw new DatabaseAway("not connected yet");
      return known;
    },
    async settle(sql) {
      known = await sql.begin(decide);
    },
  };
}

interface Mine {
  readonly id: number;
  readonly name: string;
  /** The value of PREPUFF_PLANT when this appliance connected last; null: it never had one. */
  readonly asked: string | null;
  /** Other appliances run in it, or one of them gave it its name while this one never had one configured. */
  readonly isShared: boolean;
}

async function findPlant(tx: Transaction, name: string): Promise<number | null> {
  const [plant] = await tx<{ id: number }[]>`select id from plant where name = ${name}`;
  return plant?.id ?? null;
}

async function foundPlant(tx: Transaction, name: string): Promise<number> {
  const [plant] = await tx<{ id: number }[]>`insert into plant (name) values (${name}) returning id`;
  if (plant === undefined) throw new Error("the plant just made is not there");
  return plant.id;
}
