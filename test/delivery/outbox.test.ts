import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import type { Executor } from "../../src/database/types.ts";
import type { Outcome } from "../../src/delivery/answer.ts";
import {
  countDeliveries,
  type DeliveryFilter,
  deliverySchema,
  discardDeliveries,
  listDeliveries,
  retryDeliveries,
} from "../../src/delivery/deliveries.ts";
import { webApplication } from "../../src/delivery/destination.ts";
import { readStations, readWaiting, writeAttempts } from "../../src/delivery/outbox.ts";
import { testDatabase } from "../support/postgres.ts";
import { addBags, addMany, clearBags, readDeliveries } from "./outbox-rows.ts";

setDefaultTimeout(60_000);
/** Hooks have 5 s by default: not enough to start the first Postgres on a busy machine. */
const hookLimitMs = 60_000;

let sql: Sql;
const destination = webApplication.id;
const plant = 1;
const now = Date.UTC(2026, 0, 31, 6, 0, 0);
const inAMinute = new Date(now + 60_000);

beforeAll(async () => {
  sql = (await testDatabase()).sql;
}, hookLimitMs);

afterEach(() => clearBags(sql), hookLimitMs);

async function setState(
  id: number | undefined,
  state: string,
  nextAttemptAt: Date | null = null,
): Promise<void> {
  await sql`
    update delivery
    set state = ${state}, next_attempt_at = ${nextAttemptAt}
    where filler_bag_id = ${id ?? 0}`;
}

const states = async () => (await readDeliveries(sql)).map(({ state }) => state);

describe("what a lane reads", () => {
  test("is its station's pending bags in the order of weighing, then the parked ones that are due", async () => {
    const bags = await addBags(sql, [
      { weight: "45.20" },
      { station: "Station 2" },
      { weight: "45.2", unit: "kg" },
      {},
      {},
      {},
    ]);
    await setState(bags[3]?.id, "delivered");
    await setState(bags[0]?.id, "parked", new Date(now));
    await setState(bags[4]?.id, "parked", inAMinute);
    const waiting = await readWaiting(sql, { destination, station: "Station 1" }, now, 10);
    expect(waiting.map(({ id, state, weight, unit }) => ({ id, state, weight, unit }))).toEqual([
      { id: bags[2]?.id ?? 0, state: "pending", weight: "45.2", unit: "kg" },
      { id: bags[5]?.id ?? 0, state: "pending", weight: "50.00", unit: "lb" },
      { id: bags[0]?.id ?? 0, state: "parked", weight: "45.20", unit: "lb" },
    ]);
    expect(
      (await readWaiting(sql, { destination, station: "Station 1" }, now, 1)).map(({ state }) => state),
    ).toEqual(["pending", "parked"]);
    expect(await readWaiting(sql, { destination, station: "Station" }, now, 10)).toEqual([]);
  });

  test("stations with something to send are those with pending bags, or parked ones that are due", async () => {
    const bags = await addBags(
      sql,
      ["a", "b", "c", "d", "e", "a"].map((station) => ({ station })),
    );
    await setState(bags[1]?.id, "delivered");
    await setState(bags[2]?.id, "parked", inAMinute);
    await setState(bags[3]?.id, "parked", new Date(now - 1));
    await setState(bags[4]?.id, "parked", null);
    expect((await readStations(sql, destination, now))?.sort()).toEqual(["a", "d"]);
    expect((await readStations(sql, destination, now + 60_000))?.sort()).toEqual(["a", "c", "d"]);
  });

  test("a parked bag whose time is further away than any wait is due: the clock was set back", async () => {
    const [bag] = await addBags(sql, [{ station: "a" }]);
    await setState(bag?.id, "parked", new Date(now + 3_000_000));
    expect(await readStations(sql, destination, now)).toEqual(["a"]);
    expect((await readWaiting(sql, { destination, station: "a" }, now, 10)).map(({ id }) => id)).toEqual([
      bag?.id ?? 0,
    ]);
  });
});

