import { Big } from "big.js";
import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { nameSchema, textSchema } from "../../runtime/typed-text.ts";
import { lotSchema, noteSchema, quantitySchema, targetWeightSchema, toleranceSchema } from "./job-fields.ts";
import { getJob, type Job } from "./job-view.ts";
import { endJob } from "./jobs.ts";
import { behindItsBags, latestBy, lockJobs } from "./moments.ts";
import { ensureCompany, setFirstLot } from "./new-job.ts";

/** The request to change a job that is planned or runs; what is left out stays. */
export const jobChangeSchema = z
  .strictObject({
    company: nameSchema(200).optional(),
    target_weight: targetWeightSchema.optional().describe("Pounds."),
    tolerance_percent: toleranceSchema.optional(),
    quantity: quantitySchema.optional().describe("Not below the bags that it has; as many complete it."),
    lot: lotSchema.nullable().optional().describe("The lot that it is filled from, from now on; null: none."),
    note: noteSchema.nullable().optional(),
    reason: textSchema(500)
      .optional()
      .describe("Needed where company, target, tolerance or quantity of a running job change."),
  })
  .refine((body) => Object.keys(body).some((name) => name !== "reason"), "must change something");
export type JobChange = z.output<typeof jobChangeSchema>;

export type Changed =
  | {
      readonly ok: true;
      readonly job: Job;
      /** What began by itself, because the change completed the job. */
      readonly next: Job | null;
    }
  | { readonly ok: false; readonly reason: "not_found" | "no_reason" }
  | { readonly ok: false; readonly reason: "not_open" | "too_few"; readonly job: Job };

/** What needs a reason while the job runs, and is kept as it was. */
const terms = ["company", "target_weight", "tolerance_percent", "quantity"] as const;
const fields = [...terms, "lot", "note"] as const;

/**
 * Changes a job that is planned or runs. Of one that runs, bags weighed before `by.at` have the target, tolerance and lot of
 * before, whenever they are recorded. A quantity that it has already completes it.
 */
export function changeJob(sql: Sql, id: number, change: JobChange, by: Actor): Promise<Changed> {
  const latest = latestBy(by);
  return sql.begin(async (tx): Promise<Changed> => {
    const company = change.company === undefined ? null : await ensureCompany(tx, change.company);
    await lockJobs(tx);
    const before = await getJob(tx, by.plant, id);
    if (before === null) return { ok: false, reason: "not_found" };
    const isRunning = before.status === "active";
    if (!isRunning && before.status !== "planned") return { ok: false, reason: "not_open", job: before };
    if ((change.quantity ?? before.quantity) < before.bags_completed) {
      return { ok: false, reason: "too_few", job: before };
    }
    const differs = (field: (typeof fields)[number]) =>
      change[field] !== undefined && !isSame(field, before[field], change[field]);
    if (!fields.some(differs)) return { ok: true, job: before, next: null };
    const needsReason = isRunning && terms.some(differs);
    if (needsReason && change.reason === undefined) return { ok: false, reason: "no_reason" };

    const since = isRunning ? await momentOf(tx, id, by, latest()) : null;
    if (needsReason && since !== null) await keepTerms(tx, id, { since, reason: change.reason ?? "" }, by);
    if (differs("lot")) await setLot(tx, id, change.lot ?? null, since);
    const isJudgedAnew = since !== null && (differs("target_weight") || differs("tolerance_percent"));
    await tx`
      update prepuff_job j
      set
        prepuff_company_id = ${company ?? tx`j.prepuff_company_id`},
        target_weight = ${change.target_weight ?? tx`j.target_weight`},
        tolerance_percent = ${change.tolerance_percent ?? tx`j.tolerance_percent`},
        quantity = ${change.quantity ?? tx`j.quantity`},
        note = ${change.note === undefined ? tx`j.note` : change.note},
        terms_since = ${isJudgedAnew ? since : tx`j.terms_since`}
      where j.id = ${id}`;
    const after = await getJob(tx, by.plant, id);
    if (after === null) throw new Error(`job ${id} vanished while it was changed`);
    const changed = fields.filter(differs);
    await audit(tx, by, {
      action: "job.change",
      subject: `job:${id}`,
      detail: { station: after.station, ...(change.reason !== undefined && { reason: change.reason }) },
      before: Object.fromEntries(changed.map((field) => [field, before[field]])),
      after: Object.fromEntries(changed.map((field) => [field, after[field]])),
    });
    const isComplete = isRunning && differs("quantity") && after.quantity === after.bags_completed;
    if (!isComplete) return { ok: true, job: after, next: null };
    const ended = await endJob(tx, id, "completed", by, latest);
    if (!ended.ok) throw new Error(`job ${id} could not be completed: ${ended.reason}`);
    return ended;
  });
}

/** Decimals are the same by their value: `50` and `50.00`. A lot `1.5` is another one than `1.50`. */
function isSame(
  field: (typeof fields)[number],
  before: string | number | null,
  wanted: string | number | null | undefined,
): boolean {
  const isDecimal = field === "target_weight" || field === "tolerance_percent";
  return isDecimal && before !== null && wanted != null ? new Big(before).eq(wanted) : before === wanted;
}

async function momentOf(tx: Transaction, id: number, by: Actor, latest: Date): Promise<Date> {
  const [row] = await tx<{ since: Date }[]>`
    select ${behindItsBags(tx, by, latest)} as since from prepuff_job j where j.id = ${id}`;
  if (row === undefined) throw new Error(`job ${id} vanished while it was changed`);
  return row.since;
}

async function keepTerms(
  tx: Transaction,
  id: number,
  { since, reason }: { readonly since: Date; readonly reason: string },
  by: Actor,
): Promise<void> {
  await tx`
    insert into job_change (
      job_id, since, actor, reason, prepuff_company_id, target_weight, tolerance_percent, quantity
    )
    select
      id, ${since}, ${by.actor}, ${reason}, prepuff_company_id, target_weight, tolerance_percent, quantity
    from prepuff_job
    where id = ${id}`;
}

/** @param since null: the job has not begun, so that it has no other lot. */
async function setLot(tx: Transaction, id: number, lot: string | null, since: Date | null): Promise<void> {
  if (since !== null) {
    await tx`insert into job_lot (job_id, lot, since) values (${id}, ${lot}, ${since})`;
    return;
  }
  await tx`delete from job_lot where job_id = ${id}`;
  await setFirstLot(tx, id, lot);
}
