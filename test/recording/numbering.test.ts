import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Sql } from "../../src/database/database.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

const epoch = Date.now() - 3_600_000;

interface JobPlan {
  readonly station: number;
  readonly startedAt: number;
  /** Null: it is active, if it is the station's last one. */
  readonly lasts: number | null;
  readonly quantity: number;
}

interface BagPlan {
  readonly station: number;
  readonly scale: number;
  readonly unit: "lb" | "kg";
  readonly at: number;
  readonly isDoubted: boolean;
}

interface Job {
  readonly id: number;
  readonly station: string;
  readonly startedAt: number;
  readonly quantity: number;
  endedAt: number | null;
  lastBagNum: number;
}

// Few moments, so that bags fall on the very begin and end of jobs, and times that go back, as of a clock that was set.
const moment = fc.integer({ min: 0, max: 12 });
const jobPlans: fc.Arbitrary<JobPlan[]> = fc.array(
  fc.record({
    station: fc.integer({ min: 0, max: 2 }),
    startedAt: moment,
    lasts: fc.option(fc.integer({ min: 1, max: 12 })),
    quantity: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 6 },
);
const bagPlans: fc.Arbitrary<BagPlan[]> = fc
  .array(
    fc.record({
      station: fc.integer({ min: 0, max: 2 }),
      scale: fc.integer({ min: 1, max: 3 }),
      unit: fc.constantFrom("lb", "kg"),
      at: moment,
      isDoubted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((bags) =>
    fc.constantFrom(
      bags,
      bags.toSorted((one, other) => one.at - other.at),
    ),
  );
const batches = fc.array(fc.tuple(bagPlans, fc.boolean()), { minLength: 1, maxLength: 3 });

/** The rules, bag by bag: the job that ran then, its next number, none beyond its quantity, none in doubt. */
function number(jobs: readonly Job[], bags: readonly (BagPlan & { stationName: string })[]) {
  const earliest = Math.min(...bags.map(({ at }) => at));
  const known = jobs.filter(({ endedAt }) => (endedAt ?? Number.POSITIVE_INFINITY) > earliest);
  const nth = new Map<Job, number>();
  const before = new Map(known.map((job) => [job, { ...job }]));
  return bags.map(({ stationName, at, isDoubted }) => {
    const ofStation = known
      .filter((each) => each.station === stationName && before.get(each)?.endedAt !== each.startedAt)
      .toSorted((one, other) => one.startedAt - other.startedAt || one.id - other.id);
    const job = ofStation.find((each, index) => {
      const endedAt = before.get(each)?.endedAt ?? Number.POSITIVE_INFINITY;
      const until = Math.min(endedAt, ofStation[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY);
      return each.startedAt <= at && at < until;
    });
    if (job === undefined || isDoubted) return { job: null, num: null };
    const place = (nth.get(job) ?? 0) + 1;
    nth.set(job, place);
    const { lastBagNum = 0 } = before.get(job) ?? {};
    if (lastBagNum + place > job.quantity) return { job: null, num: null };
    job.lastBagNum = lastBagNum + place;
    if (job.lastBagNum === job.quantity) job.endedAt ??= at;
    return { job: job.id, num: job.lastBagNum };
  });
}

async function addJob(sql: Sql, station: string, plan: JobPlan, isLast: boolean): Promise<Job> {
  const endedAt = isLast && plan.lasts === null ? null : plan.startedAt + (plan.lasts ?? 3);
  const [row] = await sql<{ id: number }[]>`
    insert into prepuff_job
      (prepuff_company_id, target_weight, tolerance_percent, quantity, station, started_by, started_at, ended_at, status)
    values (1, 50, 10, ${plan.quantity}, ${station}, 'test', ${new Date(epoch + plan.startedAt)},
      ${endedAt === null ? null : new Date(epoch + endedAt)}, ${endedAt === null ? "active" : "cancelled"})
    returning id`;
  return {
    id: row?.id ?? 0,
    station,
    startedAt: plan.startedAt,
    quantity: plan.quantity,
    endedAt,
    lastBagNum: 0,
  };
}

test("every bag gets the job and the number that the rules say, one bag after the other, however they are batched", async () => {
  const { sql } = await testDatabase();
  await sql`insert into prepuff_company (name) values ('Property')`;
  const journal = Bun.randomUUIDv7();
  await sql`insert into journal (id) values (${journal})`;
  let run = 0;
  let seq = 0;
  let numbered = 0;
  await fc.assert(
    fc.asyncProperty(jobPlans, batches, async (planned, plannedBatches) => {
      run++;
      const nameOf = (station: number) => `Run ${run} station ${station}`;
      const jobs: Job[] = [];
      for (const [index, plan] of planned.entries()) {
        const isLast = !planned.slice(index + 1).some(({ station }) => station === plan.station);
        jobs.push(await addJob(sql, nameOf(plan.station), plan, isLast));
      }
      for (const [plans, hasDoubts] of plannedBatches) {
        const bags = plans.map((plan) => ({
          ...plan,
          isDoubted: hasDoubts && plan.isDoubted,
          stationName: nameOf(plan.station),
        }));
        const entries = bags.map(({ stationName, scale, unit, at, isDoubted }) => ({
          ...weighed({
            station: stationName,
            scale,
            unit,
            receivedAt: epoch + at,
            doubt: isDoubted ? "repeats" : null,
          }),
          seq: ++seq,
        }));
        await recordJournaled(sql, journal, entries, [1]);
        const stored = await sql<{ job: number | null; num: number | null }[]>`
          select prepuff_job_id as job, bag_num as num
          from filler_bag
          where journal_seq between ${seq - bags.length + 1} and ${seq}
          order by id`;
        const expected = number(jobs, bags);
        expect<unknown>([...stored]).toEqual(expected);
        numbered += expected.filter(({ job }) => job !== null).length;
      }
    }),
    { numRuns: 150 },
  );
  expect(numbered).toBeGreaterThan(100);
  const rows = await sql<{ journal_seq: number }[]>`select journal_seq from filler_bag order by id`;
  expect(rows.map(({ journal_seq }) => journal_seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  const [wrong] = await sql<{ jobs: number }[]>`
    select count(*)::integer as jobs from prepuff_job j
    where j.bags_completed <> (select count(*) from filler_bag where prepuff_job_id = j.id)`;
  expect(wrong?.jobs).toBe(0);
});