describe("what is written of an attempt", () => {
  const delivered: Outcome = {
    kind: "delivered",
    status: 200,
    bagId: 9_007_199_254_740_991,
    bagNum: null,
    inTolerance: false,
    jobComplete: null,
  };
  const refused: Outcome = { kind: "parked", status: 409, reason: "409: no job", retryable: true };
  const failed: Outcome = { kind: "retry", status: null, reason: "network error" };
  const retryAt = now + 1_000;
  const parkedRetryAt = now + 300_000;

  test.each([
    ["pending", delivered, "delivered", null],
    ["parked", delivered, "delivered", null],
    ["discarded", delivered, "delivered", null],
    ["pending", refused, "parked", parkedRetryAt],
    ["parked", refused, "parked", parkedRetryAt],
    ["discarded", refused, "discarded", null],
    ["delivered", refused, "delivered", null],
    ["pending", failed, "pending", retryAt],
    ["parked", failed, "parked", parkedRetryAt],
    ["discarded", failed, "discarded", null],
    ["delivered", failed, "delivered", null],
  ])("a bag that is %s meanwhile, with %j, is %s", async (before, outcome, after, nextAttemptAt) => {
    const [bag] = await addMany(sql, 1);
    await setState(bag?.id, before);
    await writeAttempts(sql, destination, [
      { id: bag?.id ?? 0, uid: Bun.randomUUIDv7(), at: now, outcome, retryAt, parkedRetryAt },
    ]);
    const [line] = await readDeliveries(sql);
    expect(line?.state).toBe(after);
    expect(line?.next_attempt_at?.getTime() ?? null).toBe(nextAttemptAt);
    const isWritten = before === "pending" || before === "parked" || outcome.kind === "delivered";
    expect(line?.attempts).toBe(isWritten ? 1 : 0);
    if (outcome.kind === "delivered") {
      expect(line?.delivered_at?.getTime()).toBe(now);
      expect(line).toMatchObject({ upstream_bag_id: 9_007_199_254_740_991, upstream_in_tolerance: false });
    } else if (isWritten) {
      expect(line).toMatchObject({
        last_status: outcome.status,
        last_error: outcome.reason,
        delivered_at: null,
      });
    }
  });

  test("many go in one statement, and the tally keeps up", async () => {
    const bags = await addMany(sql, 1_000);
    await writeAttempts(
      sql,
      destination,
      bags.toReversed().map(({ id }) => ({
        id,
        uid: Bun.randomUUIDv7(),
        at: now,
        outcome: id % 2 === 0 ? delivered : refused,
        retryAt,
        parkedRetryAt,
      })),
    );
    expect(await countDeliveries(sql, plant)).toEqual([
      {
        destination: "Web application",
        pending: 0,
        parked: 500,
        delivered: 500,
        discarded: 0,
        oldestPendingWeighedAt: null,
      },
    ]);
  });
});

describe("a person's list", () => {
  test("is newest first, in pages, by state and station", async () => {
    const bags = await addBags(
      sql,
      Array.from({ length: 12 }, (_, n) => ({ station: `Station ${n % 3}` })),
    );
    for (const [n, { id }] of bags.entries()) {
      await setState(id, ["pending", "parked", "delivered", "discarded"][Math.floor(n / 3)] ?? "");
    }
    const list = async (
      filter: Omit<DeliveryFilter, "plant" | "destination">,
      page: Parameters<typeof listDeliveries>[2],
    ) => {
      const found = await listDeliveries(sql, { plant, destination, ...filter }, page);
      return found.map(({ bag_id }) => bags.findIndex(({ id }) => id === bag_id));
    };
    expect(await list({}, { limit: 100 })).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await list({}, { limit: 2, before: bags[6]?.id })).toEqual([5, 4]);
    expect(await list({ state: "pending" }, { limit: 100 })).toEqual([2, 1, 0]);
    expect(await list({ state: "pending" }, { limit: 1, before: bags[2]?.id })).toEqual([1]);
    expect(await list({ state: "pending", station: "Station 1" }, { limit: 100 })).toEqual([1]);
    expect(await list({ state: "parked" }, { limit: 2 })).toEqual([5, 4]);
    expect(await list({ state: "delivered", station: "Station 2" }, { limit: 100 })).toEqual([8]);
    expect(await list({ state: "discarded" }, { limit: 100 })).toEqual([11, 10, 9]);
    expect(await list({ station: "Station 0" }, { limit: 2 })).toEqual([9, 6]);
    expect(await list({ station: "nowhere" }, { limit: 2 })).toEqual([]);
  });

  test("shows a delivery as the API says", async () => {
    const [bag] = await addBags(sql, [{ weight: "45.20", unit: "kg", scale: 2, weighedAt: new Date(now) }]);
    const [delivery] = await listDeliveries(sql, { plant, destination }, { limit: 1 });
    expect(deliverySchema.parse(delivery)).toEqual({
      destination: "Web application",
      bag_id: bag?.id ?? 0,
      uid: bag?.uid ?? "",
      station: "Station 1",
      scale: 2,
      weight: "45.20",
      unit: "kg",
      weighed_at: "2026-01-31T06:00:00.000Z",
      state: "pending",
      attempts: 0,
      next_attempt_at: null,
      last_status: null,
      last_error: null,
      delivered_at: null,
      upstream_bag_id: null,
      upstream_bag_num: null,
      upstream_in_tolerance: null,
      upstream_job_complete: null,
    });
  });
});

