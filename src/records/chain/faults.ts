import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { type ChainKind, chainKinds, type Link } from "./link.ts";

/** What can be wrong with a record or its link. */
const faultKinds = [
  "changed",
  "removed",
  "put_in",
  "no_event",
  "bags_changed",
  "link_changed",
  "links_removed",
  "cut_off",
  "other_head",
] as const;

const time = z.iso.datetime();

/** A record that is not what it was, or a link that does not follow from the one before. */
export const faultSchema = z.object({
  fault: z
    .enum(faultKinds)
    .describe(
      "`changed`, `removed`, `put_in`: the row. `no_event`: it was changed past the appliance, so that no event of the audit trail tells of it. `bags_changed`: bags of a released job are not what they were, and nobody corrected them. `link_changed`: the link does not follow from the one before. `links_removed`: numbers of links are missing. `cut_off`, `other_head`: the chain ends before the head given, or has another digest there.",
    ),
  seq: z.int().nullable().describe("Of the link; null: the row has none."),
  last_seq: z.int().nullable().describe("Of `links_removed`: the last one missing."),
  kind: z.enum(chainKinds).nullable().describe("Null where no row is known."),
  row_id: z.int().nullable().describe("Of the event, job, bag, check or release."),
  linked_at: time.nullable().describe("When the link was made."),
  event: z
    .object({ id: z.int(), at: time, actor: z.string(), action: z.string(), subject: z.string() })
    .nullable()
    .describe("The event, as it is now; of a job or a bag the last one that tells of it."),
});
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault["fault"];

/** A fault before it is known which event tells of its row. */
export type FoundFault = Omit<Fault, "event">;

/** A fault of a row and its link. */
export function faultOf(fault: FaultKind, link: Link): FoundFault {
  const { seq, kind, row } = link;
  return { fault, seq, last_seq: null, kind, row_id: row, linked_at: new Date(link.at).toISOString() };
}

/** A fault of a row that has no link. */
export function faultWithoutLink(kind: ChainKind, row: number): FoundFault {
  return { fault: "put_in", seq: null, last_seq: null, kind, row_id: row, linked_at: null };
}

/** A fault of links alone. */
export function faultOfLinks(
  fault: "links_removed" | "cut_off" | "other_head",
  seq: number,
  last: number | null = null,
): FoundFault {
  return { fault, seq, last_seq: last, kind: null, row_id: null, linked_at: null };
}

/** Adds to each fault the event that says who did it and when, as far as there is one. */
export async function withEvents(sql: Executor, faults: readonly FoundFault[]): Promise<Fault[]> {
  const told: Fault[] = [];
  for (const fault of faults) told.push({ ...fault, event: await eventOf(sql, fault) });
  return told;
}

async function eventOf(sql: Executor, { kind, row_id: row }: FoundFault): Promise<Fault["event"]> {
  if (kind === null || row === null) return null;
  const which = kind === "audit" ? sql`id = ${row}` : sql`subject = ${subjectOf(sql, kind, row)}`;
  const [event] = await sql<{ id: number; at: Date; actor: string; action: string; subject: string }[]>`
    select id, at, actor, action, subject from audit_event where ${which} order by id desc limit 1`;
  return event === undefined ? null : { ...event, at: event.at.toISOString() };
}

/** What events say of a row. */
function subjectOf(sql: Executor, kind: ChainKind, row: number) {
  if (kind === "release") return sql`(select 'job:' || job_id from job_release where id = ${row})`;
  if (kind === "check") return sql`(select 'scale:' || scale_id from scale_check where id = ${row})`;
  return sql`${`${kind}:${row}`}`;
}
