import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Database, Sql } from "../../src/database/database.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { type Answer, type FakeUpstream, startFakeUpstream, success } from "../support/fake-upstream.ts";
import { testDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";
import { type AddedBag, addBags, addMany, clearBags, countState, readDeliveries } from "./outbox-rows.ts";
import { openDatabase, type RunningCourier, startCourier, token } from "./running-courier.ts";

setDefaultTimeout(60_000);
/** Hooks have 5 s by default: not enough to start the first Postgres on a busy machine. */
const hookLimitMs = 60_000;

let sql: Sql;
let database: Database;
let upstream: FakeUpstream;
let running: RunningCourier[] = [];

beforeAll(async () => {
  const made = await testDatabase();
  sql = made.sql;
  database = await openDatabase(made.url);
}, hookLimitMs);

afterAll(async () => {
  await database.stop();
}, hookLimitMs);

afterEach(async () => {
  for (const { courier } of running) await courier.stop();
  // PostgreSQL takes a moment to end a session. The next courier may ask again by a clock that stands still.
  await until("its lock is free", async () => {
    const locks = await sql`
      select from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
    return locks.length === 0;
  });
  // Whatever a test did: the token was written nowhere.
  for (const { log } of running) expect(log.join("")).not.toContain(token);
  expect((await readDeliveries(sql)).map((line) => line.last_error).join()).not.toContain(token);
  running = [];
  await upstream.stop();
  await clearBags(sql);
}, hookLimitMs);

function start(how?: Answer, changes: Partial<Parameters<typeof startCourier>[0]> = {}): RunningCourier {
  upstream = startFakeUpstream(how);
  const made = startCourier({ database, url: upstream.url, ...changes });
  running.push(made);
  return made;
}

async function allDelivered(count: number): Promise<void> {
  await until(`${count} delivered`, async () => (await countState(sql, "delivered")) === count);
}

/** Moves the clock on by so many steps, each when all that the one before brought about is done. */
async function pass(
  { atRest, lockAnswered }: RunningCourier,
  clock: FakeClock,
  steps: number,
  ms: number,
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await atRest();
    await clock.advance(ms, lockAnswered);
  }
  await atRest();
}

/** Moves the clock on until it is so, in such steps. */
async function passUntil(
  { atRest, lockAnswered }: RunningCourier,
  clock: FakeClock,
  stepMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  await until("the clock brought it", async () => {
    await atRest();
    if (await isSo()) return true;
    await clock.advance(stepMs, lockAnswered);
    return false;
  });
}

/**
 * Moves to the breaker's next probe, sees that nothing is sent before and one request then, and waits for its answer.
 *
 * @returns milliseconds until the probe after that.
 */
async function nextProbe(made: RunningCourier, clock: FakeClock): Promise<number> {
  await made.atRest();
  const due = made.courier.status().nextProbeAt ?? 0;
  const before = upstream.received.length;
  await pass(made, clock, 1, due - clock.now() - 1);
  expect(upstream.received.length).toBe(before);
  await pass(made, clock, 1, 1);
  expect(upstream.received.length).toBe(before + 1);
  return (made.courier.status().nextProbeAt ?? 0) - clock.now();
}

const keys = (bags: readonly AddedBag[]) => bags.map(({ uid }) => uid);
const unavailable = () => new Response("out of order", { status: 503 });

describe("a delivery", () => {
  test("is one request, and leaves what the upstream said", async () => {
    const [bag] = await addBags(sql, [{ station: "Station 2", weight: "45.20", unit: "kg", scale: 2 }]);
    start(() => success({ bag_id: 12345, bag_num: 47, in_tolerance: false, job_complete: true }));
    await allDelivered(1);
    expect(upstream.received.map(({ key, body }) => ({ key, body }))).toEqual([
      { key: bag?.uid ?? "", body: "weight=45.20&unit=kg&scale=2&station=Station+2" },
    ]);
    const [line] = await readDeliveries(sql);
    expect(line).toMatchObject({
      attempts: 1,
      next_attempt_at: null,
      last_status: 200,
      last_error: null,
      upstream_bag_id: 12345,
      upstream_bag_num: 47,
      upstream_in_tolerance: false,
      upstream_job_complete: true,
    });
    expect(Math.abs(Date.now() - (line?.delivered_at?.getTime() ?? 0))).toBeLessThan(10_000);
  });

  test("is made at once for a bag that is recorded while the courier runs", async () => {
    // The clock stands still: nothing is found by a look that would come later.
    const made = start(undefined, { clock: createFakeClock() });
    await made.atRest();
    for (const station of [undefined, "Station 1"]) {
      const before = upstream.received.length;
      await addBags(sql, [{}]);
      made.courier.wake(station);
      await until("it came", () => upstream.received.length > before);
    }
  });

  test("is found by the courier's own look when nobody woke it", async () => {
    const clock = createFakeClock();
    const made = start(undefined, { clock });
    await made.atRest();
    await addBags(sql, [{}]);
    await made.atRest();
    expect(upstream.received).toHaveLength(0);
    await passUntil(made, clock, 1_000, () => upstream.received.length === 1);
  });

  test("counts in the metrics", async () => {
    await addMany(sql, 3);
    const { metrics } = start(({ number }) => (number === 1 ? new Response("", { status: 422 }) : success()));
    await allDelivered(2);
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      'prepuff_upstream_requests_total{destination="Web application",outcome="delivered"} 2',
    );
    expect(text).toContain(
      'prepuff_upstream_requests_total{destination="Web application",outcome="parked"} 1',
    );
    expect(text).toContain(
      'prepuff_upstream_requests_total{destination="Web application",outcome="retry"} 0',
    );
    expect(text).toContain(
      'prepuff_upstream_requests_total{destination="Web application",outcome="unauthorized"} 0',
    );
    expect(text).toContain(
      'prepuff_upstream_request_duration_seconds_count{destination="Web application"} 3',
    );
    expect(text).toContain('prepuff_upstream_up{destination="Web application"} 1');
  });
});

describe("order", () => {
  test("bags of a station arrive in the order of weighing, through failures, one at a time", async () => {
    const bags = await addMany(sql, 60);
    const clock = createFakeClock();
    const taken: string[] = [];
    const everyThirdFails: Answer = ({ key, number }) => {
      if (number % 3 === 0) return unavailable();
      taken.push(key);
      return success();
    };
    const made = start(everyThirdFails, { clock });
    await passUntil(made, clock, 1_000, async () => (await countState(sql, "delivered")) === 60);
    expect(taken).toEqual(keys(bags));
    expect(upstream.inFlightMax).toBe(1);
    expect(upstream.received.length).toBeGreaterThan(80);
  });

  test("stations do not wait for each other", async () => {
    await addMany(sql, 3, { station: "slow" });
    const fast = await addMany(sql, 300, { station: "fast" });
    let release: (response: Response) => void = () => undefined;
    start(({ station }) => (station === "slow" ? new Promise((resolve) => (release = resolve)) : success()));
    await allDelivered(300);
    expect(upstream.received.filter(({ station }) => station === "fast").map(({ key }) => key)).toEqual(
      keys(fast),
    );
    upstream.answer();
    release(success());
    await allDelivered(303);
  });

  test("a station whose bag fails for ever does not hold up another", async () => {
    await addMany(sql, 2, { station: "bad" });
    const clock = createFakeClock();
    const made = start(({ station }) => (station === "bad" ? unavailable() : success()), { clock });
    await passUntil(made, clock, 1_000, () => upstream.received.length >= 5);
    await addMany(sql, 20, { station: "good" });
    await passUntil(made, clock, 1_000, async () => (await countState(sql, "delivered")) === 20);
    const bad = new Set(upstream.received.filter(({ station }) => station === "bad").map(({ key }) => key));
    expect(bad.size).toBe(1);
  });

  test("with more in flight a station uses them, and delivers every bag once", async () => {
    await addMany(sql, 40);
    let requests = 0;
    const full = Promise.withResolvers<void>();
    start(
      async () => {
        if (++requests === 4) full.resolve();
        await full.promise;
        return success();
      },
      { inFlight: 4 },
    );
    await allDelivered(40);
    expect(upstream.inFlightMax).toBe(4);
    expect(upstream.received).toHaveLength(40);
  });
});

test("more stations than may be served at once are all served", async () => {
  await addBags(
    sql,
    Array.from({ length: 60 }, (_, n) => ({ station: `Station ${n % 30}` })),
  );
  const inFlight = 50;
  const { courier } = start(
    async () => {
      expect(courier.status().lanes).toBeLessThanOrEqual(4);
      await Bun.sleep(5);
      return success();
    },
    { inFlight },
  );
  await allDelivered(60);
  expect(upstream.received).toHaveLength(60);
});

test("a time that a wrong clock set years ahead does not hold up a station for years", async () => {
  await addMany(sql, 2);
  await sql`update delivery set next_attempt_at = now() + interval '10 years'`;
  start();
  await allDelivered(2);
});

describe("an answer that is not as agreed", () => {
  test("does not say whether the bag was taken: after 5 tries it is held back, and never sent again", async () => {
    await addMany(sql, 1);
    const clock = createFakeClock();
    const made = start(() => new Response("OK"), { clock });
    await passUntil(made, clock, 60_000, async () => (await countState(sql, "parked")) === 1);
    await pass(made, clock, 20, 600_000);
    expect(upstream.received).toHaveLength(5);
    const [held] = await readDeliveries(sql);
    expect(held).toMatchObject({ attempts: 5, last_status: 200, next_attempt_at: null });
    expect(held?.last_error).toStartWith("held back after 5 answers that do not say whether it was taken");
    expect(made.courier.status().state).toBe("open");
  });

  test("says success all the same: delivered at once, counted, and logged once", async () => {
    await addMany(sql, 3);
    const made = start(() => new Response('<br><b>Warning</b>: x<br>{"success":1,"bag_id":"7"}'));
    await allDelivered(3);
    expect(upstream.received).toHaveLength(3);
    expect(await made.metrics.registry.metrics()).toContain(
      'prepuff_upstream_odd_answers_total{destination="Web application",oddity="text_around"} 3',
    );
    const told = made.lines().filter(({ msg }) => msg.startsWith("upstream took a bag, but"));
    expect(told).toHaveLength(1);
  });
});

describe("an upstream that is away", () => {
  test("is not hammered, is logged once, and gets everything once and in order when it is back", async () => {
    const stations = ["Station 1", "Station 2", "Station 3"];
    const bags = await addBags(
      sql,
      Array.from({ length: 90 }, (_, n) => ({ station: stations[n % 3] ?? "" })),
    );
    const clock = createFakeClock();
    const made = start(undefined, { clock });
    await upstream.stop();
    await passUntil(made, clock, 1_000, () => made.courier.status().state === "open");
    expect(made.courier.status()).toMatchObject({ reason: expect.stringContaining("network error") });
    expect(await made.metrics.registry.metrics()).toContain(
      'prepuff_upstream_up{destination="Web application"} 0',
    );
    await pass(made, clock, 30, 60_000);
    const [head] = await readDeliveries(sql);
    expect(head?.last_error).toContain("network error");
    upstream.restart();
    await passUntil(made, clock, 10_000, async () => (await countState(sql, "delivered")) === 90);
    expect(upstream.received).toHaveLength(90);
    for (const station of stations) {
      const expected = bags.filter((_, n) => stations[n % 3] === station);
      expect(upstream.received.filter((it) => it.station === station).map(({ key }) => key)).toEqual(
        keys(expected),
      );
    }
    expect(
      made
        .lines()
        .filter(({ msg }) => msg.startsWith("upstream is"))
        .map(({ msg }) => msg),
    ).toEqual(["upstream is away: bags wait, weighing goes on", "upstream is back"]);
    expect(made.courier.status().state).toBe("delivering");
  });

  test("gets one probe at a time while it is away", async () => {
    await addBags(
      sql,
      Array.from({ length: 8 }, (_, n) => ({ station: `Station ${n}` })),
    );
    const clock = createFakeClock();
    const made = start(unavailable, { clock, random: () => 0.999 });
    await passUntil(made, clock, 100, () => made.courier.status().state === "open");
    expect(upstream.received.length).toBeLessThanOrEqual(8);
    const delays: number[] = [];
    for (let probe = 0; probe < 6; probe++) delays.push(await nextProbe(made, clock));
    // Each close to its ceiling, whatever the number of stations; the first one passed or is near.
    expect(delays.map((ms) => Math.ceil(ms / 1_000))).toEqual([2, 4, 8, 16, 32, 64]);
  });

  test("is tried at once when a person wants it, and served without a wait when it is back", async () => {
    await addBags(sql, [{ station: "a" }, { station: "b" }, { station: "a" }, { station: "b" }]);
    const clock = createFakeClock();
    const made = start(unavailable, { clock, random: () => 0.999 });
    await passUntil(made, clock, 100, () => made.courier.status().state === "open");
    for (let probe = 0; probe < 5; probe++) await nextProbe(made, clock);
    upstream.answer();
    made.courier.wake(undefined, { urgent: true });
    // The clock stands still: nobody waits for the time that the failed probes had set.
    await allDelivered(4);
  });

  test("is given the pause it asks for", async () => {
    const [bag] = await addMany(sql, 2);
    const clock = createFakeClock();
    const made = start(() => new Response("", { status: 429, headers: { "Retry-After": "120" } }), { clock });
    await until("it is written", async () => (await readDeliveries(sql))[0]?.attempts === 1);
    const [head] = await readDeliveries(sql);
    expect(head).toMatchObject({ state: "pending", last_status: 429 });
    expect(head?.next_attempt_at?.getTime()).toBe(clock.now() + 120_000);
    upstream.answer();
    await pass(made, clock, 23, 5_000);
    expect(upstream.received).toHaveLength(1);
    await passUntil(made, clock, 1_000, async () => (await countState(sql, "delivered")) === 2);
    expect(upstream.received[1]?.key).toBe(bag?.uid ?? "");
  });
});

describe("a refused token", () => {
  test.each([401, 403])("%d pauses every station, probes once a minute, and recovers", async (status) => {
    await addMany(sql, 2, { station: "Station 1" });
    const clock = createFakeClock();
    const made = start(() => new Response(`no such token: ${token}`, { status }), { clock });
    await until("it is unauthorized", () => made.courier.status().state === "unauthorized");
    expect(made.courier.status().nextProbeAt).toBe(clock.now() + 60_000);
    await addMany(sql, 2, { station: "Station 2" });
    made.courier.wake("Station 2");
    for (let probe = 0; probe < 3; probe++) expect(await nextProbe(made, clock)).toBe(60_000);
    const lines = await readDeliveries(sql);
    expect(lines.map(({ state }) => state)).toEqual(["pending", "pending", "pending", "pending"]);
    expect(lines[0]).toMatchObject({ last_status: status });
    expect(lines[0]?.last_error).toMatch(/no such token: \[hidden\]$/);
    upstream.answer();
    await passUntil(made, clock, 1_000, async () => (await countState(sql, "delivered")) === 4);
    expect(made.courier.status().state).toBe("delivering");
    expect(
      made
        .lines()
        .filter(({ msg }) => msg.startsWith("upstream"))
        .map(({ msg }) => msg),
    ).toEqual(["upstream refuses the token: check PREPUFF_UPSTREAM_TOKEN; bags wait", "upstream is back"]);
  });

  test("a person who acts need not wait for the minute", async () => {
    await addMany(sql, 3);
    const clock = createFakeClock();
    const made = start(() => new Response("", { status: 401 }), { clock });
    await until("it is unauthorized", () => made.courier.status().state === "unauthorized");
    upstream.answer();
    await made.atRest();
    await sql`update delivery set next_attempt_at = null`;
    made.courier.wake(undefined, { urgent: true });
    await allDelivered(3);
  });
});

describe("a bag that is refused", () => {
  test.each([
    [422, '{"error":"weight"}', false],
    [400, "bad", false],
    [200, '{"success":false}', false],
    [404, "not found", true],
    [409, "no_active_job", true],
  ])("%d %s is parked and does not hold up later bags", async (status, body, isRetried) => {
    const [refused] = await addMany(sql, 3);
    const clock = createFakeClock();
    const made = start(({ key }) => (key === refused?.uid ? new Response(body, { status }) : success()), {
      clock,
    });
    await allDelivered(2);
    await made.atRest();
    const [line] = await readDeliveries(sql);
    expect(line).toMatchObject({ state: "parked", attempts: 1, last_status: status, delivered_at: null });
    expect(line?.last_error).toContain(body);
    expect(line?.next_attempt_at?.getTime()).toBe(isRetried ? clock.now() + 300_000 : undefined);
    await pass(made, clock, 55, 10_000);
    const tries = upstream.received.filter(({ key }) => key === refused?.uid);
    expect(tries).toHaveLength(isRetried ? 2 : 1);
    expect(made.lines().filter(({ msg }) => msg.startsWith("bag parked"))).toHaveLength(1);
  });

  test("for want of a job is tried every 5 minutes; once one is taken, the others follow in order", async () => {
    const clock = createFakeClock();
    const made = start(() => new Response("no_active_job", { status: 409 }), { clock });
    await made.atRest();
    const bags: AddedBag[] = [];
    // One every 55 s, so that their five minutes end at different times.
    for (let nth = 0; nth < 7; nth++) {
      bags.push(...(await addMany(sql, 1)));
      made.courier.wake("Station 1");
      await until("parked", async () => (await countState(sql, "parked")) === bags.length);
      await pass(made, clock, 11, 5_000);
    }
    // The first two were due again meanwhile.
    expect((await readDeliveries(sql)).map(({ attempts }) => attempts)).toEqual([2, 2, 1, 1, 1, 1, 1]);
    upstream.answer();
    const before = upstream.received.length;
    await passUntil(made, clock, 5_000, async () => (await countState(sql, "delivered")) === 7);
    const order = upstream.received.slice(before).map(({ key }) => bags.findIndex(({ uid }) => uid === key));
    expect(order).toEqual([2, 0, 1, 3, 4, 5, 6]);
  });
});

test("stop lets the request in flight end and writes how it ended; no other is begun", async () => {
  await addMany(sql, 5);
  let release: (response: Response) => void = () => undefined;
  const made = start(() => new Promise((resolve) => (release = resolve)));
  await until("one is in flight", () => upstream.received.length === 1);
  const stopped = made.courier.stop();
  const again = made.courier.stop();
  await Bun.sleep(50);
  release(success());
  await stopped;
  await again;
  expect(upstream.received).toHaveLength(1);
  expect(await countState(sql, "delivered")).toBe(1);
  expect(made.courier.status()).toMatchObject({ state: "stopped", lanes: 0, unwritten: 0 });
});

test("stop does not wait for ever for an upstream that does not answer", async () => {
  await addMany(sql, 1);
  const clock = createFakeClock();
  const made = start(() => new Promise(() => undefined), { clock, timeoutMs: 60_000 });
  await until("one is in flight", () => upstream.received.length === 1);
  const stopped = made.courier.stop();
  await clock.advance(5_000);
  await stopped;
  expect((await readDeliveries(sql))[0]).toMatchObject({ state: "pending", attempts: 0 });
});

describe("while bags are being recorded", () => {
  test("the backlog gives way: no request before they are, or before 25 ms", async () => {
    const journal = { entries: 1 };
    await addBags(sql, [{}, {}, {}, {}]);
    const clock = createFakeClock();
    const made = start(undefined, { clock, journal });
    await until("one was sent, and the next one waits", () => clock.sleeping[0] === 25);
    expect(upstream.received).toHaveLength(1);

    await clock.advance(24);
    await made.atRest();
    expect(upstream.received).toHaveLength(1);
    await clock.advance(1);
    await until("it has waited long enough", () => upstream.received.length === 2);

    await until("the next one waits", () => clock.sleeping[0] === 25);
    made.courier.wake("Station 2");
    await made.atRest();
    expect(upstream.received).toHaveLength(2);
    journal.entries = 0;
    made.courier.wake("Station 2");
    await allDelivered(4);
  });

  test("all stations wait for the same, and go on together", async () => {
    const journal = { entries: 1 };
    const stations = ["Station 1", "Station 2", "Station 3"];
    await addBags(
      sql,
      [...stations, ...stations].map((station) => ({ station })),
    );
    const clock = createFakeClock();
    const made = start(undefined, { clock, journal });
    await until("each has sent one", () => upstream.received.length === stations.length);
    await made.atRest();
    expect(clock.sleeping.filter((ms) => ms === 25)).toHaveLength(1);
    expect(upstream.received).toHaveLength(stations.length);
    journal.entries = 0;
    made.courier.wake("Station 1");
    await allDelivered(2 * stations.length);
  });
});
