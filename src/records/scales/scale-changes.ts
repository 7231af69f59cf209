import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import type { ScaleSetting } from "../../journal/file.ts";
import { nameSchema, stationSchema } from "../../runtime/typed-text.ts";
import type { Stations } from "../../scale/stations.ts";
import { idMax } from "../../weighing/ids.ts";
import type { ScaleRow } from "./scale-list.ts";

/** What a person may set of a scale; what is left out stays. */
export const scaleChangeSchema = z
  .strictObject({
    name: nameSchema(100).nullable().optional().describe("null: none."),
    station: stationSchema.nullable().optional().describe("null: as configured."),
    enabled: z
      .boolean()
      .nullable()
      .optional()
      .describe("false: its frames are rejected as `unknown_scale`. null: as configured."),
    alias_of: z
      .int()
      .min(1)
      .max(idMax)
      .nullable()
      .optional()
      .describe(
        "The scale that it stands in for: from now on what it prints counts as that one's. Its own id: none. null: as configured.",
      ),
    weighs_gross: z
      .boolean()
      .optional()
      .describe("true: it weighs the bag with what is in it, and the tare of the product is taken off."),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: "must name what to change: name, station, enabled, alias_of or weighs_gross",
  })
  .meta({ minProperties: 1 });
export type ScaleChange = z.output<typeof scaleChangeSchema>;

/**
 * A replacement scale cannot be replaced itself: which scale a bag belongs to must not depend on the order of
 * evaluation.
 *
 * @returns what forbids it; null where nothing does.
 */
export function aliasFault(
  id: number,
  aliasOf: number | null | undefined,
  stations: Pick<Stations, "actualScale" | "standInsOf">,
): string | null {
  if (aliasOf === undefined || aliasOf === null || aliasOf === id) return null;
  const actual = stations.actualScale(aliasOf);
  if (actual !== aliasOf) return `scale ${aliasOf} stands in for scale ${actual} itself`;
  const [standIn] = stations.standInsOf(id);
  return standIn === undefined ? null : `scale ${standIn} stands in for scale ${id}: end that first`;
}

interface ChangedScale {
  readonly row: ScaleRow;
  /** What people have set by now; null: as configured. */
  readonly setting: Omit<ScaleSetting, "scale">;
}

interface Written extends ScaleRow {
  readonly station: string | null;
  readonly enabled: boolean | null;
  readonly alias_of: number | null;
}

/**
 * Writes the change and its audit event in one transaction.
 *
 * @param isKnown decides, also by whether the table has it, whether there is such a scale.
 * @returns null where there is none.
 */
export async function changeScale(
  sql: Sql,
  id: number,
  change: ScaleChange,
  by: Actor,
  isKnown: (hasRow: boolean) => boolean,
): Promise<ChangedScale | null> {
  return sql.begin(async (tx) => {
    const [before] = await tx<Written[]>`
      select id, name, station, enabled, alias_of, weighs_gross, remote_address, last_seen_at
      from scale
      where plant_id = ${by.plant} and id = ${id}
      for update`;
    if (!isKnown(before !== undefined)) return null;
    const [changed] = await upsert(tx, by.plant, id, change);
    if (changed === undefined) throw new Error("the scale just written is not there");
    await audit(tx, by, {
      action: "scale.change",
      subject: `scale:${id}`,
      detail: {},
      before: settingsOf(before, change),
      after: settingsOf(changed, change),
    });
    const { station, enabled, alias_of: aliasOf, ...rest } = changed;
    return { row: rest, setting: { station, enabled, aliasOf, weighsGross: changed.weighs_gross } };
  });
}

/**
 * Deletes what is known of a scale, with what people have set for it. Its bags stay.
 *
 * @param isKnown decides, also by whether the table has it, whether there is such a scale.
 * @returns false where there is none.
 */
export async function deleteScale(
  sql: Sql,
  id: number,
  by: Actor,
  isKnown: (hasRow: boolean) => boolean,
): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [before] = await tx<Written[]>`
      delete from scale
      where plant_id = ${by.plant} and id = ${id}
      returning id, name, station, enabled, alias_of, weighs_gross, remote_address, last_seen_at`;
    if (!isKnown(before !== undefined)) return false;
    await tx`delete from scale_checking where plant_id = ${by.plant} and scale_id = ${id}`;
    const {
      name = null,
      station = null,
      enabled = null,
      alias_of = null,
      weighs_gross = false,
      remote_address = null,
    } = before ?? {};
    await audit(tx, by, {
      action: "scale.delete",
      subject: `scale:${id}`,
      detail: {},
      before: { name, station, enabled, alias_of, weighs_gross, remote_address },
      after: null,
    });
    return true;
  });
}

/**
 * Only what appeared by itself, or was named by a person, can be deleted.
 *
 * @returns why it cannot; null where it can.
 */
export function deletionFault(
  id: number,
  stations: Pick<Stations, "isInConfiguration" | "standInsOf">,
): { readonly code: "scale_configured" | "scale_replaced"; readonly message: string } | null {
  if (stations.isInConfiguration(id)) {
    return {
      code: "scale_configured",
      message: `scale ${id} is named in PREPUFF_STATIONS or PREPUFF_SCALE_ALIASES: take it out there, and start the appliance again`,
    };
  }
  const [standIn] = stations.standInsOf(id);
  if (standIn === undefined) return null;
  return {
    code: "scale_replaced",
    message: `scale ${standIn} stands in for scale ${id}: end that first`,
  };
}

/** Of what was changed alone; a scale without a row has nothing set. */
function settingsOf(row: Written | undefined, change: ScaleChange) {
  return {
    ...(change.name !== undefined && { name: row?.name ?? null }),
    ...(change.station !== undefined && { station: row?.station ?? null }),
    ...(change.enabled !== undefined && { enabled: row?.enabled ?? null }),
    ...(change.alias_of !== undefined && { alias_of: row?.alias_of ?? null }),
    ...(change.weighs_gross !== undefined && { weighs_gross: row?.weighs_gross ?? false }),
  };
}

function upsert(tx: Transaction, plant: number, id: number, change: ScaleChange) {
  const { name, station, enabled, alias_of, weighs_gross } = change;
  return tx<Written[]>`
    insert into scale (plant_id, id, name, station, enabled, alias_of, weighs_gross)
    values (
      ${plant}, ${id}, ${name ?? null}, ${station ?? null}, ${enabled ?? null}, ${alias_of ?? null}, ${weighs_gross ?? false}
    )
    on conflict (plant_id, id) do update set
      name = ${name === undefined ? tx`scale.name` : name},
      station = ${station === undefined ? tx`scale.station` : station},
      enabled = ${enabled === undefined ? tx`scale.enabled` : enabled},
      alias_of = ${alias_of === undefined ? tx`scale.alias_of` : alias_of},
      weighs_gross = ${weighs_gross === undefined ? tx`scale.weighs_gross` : weighs_gross}
    returning id, name, station, enabled, alias_of, weighs_gross, remote_address, last_seen_at`;
}
