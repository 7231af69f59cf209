import { z } from "zod";
import { plantSchema, plantShown } from "../../database/plant.ts";
import type { Executor } from "../../database/types.ts";
import { escapeBytes } from "../../scale/frames/bytes.ts";
import { rejectedReasons } from "../../weighing/reject-reason.ts";

/** A rejected frame as the API and the events show it. */
export const rejectedFrameSchema = z.object({
  id: z.int(),
  received_at: z.iso.datetime(),
  remote_address: z.string(),
  scale: z.int().nullable().describe("After aliases; null where the frame said none."),
  plant: plantSchema,
  reason: z.enum(rejectedReasons),
  frames: z
    .int()
    .describe(
      "How many frames it stands for: those that repeat, or come faster than PREPUFF_REJECTED_PER_MINUTE, are counted, and one is the example.",
    ),
  raw: z.string().describe("The bytes; those that are no printable ASCII, and the backslash, as `\\xNN`."),
});
export type RejectedFrame = z.output<typeof rejectedFrameSchema>;

export interface RejectedFilter {
  readonly reason?: RejectedFrame["reason"] | undefined;
  readonly scale?: number | undefined;
  /** Received then or later. */
  readonly from?: Date | undefined;
  /** Received earlier than that. */
  readonly to?: Date | undefined;
}

interface Row extends Omit<RejectedFrame, "plant" | "received_at" | "raw"> {
  readonly plant: string | null;
  readonly received_at: Date;
  readonly raw: Uint8Array;
}

/** Rejected frames, newest first; `before` is the id of the last one of the page before. */
export async function listRejected(
  sql: Executor,
  plant: number,
  filter: RejectedFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<RejectedFrame[]> {
  const { reason, scale, from, to } = filter;
  const rows = await sql<Row[]>`
    ${selectRejected(sql)}
    where plant_id = ${plant}
      ${page.before === undefined ? sql`` : sql`and id < ${page.before}`}
      ${reason === undefined ? sql`` : sql`and reason = ${reason}`}
      ${scale === undefined ? sql`` : sql`and scale_id = ${scale}`}
      ${from === undefined ? sql`` : sql`and received_at >= ${from}`}
      ${to === undefined ? sql`` : sql`and received_at < ${to}`}
    order by id desc
    limit ${page.limit}`;
  return rows.map(toRejectedFrame);
}

/** `select … from rejected_frame`, to be followed by `where`. */
export function selectRejected(sql: Executor) {
  return sql`select id, received_at, remote_address, scale_id as scale, reason, frames, raw,
      ${plantShown(sql, sql`rejected_frame.plant_id`)}
    from rejected_frame`;
}

/** The one place that turns a row of `selectRejected` into the API's rejected frame. */
export function toRejectedFrame({ plant, ...row }: Row): RejectedFrame {
  return {
    ...row,
    ...(plant !== null && { plant }),
    received_at: row.received_at.toISOString(),
    raw: escapeBytes(row.raw),
  };
}
