import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { connect, type Sql } from "../../src/database/database.ts";
import { recordDirect, recordJournaled } from "../../src/recording/record.ts";
import { weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";

const epoch = Date.now() - 3_600_000;
let sql: Sql;
let url: string;

beforeAll(async () => {
  ({ sql, url } = await testDatabase());
  await sql`insert into prepuff_company (name) values ('Property')`;
});

interface Expected {
  readonly id: number;
  readonly quantity: number;
  bags: number;
  startedAt: number | null;
  endedAt: number | null;
}

/** A job that runs since the epoch, and planned ones behind it. */
async function addQueue(
  station: string,
  quantities: readonly number[],
  beginsItself: boolean,
): Promise<Expected[]> {
  const rows = await sql<{ id: number; quantity: number }[]>`
    insert into prepuff_job (
      prepuff_company_id, target_weight, tolerance_percent, quantity, station, status, started_at, queue_place, begins_itself
    )
    select
      1, 50, 10, q.quantity, ${station}, case when q.n = 1 then 'active' else 'planned' end,
      case when q.n = 1 then ${new Date(epoch)}::timestamptz end, nullif(q.n - 1, 0), q.n > 1 and ${beginsItself}
    from unnest(${[...quantities]}::integer[]) with ordinality as q (quantity, n)
    -- A later place does not mean a higher id.
    order by abs(hashint4(q.n::integer))
    returning id, quantity, coalesce(queue_place, 0) as place`;
  return rows
    .map((row) => row as { id: number; quantity: number; place: number })
    .toSorted((one, other) => one.place - other.place)
    .map(({ id, quantity }, index) => ({
      id,
      quantity,
      bags: 0,
      startedAt: index === 0 ? 0 : null,
      endedAt: null,
    }));
}

/** The rule: the first bag behind a job's last one is the first of the next job. */
function number(queue: readonly Expected[], at: number, beginsItself: boolean) {
  const index = queue.findIndex(({ startedAt, endedAt }) => startedAt !== null && endedAt === null);
  const job = queue[index];
  if (job === undefined) return { job: null, num: null };
  job.bags++;
  if (job.bags === job.quantity) {
    job.endedAt = at;
    const next = queue[index + 1];
    if (next !== undefined && beginsItself) next.startedAt = at;
  }
  return { job: job.id, num: job.bags };
}

const quantities = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6, size: "max" });
const bags = fc.array(
  fc.record({
    station: fc.integer({ min: 0, max: 2 }),
    scale: fc.integer({ min: 1, max: 2 }),
    unit: fc.constantFrom("lb" as const, "kg" as const),
    afterMs: fc.constantFrom(0, 0, 1, 5),
    isDoubted: fc.boolean(),
    // Where a batch ends, and whether the next bag comes by HTTP.
    ends: fc.boolean(),
    isDirect: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 60, size: "max" },
);

test("where the next job begins by itself, every bag behind a job's last one is the next job's, however they are batched", async () => {
  const journal = Bun.randomUUIDv7();
  await sql`insert into journal (id) values (${journal})`;
  let run = 0;
  let seq = 0;
  let begun = 0;
  await fc.assert(
    fc.asyncProperty(
      quantities,
      quantities,
      quantities,
      bags,
      fc.boolean(),
      async (one, two, three, planned, hasDoubts) => {
        run++;
        const stations = await Promise.all(
          [one, two, three].map(async (each, index) => {
            const beginsItself = index < 2;
            const name = `Run ${run} station ${index}`;
            return { name, beginsItself, queue: await addQueue(name, each, beginsItself) };
          }),
        );
        const expected: { uid: string; job: number | null; num: number | null }[] = [];
        let batch: Parameters<typeof recordJournaled>[2][number][] = [];
        let verdicts = 0;
        const flush = async () => {
          const recorded = await recordJournaled(sql, journal, batch, [1]);
          for (const { ids, verdict } of recorded?.bags ?? [])
            if (verdict !== "no_job") verdicts += ids.length;
          batch = [];
        };
        let at = 1;
        for (const { station: index, scale, unit, afterMs, isDoubted, ends, isDirect } of planned) {
          const station = stations[index];
          if (station === undefined) throw new Error("no such station");
          at += afterMs;
          const doubt = isDoubted && hasDoubts && !isDirect ? ("repeats" as const) : null;
          const entry = weighed({ station: station.name, scale, unit, receivedAt: epoch + at, doubt });
          const place =
            doubt === null ? number(station.queue, at, station.beginsItself) : { job: null, num: null };
          expected.push({ uid: entry.uid, ...place });
          if (isDirect) {
            await flush();
            const direct = await recordDirect(
              sql,
              { ...entry, source: "api" },
              { plant: 1, requireJob: false, destinations: [] },
            );
            expect<unknown>([direct?.jobId, direct?.bagNum]).toEqual([place.job, place.num]);
            if (place.job !== null) verdicts++;
            continue;
          }
          batch.push({ ...entry, seq: ++seq });
          if (ends) await flush();
        }
        await flush();
        const uids = expected.map(({ uid }) => uid);
        const stored = await sql<{ uid: string; job: number | null; num: number | null }[]>`
        select uid, prepuff_job_id as job, bag_num as num
        from filler_bag where uid = any (${uids}::uuid[]) order by id`;
        expect<unknown>([...stored]).toEqual(expected);
        expect(verdicts).toBe(expected.filter(({ job }) => job !== null).length);
        for (const { queue } of stations) {
          const rows = await sql<{ bags: number; started: Date | null; ended: Date | null }[]>`
          select bags_completed as bags, started_at as started, ended_at as ended
          from prepuff_job where id = any (${queue.map(({ id }) => id)}::integer[])
          order by array_position(${queue.map(({ id }) => id)}::integer[], id)`;
          expect(
            rows.map((row) => ({
              bags: row.bags,
              startedAt: row.started && row.started.getTime() - epoch,
              endedAt: row.ended && row.ended.getTime() - epoch,
            })),
          ).toEqual(queue.map(({ bags, startedAt, endedAt }) => ({ bags, startedAt, endedAt })));
          begun += queue.slice(1).filter(({ startedAt }) => startedAt !== null).length;
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(begun).toBeGreaterThan(100);
}, 120_000);

test("recorders that come to the end of jobs at once begin each job once, and leave no bag without one", async () => {
  const station = "Station of many";
  const jobs = await addQueue(
    station,
    Array.from({ length: 50 }, (_, index) => (index % 3) + 1),
    true,
  );
  const wanted = jobs.reduce((sum, { quantity }) => sum + quantity, 0);
  const others = [1, 2, 3, 4].map(() => connect(url, silentLogger, 1));
  const surplus = 10;
  let left = wanted + surplus;
  const take = (most: number) => {
    const taken = Math.min(left, most);
    left -= taken;
    return taken;
  };
  // All of one moment, so that each belongs to the job that runs when it is recorded.
  const bag = () => weighed({ station, receivedAt: epoch + 1 });
  await Promise.all(
    others.map(async (mine, index) => {
      if (index === 0) {
        while (take(1) > 0) {
          await recordDirect(
            mine,
            { ...bag(), source: "api" },
            { plant: 1, requireJob: false, destinations: [] },
          );
        }
        return;
      }
      const journal = Bun.randomUUIDv7();
      await mine`insert into journal (id) values (${journal})`;
      let seq = 0;
      for (let size = take(index * 2); size > 0; size = take(index * 2)) {
        const entries = Array.from({ length: size }, () => ({ ...bag(), seq: ++seq }));
        await recordJournaled(mine, journal, entries, []);
      }
    }),
  );
  await Promise.all(others.map((each) => each.end()));
  const rows = await sql<{ id: number; status: string; nums: number[] }[]>`
    select j.id, j.status, array_agg(b.bag_num order by b.bag_num) as nums
    from prepuff_job j
    join filler_bag b on b.prepuff_job_id = j.id
    where j.station = ${station}
    group by j.id
    order by j.id`;
  expect(rows.map(({ id, status, nums }) => ({ id, status, nums }))).toEqual(
    jobs
      .toSorted((one, other) => one.id - other.id)
      .map(({ id, quantity }) => ({
        id,
        status: "completed",
        nums: Array.from({ length: quantity }, (_, index) => index + 1),
      })),
  );
  const without = await sql`select from filler_bag where station = ${station} and prepuff_job_id is null`;
  expect(without).toHaveLength(surplus);
});
