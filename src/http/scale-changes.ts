import { z } from "zod";
import { audit, type Doer, type Transaction } from "../bags/audit.ts";
import { stationSchema, textSchema } from "../bags/text.ts";
import type { Sql } from "../database/database.ts";
import type { ScaleRow } from "./scale-list.ts";

/** What a person may set of a scale; what is left out stays. */
export const scaleChangeSchema = z
  .strictObject({
    name: textSchema(100).nullable().optional().describe("null: none."),
    station: stationSchema.nullable().optional().describe("null: as configured."),
    enabled: z
      .boolean()
      .nullable()
      .optional()
      .describe("false: its frames are rejected as `unknown_scale`. null: as configured."),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: "must name what to change: name, station or enabled",
  });
export type ScaleChange = z.output<typeof scaleChangeSchema>;

interface ChangedScale {
  readonly row: ScaleRow;
  /** What people have set by now; null: as configured. */
  readonly setting: { readonly station: string | null; readonly enabled: boolean | null };
}

type Written = ScaleRow & ChangedScale["setting"];

/**
 * Writes the change and its audit event in one transaction.
 *
 * @param isKnown decides, by the scale's row where it has one, whether there is such a scale.
 * @returns null where there is none.
 */
export async function changeScale(
  sql: Sql,
  id: number,
  change: ScaleChange,
  by: Doer,
  isKnown: (row: ScaleRow | undefined) => boolean,
): Promise<ChangedScale | null> {
  return sql.begin(async (tx) => {
    const [before] = await tx<Written[]>`
      select id, name, station, enabled, remote_address, last_seen_at from scale where id = ${id} for update`;
    if (!isKnown(before)) return null;
    const [changed] = await upsert(tx, id, change);
    if (changed === undefined) throw new Error("the scale just written is not there");
    await audit(tx, by, {
      action: "scale.change",
      subject: `scale:${id}`,
      detail: {},
      before: settingsOf(before, change),
      after: settingsOf(changed, change),
    });
    const { station, enabled, ...rest } = changed;
    return { row: rest, setting: { station, enabled } };
  });
}

/** Of what was changed alone; a scale without a row has nothing set. */
function settingsOf(row: Written | undefined, change: ScaleChange) {
  return {
    ...(change.name !== undefined && { name: row?.name ?? null }),
    ...(change.station !== undefined && { station: row?.station ?? null }),
    ...(change.enabled !== undefined && { enabled: row?.enabled ?? null }),
  };
}

function upsert(tx: Transaction, id: number, change: ScaleChange) {
  const { name, station, enabled } = change;
  return tx<Written[]>`
    insert into scale (id, name, station, enabled)
    values (${id}, ${name ?? null}, ${station ?? null}, ${enabled ?? null})
    on conflict (id) do update set
      name = ${name === undefined ? tx`scale.name` : name},
      station = ${station === undefined ? tx`scale.station` : station},
      enabled = ${enabled === undefined ? tx`scale.enabled` : enabled}
    returning id, name, station, enabled, remote_address, last_seen_at`;
}
