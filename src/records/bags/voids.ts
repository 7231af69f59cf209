import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { type VoidCode, voidCodes } from "../../weighing/void-codes.ts";
import { countAdded, lockJob } from "../jobs/locked-job.ts";
import type { Bag } from "./bag-view.ts";
import { getBag } from "./corrections.ts";

/** Why a bag is void: one of the fixed reasons, or in a person's words, or both. */
export interface VoidReason {
  readonly code: VoidCode;
  /** Always there with `other`. */
  readonly reason: string | null;
}

export const voidSchema = z
  .strictObject({
    code: z.enum(voidCodes).optional().describe("Left out: `other`."),
    reason: textSchema(500).optional().describe("In a person's words; needed with `other`."),
  })
  .superRefine(({ code = "other", reason }, context) => {
    if (code === "other" && reason === undefined) {
      const message = `is needed: the reason in your words, or code as one of ${voidCodes.join(", ")}`;
      context.addIssue({ code: "custom", path: ["reason"], message });
    }
  })
  .transform(({ code = "other", reason }): VoidReason => ({ code, reason: reason ?? null }));

export type Voided =
  | { readonly ok: true; readonly bag: Bag }
  | { readonly ok: false; readonly reason: "not_found" }
  | { readonly ok: false; readonly reason: "already_voided"; readonly bag: Bag };

export type Unvoided =
  | { readonly ok: true; readonly bag: Bag; readonly jobComplete: boolean }
  | { readonly ok: false; readonly reason: "not_found" | "not_voided" };

/**
 * Takes a bag out of the count, and keeps it: its number is not given again. An active job then wants one bag
 * more; a completed job stays completed, because its station may be at the next one.
 *
 * The delivery is left as it is: the upstream API knows no voiding, and expects every bag that was weighed.
 */
export async function voidBag(sql: Sql, id: number, why: VoidReason, by: Actor): Promise<Voided> {
  for (;;) {
    const outcome = await sql.begin((tx) => tryVoid(tx, id, why, by));
    // A bag goes from no job to a job once, and never back: the second time at the latest it is settled.
    if (outcome !== "assigned_meanwhile") return outcome;
  }
}

/**
 * Takes a void back: the bag counts again, with the number and the verdict that it had. It may complete an active job; one
 * that was filled without it meanwhile has one bag more than it wanted.
 */
export async function unvoidBag(sql: Sql, id: number, by: Actor): Promise<Unvoided> {
  return sql.begin(async (tx): Promise<Unvoided> => {
    const before = await getBag(tx, by.plant, id);
    if (before === null) return { ok: false, reason: "not_found" };
    // A void bag is given to no job: which one it has cannot change.
    const job = before.job_id === null ? null : await lockJob(tx, by.plant, before.job_id);
    const done = await tx`
      update filler_bag
      set voided_at = null, void_code = null, void_reason = null, voided_by = null
      where id = ${id} and voided_at is not null`;
    if (done.count === 0) return { ok: false, reason: "not_voided" };
    const jobComplete = job !== null && (await countAdded(tx, job, { bags: 1, numbers: 0 }, by));
    const bag = await getBag(tx, by.plant, id);
    if (bag === null) throw new Error(`bag ${id} vanished while its void was taken back`);
    await audit(tx, by, {
      action: "bag.unvoid",
      subject: `bag:${id}`,
      detail: { job_id: bag.job_id, bag_num: bag.bag_num, job_complete: jobComplete },
      before: { voided_at: before.voided_at, void_code: before.void_code, void_reason: before.void_reason },
      after: { voided_at: null },
    });
    return { ok: true, bag, jobComplete };
  });
}

async function tryVoid(
  tx: Transaction,
  id: number,
  { code, reason }: VoidReason,
  by: Actor,
): Promise<Voided | "assigned_meanwhile"> {
  const before = await getBag(tx, by.plant, id);
  if (before === null) return { ok: false, reason: "not_found" };
  if (before.job_id !== null) await lockJob(tx, by.plant, before.job_id);
  const done = await tx`
    update filler_bag
    set voided_at = ${new Date(by.at)}, void_code = ${code}, void_reason = ${reason}, voided_by = ${by.actor}
    where id = ${id} and voided_at is null and prepuff_job_id is not distinct from ${before.job_id}`;
  const bag = await getBag(tx, by.plant, id);
  if (bag === null) throw new Error(`bag ${id} vanished while it was voided`);
  if (done.count === 0) {
    return bag.voided_at === null ? "assigned_meanwhile" : { ok: false, reason: "already_voided", bag };
  }
  if (bag.job_id !== null) {
    await tx`
      update prepuff_job set bags_completed = bags_completed - 1, corrections = corrections + 1
      where id = ${bag.job_id}`;
  }
  await audit(tx, by, {
    action: "bag.void",
    subject: `bag:${id}`,
    detail: { code, reason, job_id: bag.job_id, bag_num: bag.bag_num },
    before: { voided_at: null },
    after: { voided_at: bag.voided_at },
  });
  return { ok: true, bag };
}
