import { beforeAll, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import type { DatabaseAccess, Sql } from "../../../src/database/database.ts";
import { assignBag } from "../../../src/records/bags/corrections.ts";
import { unvoidBag, voidBag } from "../../../src/records/bags/voids.ts";
import { kindOf, newColumns, printedAs } from "../../../src/records/quality/bags.ts";
import { decodeBags, encodeBags } from "../../../src/records/quality/blocks/codec.ts";
import { createBlockKeeper } from "../../../src/records/quality/blocks/keeper.ts";
import { makeBlock, missingBlocks } from "../../../src/records/quality/blocks/making.ts";
import { type BlockMemory, createBlockMemory } from "../../../src/records/quality/blocks/memory.ts";
import { readBags } from "../../../src/records/quality/read-bags.ts";
import type { Scope } from "../../../src/records/quality/scope.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { type Unit, units } from "../../../src/weighing/units.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testDatabase } from "../../support/postgres.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { until } from "../../support/until.ts";

let sql: Sql;
beforeAll(async () => {
  ({ sql } = await testDatabase());
});
beforeEach(() => emptyTables(sql));

/** Small, so that a few bags make several of them. */
const sizes = { numbers: 6, growsBy: 2 };
const minuteMs = 60_000;

async function makeAll(): Promise<void> {
  for (const missing of await missingBlocks(sql, 1, 100, sizes)) await makeBlock(sql, missing, sizes);
}

async function blocks(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer from bag_block`;
  return row?.count ?? 0;
}

/** What a question about quality reads, a row a bag. */
async function read(scope: Scope): Promise<string[]> {
  return sql.begin("isolation level repeatable read read only", async (tx) => {
    const bags = await readBags(tx, 1, scope);
    return Array.from(bags.order, (place) => {
      const { unit, decimals } = printedAs(bags.kinds[place] ?? 0);
      const weight = ((bags.printed[place] ?? 0) / 10 ** decimals).toFixed(decimals);
      return [bags.ids, bags.jobs, bags.scales, bags.times, bags.pounds]
        .map((column) => column[place])
        .concat()
        .join(" ")
        .concat(` ${weight} ${unit}`);
    });
  }) as Promise<string[]>;
}

/** The same of the bags as they are stored. */
async function stored({ job, product, station, scale, from, to }: Scope): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select concat_ws(' ', b.id, coalesce(b.prepuff_job_id, 0), b.scale_id,
      (extract(epoch from b.weighed_at) * 1000)::bigint, (b.weight_lb * 10000)::bigint, b.weight, b.unit) as text
    from filler_bag b
    left join prepuff_job j on j.id = b.prepuff_job_id
    where b.voided_at is null
      and ${job ?? null}::integer is not distinct from case when ${job !== undefined} then b.prepuff_job_id end
      and ${product ?? null}::integer is not distinct from case when ${product !== undefined} then j.product_id end
      and ${station ?? null}::text is not distinct from case when ${station !== undefined} then b.station end
      and ${scale ?? null}::integer is not distinct from case when ${scale !== undefined} then b.scale_id end
      and (${from ?? null}::timestamptz is null or b.weighed_at >= ${from ?? null})
      and (${to ?? null}::timestamptz is null or b.weighed_at < ${to ?? null})
    order by b.weighed_at, b.id`;
  return rows.map(({ text }) => text);
}

const scopes: readonly Scope[] = [
  {},
  { job: 1 },
  { product: 1 },
  { station: "Station 1" },
  { station: "Station 2" },
  { scale: 2 },
  { product: 1, scale: 1, from: new Date(operator.at + 5 * minuteMs) },
  { from: new Date(operator.at + 10 * minuteMs), to: new Date(operator.at + 25 * minuteMs) },
];

async function expectSame(): Promise<void> {
  for (const scope of scopes) expect(await read(scope)).toEqual(await stored(scope));
}

