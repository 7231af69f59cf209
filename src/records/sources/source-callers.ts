import type { Source } from "../../config/sources/source.ts";
import type { DatabaseAccess, Sql } from "../../database/database.ts";
import type { Plant } from "../../database/plant.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type Repeated, repeat } from "../../runtime/repeat.ts";
import type { Sources } from "../../scale/sources/sources.ts";

const noteEveryMs = 30_000;
/** Of an appliance that no longer says so, as it was stopped or is off. */
const leaseSeconds = 120;

/**
 * Which other appliances of the plant call the same indicators. Each notes in the database what it calls, and for how long that
 * holds.
 */
export interface SourceCallers extends Pick<Repeated, "start" | "stop"> {
  /** The machine of another appliance that calls the indicator of a source too; null: none is known. */
  otherOf(source: Pick<Source, "connection">): string | null;
}

export function createSourceCallers(parts: {
  readonly database: Pick<DatabaseAccess, "run" | "up">;
  readonly plant: Pick<Plant, "id">;
  readonly journalId: string;
  /** The name of this machine, for people. */
  readonly machine: string;
  readonly sources: Pick<Sources, "all" | "onChange">;
  readonly clock: Clock;
  readonly logger: Logger;
}): SourceCallers {
  const { database, plant, journalId, machine, sources, clock, logger } = parts;
  /** By host and port. */
  let others: ReadonlyMap<string, string> = new Map();

  async function note(): Promise<void> {
    if (!database.up) return;
    const called = sources.all().flatMap(({ source }) => (source.enabled ? (calledBy(source) ?? []) : []));
    const found = await database.run((sql) => noteCalls(sql, called));
    for (const [address, other] of found) {
      if (others.has(address)) continue;
      logger.warn({ address, other }, "another appliance of the plant calls the same indicator");
    }
    others = found;
  }

  async function noteCalls(sql: Sql, called: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { id } = plant;
    await sql`
      delete from source_caller
      where plant_id = ${id}
        and (
          journal_id = ${journalId} and not address = any(${called}::text[])
          or called_at < now() - make_interval(secs => ${10 * leaseSeconds})
        )`;
    if (called.length === 0) return new Map();
    await sql`
      insert into source_caller (plant_id, journal_id, address, machine, called_at)
      select ${id}, ${journalId}, address, ${machine}, now()
      from unnest(${called}::text[]) as called (address)
      on conflict (plant_id, journal_id, address) do update
      set machine = excluded.machine, called_at = excluded.called_at`;
    const rows = await sql<{ address: string; machine: string }[]>`
      select address, machine
      from source_caller
      where plant_id = ${id}
        and journal_id <> ${journalId}
        and address = any(${called}::text[])
        and called_at > now() - make_interval(secs => ${leaseSeconds})
      order by called_at`;
    return new Map(rows.map((row) => [row.address, row.machine]));
  }

  const noting = repeat({
    work: note,
    everyMs: noteEveryMs,
    clock,
    onError: (error) => logger.debug({ error: String(error) }, "callers of sources not noted, trying again"),
  });
  const forget = sources.onChange("callers of sources", noting.wake);
  return {
    start: noting.start,
    async stop() {
      forget();
      await noting.stop();
    },
    otherOf(source) {
      const address = calledBy(source);
      return address === null ? null : (others.get(address) ?? null);
    },
  };
}

/** Host and port of the indicator that a source calls; null: it calls none. */
function calledBy({ connection }: Pick<Source, "connection">): string | null {
  return connection.kind === "connect" ? `${connection.host.toLowerCase()}:${connection.port}` : null;
}