describe("a person's word", () => {
  test("retry makes everything but the delivered pending, due at once, and says how many", async () => {
    const bags = await addMany(sql, 4);
    for (const [n, state] of ["pending", "parked", "delivered", "discarded"].entries()) {
      await setState(bags[n]?.id, state, inAMinute);
    }
    const ids = bags.map(({ id }) => id);
    expect(await retryDeliveries(sql, { plant, destination, ids: [...ids, 999_999] })).toBe(3);
    expect(await states()).toEqual(["pending", "pending", "delivered", "pending"]);
    expect((await readDeliveries(sql))[0]?.next_attempt_at).toBeNull();
    expect(await retryDeliveries(sql, { plant, destination, ids: [] })).toBe(0);
  });

  test("discard gives up what waits, never what is delivered", async () => {
    const bags = await addMany(sql, 4);
    for (const [n, state] of ["pending", "parked", "delivered", "discarded"].entries()) {
      await setState(bags[n]?.id, state, inAMinute);
    }
    expect(await discardDeliveries(sql, { plant, destination, ids: bags.map(({ id }) => id) })).toBe(2);
    expect(await states()).toEqual(["discarded", "discarded", "delivered", "discarded"]);
  });

  test("all parked ones, of one station or of every, more than a chunk of them", async () => {
    await addMany(sql, 5_010, { station: "a" });
    await addMany(sql, 10, { station: "b" });
    await addMany(sql, 1, { station: "c" });
    await sql`update delivery set state = 'parked' where station <> 'c'`;
    expect(await discardDeliveries(sql, { plant, destination, parked: true, station: "b" })).toBe(10);
    expect(await retryDeliveries(sql, { plant, destination, parked: true })).toBe(5_010);
    expect(await countDeliveries(sql, plant)).toMatchObject([{ pending: 5_011, parked: 0, discarded: 10 }]);
  });
});

test("the counts say how many stand in each state, and since when the oldest pending one waits", async () => {
  const bags = await addBags(sql, [
    { weighedAt: new Date(now - 600_000) },
    { station: "Station 2", weighedAt: new Date(now - 90_000) },
    { weighedAt: new Date(now - 1_000) },
  ]);
  await setState(bags[0]?.id, "parked");
  expect(await countDeliveries(sql, plant)).toEqual([
    {
      destination: "Web application",
      pending: 2,
      parked: 1,
      delivered: 0,
      discarded: 0,
      oldestPendingWeighedAt: now - 90_000,
    },
  ]);
});

