import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { rejectedReasons } from "../../weighing/reject-reason.ts";
import { type RejectedFrame, rejectedFrameSchema, selectRejected, toRejectedFrame } from "./rejected-list.ts";

/** Why frames became no bag: how many for each reason, and what such a frame looks like. */
export const rejectedReasonSchema = z.object({
  reason: z.enum(rejectedReasons),
  frames: z.int(),
  last_received_at: z.iso.datetime(),
  example: rejectedFrameSchema.describe("The one received last."),
});
export type RejectedReason = z.output<typeof rejectedReasonSchema>;

/** Reasons since `from`, the most frequent first. */
export async function listReasons(sql: Executor, plant: number, from: Date): Promise<RejectedReason[]> {
  const groups = await sql<
    { reason: RejectedFrame["reason"]; frames: number; last: Date; example: number }[]
  >`
    select reason, sum(frames)::bigint as frames, max(received_at) as last, max(id) as example
    from rejected_frame
    where plant_id = ${plant} and received_at >= ${from}
    group by reason
    order by frames desc, reason`;
  const ids = groups.map(({ example }) => example);
  const rows = await sql<Parameters<typeof toRejectedFrame>[0][]>`
    ${selectRejected(sql)} where id = any (${ids}::bigint[])`;
  const examples = new Map(rows.map((row) => [row.id, toRejectedFrame(row)]));
  return groups.flatMap(({ reason, frames, last, example: id }) => {
    const example = examples.get(id);
    return example === undefined ? [] : [{ reason, frames, last_received_at: last.toISOString(), example }];
  });
}
