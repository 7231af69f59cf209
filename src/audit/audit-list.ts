import { z } from "zod";
import type { Executor } from "../database/types.ts";
import { actions } from "./audit.ts";

const detailSchema = z.record(z.string(), z.unknown());

/** One event of the audit trail as the API shows it. */
export const auditEventSchema = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actor: z
    .string()
    .describe(
      "`line 2 tablet (operator)` of a named token, the role of a configured one, `Ann (line 2 tablet)` of a person on a device.",
    ),
  person_id: z.int().nullable().describe("Whoever entered their PIN on a device; null: nobody did."),
  action: z.enum(actions),
  subject: z.string().describe("What it was done to, as `job:7`."),
  detail: detailSchema.describe("What else there is to say, as the reason given."),
  before: detailSchema
    .nullable()
    .describe("What it changed, as it was; null: there was nothing, or no record of it."),
  after: detailSchema.nullable().describe("The same afterwards; null: there is nothing, or no record of it."),
});
export type AuditEvent = z.output<typeof auditEventSchema>;

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: AuditEvent["action"] | undefined;
  readonly subject?: string | undefined;
  /** Then or later. */
  readonly from?: Date | undefined;
  /** Earlier than that. */
  readonly to?: Date | undefined;
}

interface Row extends Omit<AuditEvent, "at"> {
  readonly at: Date;
}

/** Events of the audit trail, newest first; `before` is the id of the last one of the page before. */
export async function listAuditEvents(
  sql: Executor,
  plant: number,
  filter: AuditFilter,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<AuditEvent[]> {
  const { actor, action, subject, from, to } = filter;
  const rows = await sql<Row[]>`
    select id, at, actor, person_id, action, subject, detail, before, after
    from audit_event
    where plant_id = ${plant}
      ${page.before === undefined ? sql`` : sql`and id < ${page.before}`}
      ${actor === undefined ? sql`` : sql`and actor = ${actor}`}
      ${action === undefined ? sql`` : sql`and action = ${action}`}
      ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${from === undefined ? sql`` : sql`and at >= ${from}`}
      ${to === undefined ? sql`` : sql`and at < ${to}`}
    order by id desc
    limit ${page.limit}`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
