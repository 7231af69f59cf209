import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql } from "../../database/types.ts";
import { nameSchema, textSchema } from "../../runtime/typed-text.ts";
import { type QualitySignal, signalsById } from "./signal-view.ts";

export const acknowledgeSchema = z.strictObject({
  cause: textSchema(500).describe("Why the weights were off, as `filler gate worn`."),
  action: textSchema(500).describe("What was done about it, as `gate adjusted`."),
  name: nameSchema(100)
    .optional()
    .describe("Who acknowledges it; needed where nobody entered a PIN, and not taken where somebody did."),
});
export type Acknowledgement = z.output<typeof acknowledgeSchema>;

export type Acknowledged =
  | { readonly ok: true; readonly signal: QualitySignal }
  | { readonly ok: false; readonly reason: "not_found" | "no_name" }
  | { readonly ok: false; readonly reason: "not_open"; readonly signal: QualitySignal };

/** A named person says what caused a signal and what they did. Where it goes on it stays acknowledged. */
export async function acknowledgeSignal(
  sql: Sql,
  id: number,
  { cause, action, name }: Acknowledgement,
  by: Actor,
): Promise<Acknowledged> {
  const acknowledgedBy = by.person?.name ?? name;
  if (acknowledgedBy === undefined) return { ok: false, reason: "no_name" };
  return sql.begin(async (tx): Promise<Acknowledged> => {
    const done = await tx`
      update quality_signal
      set acknowledged_at = ${new Date(by.at)}, acknowledged_by = ${acknowledgedBy},
        person_id = ${by.person?.id ?? null}, cause = ${cause}, action = ${action}
      where id = ${id} and plant_id = ${by.plant} and acknowledged_at is null and withdrawn_at is null`;
    const [signal] = await signalsById(tx, by.plant, [id]);
    if (signal === undefined) return { ok: false, reason: "not_found" };
    if (done.count === 0) return { ok: false, reason: "not_open", signal };
    const { station, job_id: job, rule, side, points } = signal;
    await audit(tx, by, {
      action: "signal.acknowledge",
      subject: `signal:${id}`,
      detail: { station, job_id: job, rule, side, points },
      before: { acknowledged_by: null },
      after: { acknowledged_by: acknowledgedBy, cause, action },
    });
    return { ok: true, signal };
  });
}
