import { z } from "zod";
import type { Executor } from "../../database/types.ts";

const time = z.iso.datetime();
const terms = z.object({
  company: z.string(),
  target_weight: z.string(),
  tolerance_percent: z.string(),
  quantity: z.int(),
});

/** How a job changed while it ran. */
export const jobHistorySchema = z.object({
  changes: z
    .array(
      z.object({
        since: time.describe("Bags weighed then or later have the new target and tolerance."),
        from_bag: z.int().nullable().describe("The first number with them; null: no bag has them yet."),
        actor: z.string(),
        reason: z.string(),
        before: terms,
        after: terms,
      }),
    )
    .describe("Of company, target, tolerance and quantity, oldest first."),
  lots: z
    .array(
      z.object({
        lot: z.string().nullable().describe("Null: none from then on."),
        since: time.nullable().describe("Null: from the beginning."),
        from_bag: z.int().nullable().describe("The first number filled from it; null: none."),
        bags: z.int().describe("Bags filled from it, voided ones left out."),
      }),
    )
    .describe("Oldest first."),
});
export type JobHistory = z.output<typeof jobHistorySchema>;
type Terms = z.output<typeof terms>;

/** @returns empty lists where the job never changed, and where there is none. */
export async function readJobHistory(sql: Executor, id: number): Promise<JobHistory> {
  const changes = await sql<
    (Terms & { since: Date; actor: string; reason: string; from_bag: number | null })[]
  >`
    select
      c.since, c.actor, c.reason, o.name as company, c.target_weight, c.tolerance_percent, c.quantity,
      (select min(b.bag_num) from filler_bag b where b.prepuff_job_id = ${id} and b.weighed_at >= c.since) as from_bag
    from job_change c
    join prepuff_company o on o.id = c.prepuff_company_id
    where c.job_id = ${id}
    order by c.since, c.id`;
  const [now] = await sql<Terms[]>`
    select o.name as company, j.target_weight, j.tolerance_percent, j.quantity
    from prepuff_job j
    join prepuff_company o on o.id = j.prepuff_company_id
    where j.id = ${id}`;
  const lots = await sql<{ lot: string | null; since: Date | null; from_bag: number | null; bags: number }[]>`
    select
      l.lot, nullif(l.since, '-infinity') as since, f.from_bag, f.bags
    from (
      select *, lead(since) over (order by since, id) as until from job_lot where job_id = ${id}
    ) l
    cross join lateral (
      select min(b.bag_num) as from_bag, (count(*) filter (where b.voided_at is null))::integer as bags
      from filler_bag b
      where b.prepuff_job_id = ${id} and b.weighed_at >= l.since and (l.until is null or b.weighed_at < l.until)
    ) f
    order by l.since, l.id`;
  return {
    changes: changes.map(({ since, actor, reason, from_bag, ...before }, index) => {
      const { company, target_weight, tolerance_percent, quantity } = changes[index + 1] ?? now ?? before;
      return {
        since: since.toISOString(),
        from_bag,
        actor,
        reason,
        before,
        after: { company, target_weight, tolerance_percent, quantity },
      };
    }),
    lots: lots.map(({ since, ...lot }) => ({ ...lot, since: since?.toISOString() ?? null })),
  };
}
