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

export type BulkAssigned =
  | {
      readonly ok: true;
      readonly ids: readonly number[];
      readonly answer: z.output<typeof bulkAssignedSchema>;
    }
  | { readonly ok: false; readonly reason: "no_such_job" }
  | { readonly ok: false; readonly reason: "job_takes_none"; readonly status: JobStatus };

const takesBags: readonly JobStatus[] = ["active", "completed"];

/**
 * Gives all bags without a job of a job's station and of a time to that job, in the order of weighing, up to its quantity.
 * Void bags are left out, and so are those in doubt: a person decides on each of them.
 *
 * @param span as milliseconds since the epoch; `to` is not included.
 */
export async function assignBags(
  sql: Sql,
  jobId: number,
  span: { readonly from: number; readonly to: number },
  by: Actor,
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
        limit ${roomIn(job)}
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
