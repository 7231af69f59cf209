import { z } from "zod";
import type { Config } from "../../config/config.ts";
import type { DatabaseAccess, Sql } from "../../database/database.ts";
import { createLastKnown } from "../../database/last-known.ts";
import { type Plant, plantSchema, plantShown } from "../../database/plant.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ScaleView } from "../../scale/presence.ts";
import type { Repeats } from "../../scale/repeats.ts";
import { isSilent, quietSince } from "../../scale/silence.ts";
import type { Stations } from "../../scale/stations.ts";
import { units } from "../../weighing/units.ts";

/** A scale as events show it: what this run of the appliance knows of it. */
export const liveScaleSchema = z.object({
  id: z.int(),
  station: z.string(),
  enabled: z.boolean().describe("False: its frames are rejected as `unknown_scale`."),
  alias_of: z
    .int()
    .nullable()
    .describe("The scale that it stands in for: what it prints counts as that one's. null: none."),
  connected: z.boolean(),
  remote_address: z.string().nullable(),
  connected_since: z.iso.datetime().nullable(),
  connects_to_print: z
    .boolean()
    .describe("Not connected, and its last connection was ended soon after one print: it connects for each."),
  last_reading_at: z.iso.datetime().nullable(),
  quiet_since: z.iso
    .datetime()
    .nullable()
    .describe("Since when a connected scale has sent no good reading, by which `silent` is judged."),
  last_weight: z.string().nullable(),
  unit: z.enum(units).nullable(),
  unit_change: z
    .object({ from: z.enum(units), at: z.iso.datetime() })
    .nullable()
    .describe("When it printed another unit than before, and which; the last time since the start."),
  readings: z.int().describe("Since the appliance started."),
  rejected: z.int().describe("Since the appliance started."),
});
export type LiveScale = z.output<typeof liveScaleSchema>;

/** A scale as the API shows it. */
export const scaleSchema = liveScaleSchema.extend({
  name: z.string().nullable(),
  weighs_gross: z
    .boolean()
    .describe("It weighs the bag with what is in it: the tare of the product is taken off."),
  plant: plantSchema,
  adopted: z.boolean().describe("Configured, or named by a person. False: it appeared by itself."),
  configured: z
    .boolean()
    .describe("PREPUFF_STATIONS or PREPUFF_SCALE_ALIASES names it, so that it cannot be deleted."),
  silent: z
    .boolean()
    .describe(
      "Connected, and a job runs on its station, but no good reading came for PREPUFF_SILENT_AFTER_S. While the database is away: by the jobs that were last read.",
    ),
  repeating: z
    .boolean()
    .describe(
      "It prints like a stream: few weights again and again, faster than bags can be loaded. Beyond PREPUFF_REPEAT_LIMIT they count for no job until a person assigns them.",
    ),
});
export type Scale = z.output<typeof scaleSchema>;

/** A row of the table `scale`. */
export interface ScaleRow {
  readonly id: number;
  readonly name: string | null;
  readonly weighs_gross: boolean;
  readonly remote_address: string | null;
  readonly last_seen_at: Date | null;
}

export interface ScaleList {
  /** Every scale that was ever seen, named or configured, by id. Also while Postgres is away. */
  all(): Promise<Scale[]>;
  /** Whether there is such a scale. @param hasRow in the table `scale`. */
  isKnown(id: number, hasRow: boolean): boolean;
  /** Also reads which jobs run. */
  toScale(id: number, row: ScaleRow | undefined): Promise<Scale>;
}

