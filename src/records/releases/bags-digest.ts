import { createHash } from "node:crypto";
import type { Executor } from "../../database/types.ts";

const pageSize = 5_000;

/**
 * SHA-256 over the bags of a job, in hexadecimal: a line for each, in the order of their numbers, with what was weighed, what it was
 * judged by, and whether it counts. docs/quality.md has the statement by which anybody makes the same lines.
 */
export async function digestOfBags(sql: Executor, job: number): Promise<string> {
  const hash = createHash("sha256");
  let after = -1;
  for (;;) {
    const rows = await sql<{ bag_num: number; line: string }[]>`
      select bag_num, concat_ws(' ',
        bag_num, id, scale_id, weight, unit, target_weight, tolerance_percent, in_tolerance,
        to_char(weighed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        case when voided_at is null then 'counts' else 'void' end, tare
      ) as line
      from filler_bag
      where prepuff_job_id = ${job} and bag_num > ${after}
      order by bag_num
      limit ${pageSize}`;
    for (const { line } of rows) hash.update(`${line}\n`);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return hash.digest("hex");
    after = last.bag_num;
  }
}