const station = fc.constantFrom("Station 1", "Station 2");
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("weigh" as const),
      station,
      scale: fc.integer({ min: 1, max: 3 }),
      minute: fc.integer({ min: -5, max: 40 }),
      weight: fc.integer({ min: 1, max: 99_999 }),
      unit: fc.constantFrom(...units),
      isInDoubt: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void" as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("take back" as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("assign" as const), pick: fc.nat(), job: fc.nat() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), pick: fc.nat(), job: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("correct" as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), station }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("make" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(each: Step): Promise<void> {
  const bags = await sql<{ id: number; job: number | null; station: string; voided: boolean }[]>`
    select id, prepuff_job_id as job, station, voided_at is not null as voided from filler_bag order by id`;
  const jobs = await sql<{ id: number; station: string }[]>`select id, station from prepuff_job order by id`;
  const bag = "pick" in each ? bags[each.pick % Math.max(1, bags.length)] : undefined;
  const other =
    "job" in each && bag !== undefined
      ? jobs.filter((job) => job.station === bag.station).at(each.job % 3)
      : undefined;
  switch (each.kind) {
    case "weigh":
      await recordedBag(sql, {
        station: each.station,
        scale: each.scale,
        weight: (each.weight / 100).toFixed(2),
        unit: each.unit,
        // Also before what was weighed before it, and before its job began.
        receivedAt: operator.at + each.minute * minuteMs,
        doubt: each.isInDoubt ? "repeats" : null,
      });
      return;
    case "void":
      if (bag !== undefined) await voidBag(sql, bag.id, { code: "torn", reason: null }, operator);
      return;
    case "take back":
      if (bag !== undefined) await unvoidBag(sql, bag.id, operator);
      return;
    case "assign":
      if (bag !== undefined && other !== undefined) await assignBag(sql, bag.id, other.id, operator);
      return;
    case "move":
      // No way of the program's: what somebody does to the table by hand is seen, too.
      if (bag?.job == null || other === undefined || other.id === bag.job) return;
      await sql`
        with given as (update prepuff_job set last_bag_num = last_bag_num + 1 where id = ${other.id} returning last_bag_num)
        update filler_bag set prepuff_job_id = ${other.id}, bag_num = (select last_bag_num from given) where id = ${bag.id}`;
      return;
    case "correct":
      if (bag !== undefined)
        await sql`update filler_bag set weight = weight + 1, weight_lb = weight_in_lb(weight + 1, unit) where id = ${bag.id}`;
      return;
    case "remove":
      if (bag !== undefined) await sql`delete from filler_bag where id = ${bag.id}`;
      return;
    case "end": {
      const at = new Date(operator.at + 20 * minuteMs);
      await sql`
        update prepuff_job set status = 'completed', ended_at = ${at} where station = ${each.station} and status = 'active'`;
      await startedJob(sql, { station: each.station, quantity: 1_000 }, at.getTime());
      return;
    }
    case "make":
      await makeAll();
  }
}

async function begin(): Promise<void> {
  await emptyTables(sql);
  await sql`insert into product (plant_id, name, target_weight, tolerance_percent) values (1, 'Beads', 50, 10)`;
  for (const name of ["Station 1", "Station 2"]) await startedJob(sql, { station: name, quantity: 1_000 });
  await sql`update prepuff_job set product_id = 1 where station = 'Station 1'`;
}

test("blocks say what the bags say, whatever is done to these", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      await begin();
      for (const each of steps) {
        await take(each);
        if (each.kind !== "weigh") await expectSame();
      }
      await makeAll();
      await expectSame();
    }),
    { numRuns: 8, seed: 16, endOnFailure: true },
  );
}, 120_000);

test("a block that is made while its bags are changed says what they are afterwards", async () => {
  await begin();
  const ids: number[] = [];
  for (let index = 0; index < 40; index++) {
    ids.push((await recordedBag(sql, { receivedAt: operator.at + index * 1_000 })).id);
  }
  let isOver = false;
  const making = (async () => {
    while (!isOver) await makeAll();
  })();
  const change = async (own: readonly number[]) => {
    for (const id of own) {
      await voidBag(sql, id, { code: "torn", reason: null }, operator);
      if (id % 3 === 0) await unvoidBag(sql, id, operator);
    }
  };
  await Promise.all([change(ids.slice(0, 20)), change(ids.slice(20))]);
  isOver = true;
  await making;
  await expectSame();
  await makeAll();
  expect(await blocks()).toBe(7);
  await expectSame();
});

test("a bag that comes costs no block; one that is changed costs the one that holds it", async () => {
  await begin();
  const ids: number[] = [];
  for (let index = 0; index < 12; index++) ids.push((await recordedBag(sql)).id);
  await makeAll();
  expect(await blocks()).toBe(2);
  await recordedBag(sql);
  expect(await blocks()).toBe(2);
  await voidBag(sql, ids[7] ?? 0, { code: "torn", reason: null }, operator);
  expect([...(await sql`select after_num as after from bag_block`)]).toEqual([{ after: 0 }]);
  await sql`truncate filler_bag cascade`;
  expect(await blocks()).toBe(0);
});

test("the appliance makes blocks by itself: of a job that has ended all of them, of one that runs none for a few bags", async () => {
  await begin();
  for (const station of ["Station 1", "Station 2"]) await recordedBag(sql, { station });
  await sql`update prepuff_job set status = 'completed', ended_at = now() where station = 'Station 1'`;
  const database: DatabaseAccess = {
    up: true,
    lastError: null,
    trouble: null,
    run: (work) => work(sql),
    onChange: () => () => undefined,
  };
  const keeper = createBlockKeeper({
    database,
    plant: { id: 1 },
    clock: systemClock,
    logger: silentLogger,
  });
  keeper.start();
  await until("a block is made", async () => (await blocks()) > 0);
  await keeper.stop();
  expect([...(await sql`select job_id, through_num from bag_block`)]).toEqual([
    { job_id: 1, through_num: 1 },
  ]);
});