export function createScaleList(parts: {
  readonly config: { readonly scale: Pick<Config["scale"], "silentAfterMs"> };
  readonly clock: Pick<Clock, "now">;
  readonly database: Pick<DatabaseAccess, "run">;
  readonly plant: Pick<Plant, "id">;
  readonly presence: {
    scales(): readonly ScaleView[];
    standIns(): readonly ScaleView[];
  };
  readonly repeats: Pick<Repeats, "isRepeating">;
  readonly stations: Stations;
}): ScaleList {
  const { config, clock, database, plant, presence, repeats, stations } = parts;
  const lastKnown = createLastKnown<Stored>(database, clock, { rows: [], jobs: [], plant: null });
  const stored = async () => (await lastKnown((sql) => selectStored(sql, plant.id))).value;
  const configured = [...stations.inConfiguration()];

  /** One that stands in for another is shown with what it prints, although that counts as the other's. */
  function views(): Map<number, ScaleView> {
    const all = new Map(presence.scales().map((view) => [view.id, view]));
    for (const view of presence.standIns())
      if (stations.actualScale(view.id) !== view.id) all.set(view.id, view);
    return all;
  }

  function merge(
    id: number,
    row: ScaleRow | undefined,
    seen: ScaleView | undefined,
    { jobs, plant: shown }: Pick<Stored, "jobs" | "plant">,
  ): Scale {
    const view = seen ?? neverSeen(id);
    const live = toLiveScale(view, stations);
    const job = jobs.find(({ station }) => station === live.station);
    const { name = null, weighs_gross = false, remote_address = null, last_seen_at = null } = row ?? {};
    return {
      ...live,
      ...(shown !== null && { plant: shown }),
      name,
      weighs_gross,
      adopted: name !== null || stations.isInConfiguration(id) || live.alias_of !== null,
      configured: stations.isInConfiguration(id),
      silent: isSilent(view, job?.started_at.getTime(), clock.now(), config.scale.silentAfterMs),
      repeating: repeats.isRepeating(id, clock.now()),
      remote_address: live.remote_address ?? remote_address,
      last_reading_at: live.last_reading_at ?? last_seen_at?.toISOString() ?? null,
    };
  }

  return {
    async all() {
      const { rows, ...more } = await stored();
      const known = new Map(rows.map((row) => [row.id, row]));
      const live = views();
      const ids = new Set([...known.keys(), ...live.keys(), ...configured]);
      return [...ids].sort((a, b) => a - b).map((id) => merge(id, known.get(id), live.get(id), more));
    },
    isKnown: (id, hasRow) => hasRow || stations.isInConfiguration(id) || views().has(id),
    toScale: async (id, row) => merge(id, row, views().get(id), await stored()),
  };
}

/** Makes the API's scale of what `presence` knows. */
export function toLiveScale(
  view: ScaleView,
  stations: Pick<Stations, "stationOf" | "isAccepted" | "actualScale">,
): LiveScale {
  const actual = stations.actualScale(view.id);
  return {
    id: view.id,
    station: stations.stationOf(actual),
    enabled: stations.isAccepted(view.id),
    alias_of: actual === view.id ? null : actual,
    connected: view.connected,
    remote_address: view.remoteAddress,
    connected_since: toTime(view.connectedSince),
    connects_to_print: view.connectsToPrint === true,
    last_reading_at: toTime(view.lastReadingAt),
    quiet_since: toTime(quietSince(view)),
    last_weight: view.lastWeight,
    unit: view.unit,
    unit_change:
      view.unitChange === null
        ? null
        : { from: view.unitChange.from, at: new Date(view.unitChange.at).toISOString() },
    readings: view.readings,
    rejected: view.rejected,
  };
}

/** Milliseconds since the epoch as RFC 3339. */
export function toTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function neverSeen(id: number): ScaleView {
  return {
    id,
    connected: false,
    remoteAddress: null,
    connectedSince: null,
    connectsToPrint: false,
    firstSeenAt: 0,
    lastReadingAt: null,
    lastWeight: null,
    unit: null,
    unitChange: null,
    readings: 0,
    rejected: 0,
  };
}

/** More than presence remembers. */
const rowsMax = 10_000;

interface ActiveJob {
  readonly station: string;
  readonly started_at: Date;
}

interface Stored {
  readonly rows: readonly ScaleRow[];
  readonly jobs: readonly ActiveJob[];
  readonly plant: string | null;
}

async function selectStored(sql: Sql, plant: number): Promise<Stored> {
  const [rows, jobs, [shown]] = await Promise.all([
    sql<ScaleRow[]>`
      select id, name, weighs_gross, remote_address, last_seen_at
      from scale
      where plant_id = ${plant}
      order by last_seen_at desc nulls last
      limit ${rowsMax}`,
    sql<ActiveJob[]>`
      select station, started_at
      from prepuff_job
      where plant_id = ${plant} and status = 'active'`,
    sql<{ plant: string | null }[]>`select ${plantShown(sql, sql`${plant}::integer`)}`,
  ]);
  return { rows, jobs, plant: shown?.plant ?? null };
}