describe("of two plants on one database", () => {
  let other: number;
  beforeAll(async () => {
    const [row] = await sql<{ id: number }[]>`insert into plant (name) values ('Süd') returning id`;
    other = row?.id ?? 0;
  }, hookLimitMs);
  afterAll(async () => {
    await sql`delete from plant where id = ${other}`;
  }, hookLimitMs);

  test("each lists its own deliveries, with its name", async () => {
    const [mine, theirs] = await addBags(sql, [{}, { plant: other }]);
    const listOf = async (of: number, state?: "pending") => {
      const found = await listDeliveries(sql, { plant: of, destination, state }, { limit: 10 });
      return found.map(({ bag_id, plant: name }) => [bag_id, name]);
    };
    for (const state of [undefined, "pending"] as const) {
      expect(await listOf(plant, state)).toEqual([[mine?.id, "Plant 1"]]);
      expect(await listOf(other, state)).toEqual([[theirs?.id, "Süd"]]);
    }
  });

  test("each counts its own that are held back, and everybody's that wait", async () => {
    const bags = await addBags(sql, [{}, { plant: other }, { plant: other }, { plant: other }]);
    for (const { id } of bags.slice(0, 3)) await setState(id, "parked");
    expect(await countDeliveries(sql, plant)).toMatchObject([{ pending: 1, parked: 1 }]);
    expect(await countDeliveries(sql, other)).toMatchObject([{ pending: 1, parked: 2 }]);
  });

  test("each retries and discards its own, by id and all at once", async () => {
    const bags = await addBags(sql, [{}, { plant: other }]);
    const ids = bags.map(({ id }) => id);
    for (const id of ids) await setState(id, "parked");
    expect(await discardDeliveries(sql, { plant: other, destination, ids })).toBe(1);
    expect(await states()).toEqual(["parked", "discarded"]);
    expect(await retryDeliveries(sql, { plant: other, destination, parked: true })).toBe(0);
    expect(await retryDeliveries(sql, { plant: other, destination, ids })).toBe(1);
    expect(await states()).toEqual(["parked", "pending"]);
    expect(await retryDeliveries(sql, { plant, destination, parked: true })).toBe(1);
    expect(await states()).toEqual(["pending", "pending"]);
  });
});

describe("no query reads more rows than it needs, whatever waits or was delivered", () => {
  const count = 20_000;

  /** Two stations in turn; `delivered` of the bags are so already, `deliveredSince` the statistics were made. */
  async function fill(delivered: number, deliveredSince: number): Promise<void> {
    const [first] = await sql<{ id: number }[]>`
      with bag as (
        insert into filler_bag (
          uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source
        )
        select gen_random_uuid(), 'Station ' || n % 2, 1, 1, 50.00, 'lb', 50.00, now(), 'scale'
        from generate_series(1, ${count}::integer) n
        returning id, station
      ),
      delivery as (
        insert into delivery (destination_id, filler_bag_id, station, state)
        select ${destination}::smallint, id, station, case when row_number() over (order by id) > ${delivered} then 'pending' else 'delivered' end
        from bag
      )
      select min(id) as id from bag`;
    await sql`vacuum analyze delivery, filler_bag`;
    await sql`update delivery set state = 'delivered' where filler_bag_id < ${(first?.id ?? 0) + deliveredSince}`;
  }

  /** Rows of `delivery` that this transaction has read so far, as Postgres counts them. */
  async function readSoFar(tx: Executor): Promise<number> {
    const [row] = await tx<{ read: number }[]>`
      select seq_tup_read + idx_tup_fetch as read
      from pg_stat_xact_user_tables
      where relname = 'delivery'`;
    return row?.read ?? 0;
  }

  function rowsRead(query: (tx: Executor) => Promise<unknown>): Promise<number> {
    return sql.begin(async (tx) => {
      const before = await readSoFar(tx);
      await query(tx);
      return (await readSoFar(tx)) - before;
    });
  }

  test.each([
    ["all pending", 0, 0],
    ["few pending, at the end", count - 500, 0],
    ["most delivered since the last statistics", 0, 14_000],
  ])("%s", async (_, delivered, deliveredSince) => {
    await fill(delivered, deliveredSince);
    const queries: [string, number, (tx: Executor) => Promise<unknown>][] = [
      ["stations", 40, (tx) => readStations(tx, destination, now)],
      ["a lane's next bags", 600, (tx) => readWaiting(tx, { destination, station: "Station 1" }, now, 256)],
      ["counts", 40, (tx) => countDeliveries(tx, plant)],
      ["newest", 200, (tx) => listDeliveries(tx, { plant, destination }, { limit: 50 })],
      [
        "newest pending",
        1_000,
        (tx) => listDeliveries(tx, { plant, destination, state: "pending" }, { limit: 50 }),
      ],
      [
        "newest pending of a station",
        200,
        (tx) =>
          listDeliveries(tx, { plant, destination, state: "pending", station: "Station 1" }, { limit: 50 }),
      ],
      [
        "newest parked",
        10,
        (tx) => listDeliveries(tx, { plant, destination, state: "parked" }, { limit: 50 }),
      ],
    ];
    for (const [what, most, query] of queries) {
      const read = await rowsRead(query);
      expect(`${what}: ${read <= most ? "few" : read}`).toBe(`${what}: few`);
    }
  });
});
