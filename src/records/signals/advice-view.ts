import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { adviceBags } from "../../quality/fill-advice.ts";

/** Advice to change the filling, on a job that runs. Weights in lb; numbers are doubles. */
export const adviceSchema = z.object({
  id: z.int(),
  station: z.string(),
  job_id: z.int(),
  first_bag_num: z.int(),
  last_bag_num: z.int(),
  bags: z.int().describe("Of these numbers, without void ones."),
  target: z.number(),
  mean: z.number(),
  deviation: z.number().describe("Standard deviation of these bags."),
  correction: z.number().describe("How much more to fill; negative: less."),
  given_at: z.iso.datetime(),
  until_bag_num: z
    .int()
    .describe("It stands until so many bags are weighed: a correction has had its effect then."),
});
export type Advice = z.output<typeof adviceSchema>;

/** The advice that stands at each station of a plant where there is some. */
export async function standingAdvice(sql: Executor, plant: number): Promise<Advice[]> {
  const rows = await sql<(Omit<Advice, "given_at"> & { given_at: Date })[]>`
    select
      a.id, a.station, a.job_id, a.first_bag_num, a.last_bag_num, a.bags, a.target, a.mean, a.deviation, a.correction,
      a.given_at, a.last_bag_num + ${adviceBags}::integer as until_bag_num
    from prepuff_job j
    cross join lateral (
      select * from fill_advice where job_id = j.id order by last_bag_num desc limit 1
    ) a
    where j.plant_id = ${plant} and j.status = 'active' and j.last_bag_num < a.last_bag_num + ${adviceBags}::integer
      and a.given_at >= coalesce(j.terms_since, '-infinity')
    order by a.station`;
  return rows.map((row) => ({ ...row, given_at: row.given_at.toISOString() }));
}
