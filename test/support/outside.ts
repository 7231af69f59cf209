// What a test sees and does from outside: through the API, and in Postgres with statements of its own.
import { z } from "zod";
import type { Sql } from "../../src/database/database.ts";
import type { Appliance } from "./appliance.ts";
import { until } from "./until.ts";

const bagShape = z.object({
  id: z.number(),
  uid: z.string(),
  job_id: z.number().nullable(),
  bag_num: z.number().nullable(),
  station: z.string(),
  scale: z.number(),
  printed_scale: z.number(),
  weight: z.string(),
  unit: z.string(),
  in_tolerance: z.boolean().nullable(),
  source: z.string(),
  delivery: z.object({ state: z.string(), attempts: z.number() }).nullable(),
});
const jobShape = z.object({ id: z.number(), status: z.string(), bags_completed: z.number() });
/** What is not known while the database is away is no number here: it equals nothing. */
const count = z
  .number()
  .nullable()
  .transform((known) => known ?? Number.NaN);
const ledgerShape = z.object({
  received: z.number(),
  bags: count,
  rejected: count,
  pending: z.number(),
  missing: count,
});

export type SeenBag = z.output<typeof bagShape>;

/** The answer's JSON. @throws when the status is not 2xx, with what was answered. */
export async function answered<S extends z.ZodType>(
  response: Response | Promise<Response>,
  shape: S,
): Promise<z.output<S>> {
  const { status, ok } = await response;
  const text = await (await response).text();
  if (!ok) throw new Error(`${status}: ${text}`);
  return shape.parse(JSON.parse(text));
}

/** A job of 50 lb ±10 % with room for everything, on Station 1, unless told otherwise. */
export function startJob(appliance: Pick<Appliance, "api">, changes: Readonly<Record<string, unknown>> = {}) {
  const body = {
    company: "Shelter",
    station: "Station 1",
    target_weight: "50",
    quantity: 1_000_000,
    ...changes,
  };
  return answered(appliance.api("/api/jobs", { method: "POST", body }), jobShape);
}

export function getJob(appliance: Pick<Appliance, "api">, id: number) {
  return answered(appliance.api(`/api/jobs/${id}`), jobShape);
}

/** All bags of the list, over all its pages, oldest first. */
export async function listBags(appliance: Pick<Appliance, "api">, query = ""): Promise<SeenBag[]> {
  const bags: SeenBag[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: SeenBag[]; next: string | null } = await answered(
      appliance.api(`/api/bags?limit=500${query}${cursor === "" ? "" : `&cursor=${cursor}`}`),
      z.object({ items: z.array(bagShape), next: z.string().nullable() }),
    );
    bags.push(...page.items);
    cursor = page.next;
  }
  return bags.reverse();
}

export function readLedger(appliance: Pick<Appliance, "api">) {
  return answered(appliance.api("/api/ledger"), ledgerShape);
}

/** Waits until the ledger has `received` frames, all of them recorded. */
export async function untilRecorded(appliance: Appliance, received: number, limitMs?: number): Promise<void> {
  await until(
    `${received} frames are recorded`,
    async () => {
      const ledger = await readLedger(appliance).catch(() => null);
      return ledger !== null && ledger.received >= received && ledger.pending === 0;
    },
    limitMs,
  );
}

/** One sample of /metrics, `prepuff_bags_total{station="Station 1",verdict="in"}`; undefined where there is none. */
export async function readMetric(
  appliance: Pick<Appliance, "api">,
  sample: string,
): Promise<number | undefined> {
  const text = await (await appliance.api("/metrics")).text();
  const line = text.split("\n").find((each) => each.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

/** The weights of each scale in the order in which they were stored. */
export async function storedWeights(sql: Sql): Promise<Map<number, string[]>> {
  const rows = await sql<{ scale: number; weights: string[] }[]>`
    select printed_scale_id as scale, array_agg(weight::text order by id) as weights
    from filler_bag
    group by 1
    order by 1`;
  return new Map(rows.map(({ scale, weights }) => [scale, weights]));
}

export async function countBags(sql: Sql): Promise<number> {
  const [row] = await sql<{ bags: number }[]>`select count(*) as bags from filler_bag`;
  return row?.bags ?? 0;
}

/**
 * Jobs whose numbers are not 1, 2, 3 …, each once, in the order of the journal; empty is right.
 *
 * @param afterId looks only at bags behind this one, of jobs that had none before.
 */
export async function jobsWithBadNumbers(sql: Sql, afterId = 0) {
  const jobs = await sql<{ job: number; bags: number; least: number; most: number; distinct: number }[]>`
    select prepuff_job_id as job, count(*) as bags, min(bag_num) as least, max(bag_num) as most,
      count(distinct bag_num) as distinct
    from (
      select prepuff_job_id, bag_num,
        row_number() over (partition by prepuff_job_id order by journal_id, journal_seq) as nth
      from filler_bag
      where prepuff_job_id is not null and id > ${afterId}
    ) b
    group by 1
    having min(bag_num) <> 1 or max(bag_num) <> count(*) or count(distinct bag_num) <> count(*)
      or bool_or(bag_num <> nth)`;
  return [...jobs];
}
