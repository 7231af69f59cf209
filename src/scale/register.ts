import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { repeat } from "../runtime/repeat.ts";
import { UNCONFIGURED_MAX } from "./known-scales.ts";
import type { Presence } from "./presence.ts";
import type { Stations } from "./stations.ts";

/** How stale `last_seen_at` in Postgres may be. Live values come from presence. */
const writeEveryMs = 5_000;
/** Rows that are looked at in one go, to find those that are too many. */
const readMax = 20_000;

/**
 * Keeps the table `scale`: scales appear in it by themselves, and what people set there is taken over. Of those that
 * appeared by themselves, and that nobody has named, the 1,000 that were heard last are kept.
 */
export interface ScaleRegister {
  start(): void;
  stop(): Promise<void>;
}

export function createScaleRegister(parts: {
  database: Database;
  plant: Pick<Plant, "id">;
  presence: Presence;
  stations: Stations;
  clock: Clock;
  logger: Logger;
}): ScaleRegister {
  const { database, plant, presence, stations, clock, logger } = parts;
  const writtenAt = new Map<number, number>();
  let isSynced = false;

  /** Postgres may know settings that this data folder does not: made through another appliance, or a new folder. */
  async function takeSettings(): Promise<void> {
    const rows = await database.run(
      (sql) => sql<
        {
          id: number;
          station: string | null;
          enabled: boolean | null;
          aliasOf: number | null;
          weighsGross: boolean;
        }[]
      >`
        select id, station, enabled, alias_of as "aliasOf", weighs_gross as "weighsGross" from scale where plant_id = ${plant.id}`,
    );
    for (const { id, ...setting } of rows) {
      stations.set({ scale: id, ...setting });
    }
  }

  async function writeSeen(): Promise<void> {
    const all = [...presence.scales(), ...presence.standIns()];
    const seen = all
      .map((scale) => ({ ...scale, seenAt: scale.lastReadingAt ?? scale.firstSeenAt }))
      .filter((scale) => writtenAt.get(scale.id) !== scale.seenAt);
    if (seen.length === 0) return;
    await database.run(
      (sql) => sql`
        insert into scale (plant_id, id, remote_address, first_seen_at, last_seen_at)
        select ${plant.id}::integer, id, address, to_timestamp(first_ms / 1000.0), to_timestamp(last_ms / 1000.0)
        from unnest(
          ${seen.map((scale) => scale.id)}::integer[],
          ${seen.map((scale) => scale.remoteAddress ?? "")}::text[],
          ${seen.map((scale) => scale.firstSeenAt)}::bigint[],
          ${seen.map((scale) => scale.seenAt)}::bigint[]
        ) as seen (id, address, first_ms, last_ms)
        on conflict (plant_id, id) do update set
          remote_address = excluded.remote_address,
          first_seen_at = coalesce(scale.first_seen_at, excluded.first_seen_at),
          last_seen_at = excluded.last_seen_at`,
    );
    const isNew = seen.some(({ id }) => !writtenAt.has(id));
    for (const scale of seen) writtenAt.set(scale.id, scale.seenAt);
    const remembered = new Set(all.map(({ id }) => id));
    for (const id of writtenAt.keys()) if (!remembered.has(id)) writtenAt.delete(id);
    if (isNew) await forgetInvented();
  }

  /** Rows that were there before this run are among them. */
  async function forgetInvented(): Promise<void> {
    const unnamed = await database.run(
      (sql) => sql<{ id: number }[]>`
        select id
        from scale
        where plant_id = ${plant.id} and name is null and station is null and enabled is null and alias_of is null
        order by last_seen_at desc nulls last, id
        limit ${readMax}`,
    );
    const invented = unnamed.map(({ id }) => id).filter((id) => !stations.isConfigured(id));
    const ids = invented.slice(UNCONFIGURED_MAX);
    if (ids.length > 0)
      await database.run(
        (sql) => sql`delete from scale where plant_id = ${plant.id} and id = any (${ids}::integer[])`,
      );
  }

  async function write(): Promise<void> {
    if (!database.up) {
      isSynced = false;
      return;
    }
    if (!isSynced) {
      await takeSettings();
      await forgetInvented();
    }
    isSynced = true;
    await writeSeen();
  }

  return repeat({
    work: write,
    everyMs: writeEveryMs,
    clock,
    onError: (error) =>
      logger.debug({ error: String(error) }, "scales not written to Postgres, trying again"),
  });
}
