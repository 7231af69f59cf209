import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql } from "../../database/types.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import { countAdded, lockJob, roomIn } from "../jobs/locked-job.ts";
import { judgedByJob } from "./judged-by-job.ts";

export const bulkAssignSchema = z
  .strictObject({
    from: z.iso.datetime({ offset: true }).describe("Weighed then or later; RFC 3339."),
    to: z.iso.datetime({ offset: true }).describe("Weighed earlier than that; RFC 3339."),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    message: "must be later than from",
  });

export const bulkAssignedSchema = z.object({
  assigned: z.int(),
  left: z.int().describe("Bags of that time and station that found no room in the job: it has its quantity."),
  first_bag_num: z.int().nullable(),
  last_bag_num: z.int().nullable(),
});

type BulkAnswer = z.output<typeof bulkAssignedSchema>;

export type BulkAssigned =
  | {
      readonly ok: true;
      readonly ids: readonly number[];
      readonly answer: BulkAnswer;
    }
  | { readonly ok: false; readonly reason: "no_such_job" }
  | { readonly ok: false; readonly reason: "job_takes_none"; readonly status: JobStatus };

const takesBags: readonly JobStatus[] = ["active", "completed"];

/** Bags of one transaction: recording waits for the job until they are linked, some 0.2 ms each. */
const portionMax = 1_000;

/**
 * Gives all bags without a job of a job's station and of a time to that job, in the order of weighing, up to its quantity.
 * Void bags are left out, and so are those in doubt: a person decides on each of them.
 *
 * Many of them in portions, each in a transaction of its own with its audit event. Where one fails, those before it stay: asked again,
 * it goes on with what is left.
 *
 * @param span as milliseconds since the epoch; `to` is not included.
 * @param portion bags of one transaction.
 */
export async function assignBags(
  sql: Sql,
  jobId: number,
  span: { readonly from: number; readonly to: number },
  by: Actor,
  portion = portionMax,
): Promise<BulkAssigned> {
  let all = await assignPortion(sql, jobId, span, by, portion);
  let isMore = all.ok && all.ids.length === portion;
  while (all.ok && isMore) {
    const part = await assignPortion(sql, jobId, span, by, portion);
    // Of a job that was cancelled meanwhile what it has is told.
    if (part.ok) all = { ok: true, ids: [...all.ids, ...part.ids], answer: joined(all.answer, part.answer) };
    isMore = part.ok && part.ids.length === portion;
  }
  return all;
}

function joined(before: BulkAnswer, part: BulkAnswer): BulkAnswer {
  return {
    assigned: before.assigned + part.assigned,
    left: part.left,
    first_bag_num: before.first_bag_num,
    last_bag_num: part.last_bag_num ?? before.last_bag_num,
  };
}

async function assignPortion(
  sql: Sql,
  jobId: number,
  span: { readonly from: number; readonly to: number },
  by: Actor,
  portion: number,
): Promise<BulkAssigned> {
  return sql.begin(async (tx): Promise<BulkAssigned> => {
    const job = await lockJob(tx, by.plant, jobId);
    if (job === null) return { ok: false, reason: "no_such_job" };
    if (!takesBags.includes(job.status)) return { ok: false, reason: "job_takes_none", status: job.status };
    const [from, to] = [new Date(span.from), new Date(span.to)];
    const wanted = tx`
      b.plant_id = ${by.plant} and b.station = ${job.station} and b.prepuff_job_id is null
        and b.voided_at is null and b.doubt is null and b.weighed_at >= ${from} and b.weighed_at < ${to}`;
    const placed = await tx<{ id: number; bag_num: number }[]>`
      with wanted as materialized (
        select b.id from filler_bag b where ${wanted}
        order by b.weighed_at, b.id
        limit ${Math.min(roomIn(job), portion)}
        for update
      ),
      numbered as (
        select w.id, j.last_bag_num + row_number() over (order by b.weighed_at, b.id) as bag_num
        from wanted w
        join filler_bag b using (id)
        cross join prepuff_job j
        where j.id = ${jobId}
      )
      update filler_bag b
      set bag_num = n.bag_num, ${judgedByJob(tx)}
      from numbered n
      cross join prepuff_job j
      where b.id = n.id and j.id = ${jobId}
      returning b.id, b.bag_num`;
    const numbers = placed.map((bag) => bag.bag_num).sort((a, b) => a - b);
    const [first = null, last = null] = [numbers[0], numbers.at(-1)];
    const [rest] = await tx<{ left: number }[]>`
      select count(*)::int as left from filler_bag b where ${wanted}`;
    const answer = {
      assigned: placed.length,
      left: rest?.left ?? 0,
      first_bag_num: first,
      last_bag_num: last,
    };
    if (last === null) return { ok: true, ids: [], answer };
    const isComplete = await countAdded(tx, job, { bags: placed.length, numbers: placed.length }, by);
    await audit(tx, by, {
      action: "bag.assign_many",
      subject: `job:${jobId}`,
      detail: {
        from: from.toISOString(),
        to: to.toISOString(),
        bags: placed.length,
        first_bag_num: first,
        last_bag_num: last,
        job_complete: isComplete,
      },
      before: null,
      after: null,
    });
    return { ok: true, ids: placed.map(({ id }) => id), answer };
  });
}
