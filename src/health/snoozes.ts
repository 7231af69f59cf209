import { z } from "zod";
import { type Actor, audit } from "../audit/audit.ts";
import type { Executor, Sql } from "../database/types.ts";
import { textSchema } from "../runtime/typed-text.ts";

const longestMs = 31 * 86_400_000;

/** The request to be left alone by a finding until a time. */
export const snoozeRequestSchema = z.strictObject({
  check: textSchema(200).describe("As in /api/findings."),
  until: z.iso
    .datetime({ offset: true })
    .nullable()
    .describe("RFC 3339, within 31 days; null: it is shown again from now on."),
  reason: textSchema(500).optional().describe("Why it can wait."),
});

/** Who put a finding off, and until when. */
export const snoozeSchema = z.object({
  until: z.iso.datetime(),
  by: z.string(),
  reason: z.string().nullable(),
});
export type Snooze = z.output<typeof snoozeSchema>;

/** What is wrong with the end of a snooze; null: nothing. Times in milliseconds since the epoch. */
export function snoozeFault(until: number, now: number): string | null {
  if (until <= now) return "must be later than now";
  return until > now + longestMs ? "must be within 31 days" : null;
}

/** Those in force in a plant, by the name of the check. */
export async function readSnoozes(
  sql: Executor,
  plant: number,
  now: number,
): Promise<ReadonlyMap<string, Snooze>> {
  interface Row {
    readonly check_name: string;
    readonly until: Date;
    readonly actor: string;
    readonly reason: string | null;
  }
  const rows = await sql<Row[]>`
    select check_name, until, actor, reason
    from finding_snooze
    where plant_id = ${plant} and until > ${new Date(now)}`;
  return new Map(
    rows.map(({ check_name, until, actor, reason }) => [
      check_name,
      { until: until.toISOString(), by: actor, reason },
    ]),
  );
}

/** @param until milliseconds since the epoch; null ends it. */
export async function snooze(
  sql: Sql,
  check: string,
  { until, reason }: { readonly until: number | null; readonly reason: string | null },
  by: Actor,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from finding_snooze where plant_id = ${by.plant} and (check_name = ${check} or until < ${new Date(by.at)})`;
    if (until !== null) {
      await tx`
        insert into finding_snooze (plant_id, check_name, until, actor, reason)
        values (${by.plant}, ${check}, ${new Date(until)}, ${by.actor}, ${reason})`;
    }
    await audit(tx, by, {
      action: "finding.snooze",
      subject: `finding:${check}`,
      detail: { until: until === null ? null : new Date(until).toISOString(), reason },
      before: null,
      after: null,
    });
  });
}