test("whoever makes a block waits for nobody who works on its job", async () => {
  await begin();
  await recordedBag(sql);
  await recordedBag(sql);
  await sql.begin(async (tx) => {
    await tx`select from prepuff_job where id = 1 for update`;
    expect(await makeBlock(sql, { job: 1, after: 0 }, sizes)).toBe(false);
  });
  expect(await makeBlock(sql, { job: 1, after: 0 }, sizes)).toBe(true);
});

const column = (value: fc.Arbitrary<number>, length: number) =>
  fc.array(value, { minLength: length, maxLength: length });
const anyBags = fc.integer({ min: 0, max: 30 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    ids: column(fc.integer({ min: 1, max: 2 ** 50 }), length).map((all) => Float64Array.from(all)),
    jobs: fc.constant(new Int32Array(length).fill(7)),
    scales: column(fc.integer({ min: 0, max: 2 ** 31 - 1 }), length).map((all) => Int32Array.from(all)),
    times: column(fc.integer({ min: 0, max: 8_000_000_000_000 }), length).map((all) =>
      Float64Array.from(all),
    ),
    pounds: column(fc.integer({ min: 1, max: 10_000_000_000 }), length).map((all) => Float64Array.from(all)),
    printed: column(fc.integer({ min: 1, max: 10_000_000_000 }), length).map((all) => Float64Array.from(all)),
    kinds: column(fc.integer({ min: 0, max: 63 }), length).map((all) => Uint8Array.from(all)),
  }),
);

test("what is written of bags is read back, and a block that was cut off is refused", () => {
  fc.assert(
    fc.property(anyBags, (bags) => {
      const bytes = encodeBags(bags);
      expect(decodeBags(bytes, 7)).toEqual(bags);
      expect(() => decodeBags(bytes.subarray(0, -1), 7)).toThrow(RangeError);
      expect(() => decodeBags(Uint8Array.from([...bytes, 0]), 7)).toThrow(RangeError);
    }),
  );
});

test("what was printed in pounds is kept once", () => {
  const printed = (unit: Unit) => ({
    length: 100,
    ids: new Float64Array(100).map((_, index) => index),
    jobs: new Int32Array(100).fill(1),
    scales: new Int32Array(100).fill(1),
    times: new Float64Array(100).map((_, index) => 1.7e12 + index * 60_000),
    pounds: new Float64Array(100).map((_, index) => 500_000 + (index % 7) * 100),
    printed: new Float64Array(100).map((_, index) => 5_000 + (index % 7)),
    kinds: new Uint8Array(100).fill(kindOf(unit, 2)),
  });
  expect(encodeBags(printed("lb")).length).toBeLessThan(encodeBags(printed("kg")).length);
  expect(decodeBags(encodeBags(printed("lb")), 1)).toEqual(printed("lb"));
});

test("blocks are read once for the parts of a page, and again when a bag was changed", async () => {
  await begin();
  const ids: number[] = [];
  for (let index = 0; index < 12; index++) ids.push((await recordedBag(sql)).id);
  await makeAll();
  const memory = createBlockMemory();
  let loads = 0;
  const counting: BlockMemory = {
    recall: (key, load) =>
      memory.recall(key, () => {
        loads++;
        return load();
      }),
  };
  const ask = (asked: Scope) =>
    sql.begin("isolation level repeatable read read only", async (tx) => {
      return { bags: (await readBags(tx, 1, asked, counting)).length };
    });
  // A question says more than which bags.
  const chart: Scope & { chart: string } = { job: 1, chart: "i_mr" };
  expect(await Promise.all([ask(chart), ask({ job: 1 })])).toEqual([{ bags: 12 }, { bags: 12 }]);
  await recordedBag(sql);
  expect(await ask({ job: 1 })).toEqual({ bags: 13 });
  expect(loads).toBe(1);
  await voidBag(sql, ids[0] ?? 0, { code: "torn", reason: null }, operator);
  expect(await ask({ job: 1 })).toEqual({ bags: 12 });
  await makeAll();
  expect(await ask({ job: 1 })).toEqual({ bags: 12 });
  expect(await ask({ job: 1, scale: 1 })).toEqual({ bags: 12 });
  expect(loads).toBe(4);
});

test("whoever waits for what another one reads does not fail with him", async () => {
  const memory = createBlockMemory();
  const none = { ...decodeBags(encodeBags(newColumns(0)), 1), order: new Uint32Array() };
  const failing = memory.recall("key", () => Promise.reject(new Error("out of time")));
  const waiting = memory.recall("key", async () => none);
  expect(await waiting).toBe(none);
  await expect(failing).rejects.toThrow("out of time");
});
