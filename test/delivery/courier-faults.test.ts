import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect, type Database, type Sql } from "../../src/database/database.ts";
import { discardDeliveries, retryDeliveries } from "../../src/delivery/deliveries.ts";
import { webApplication } from "../../src/delivery/destination.ts";
import { type Answer, type FakeUpstream, startFakeUpstream, success } from "../support/fake-upstream.ts";
import { type TestDatabase, testDatabase } from "../support/postgres.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";
import { openLine } from "./cuttable-line.ts";
import { addBags, addMany, countState, readDeliveries } from "./outbox-rows.ts";
import { openDatabase, type RunningCourier, startCourier } from "./running-courier.ts";

setDefaultTimeout(60_000);
/** Hooks have 5 s by default: not enough to start the first Postgres on a busy machine. */
const hookLimitMs = 60_000;

const destination = webApplication.id;
const plant = 1;
let made: TestDatabase;
let sql: Sql;
let upstream: FakeUpstream;
let cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  made = await testDatabase();
  sql = made.sql;
  upstream = startFakeUpstream();
}, hookLimitMs);

afterEach(async () => {
  for (const clean of cleanUp.reverse()) await clean();
  cleanUp = [];
  await upstream.stop();
}, hookLimitMs);

async function start(url = made.url): Promise<RunningCourier & { readonly database: Database }> {
  const database = await openDatabase(url);
  const running = startCourier({ database, url: upstream.url });
  cleanUp.push(async () => {
    await running.courier.stop();
    const stopped = database.stop();
    // The driver takes 5 s to end a pool whose connections were cut in the middle of a query.
    if (url === made.url) await stopped;
  });
  return { ...running, database };
}

async function line() {
  const opened = await openLine(made.url);
  cleanUp.push(opened.stop);
  return opened;
}

async function allDelivered(count: number): Promise<void> {
  await until(`${count} delivered`, async () => (await countState(sql, "delivered")) === count);
}

function eightStations(count: number) {
  return Array.from({ length: count }, (_, n) => ({ station: `Station ${n % 8}` }));
}

describe("Postgres going away", () => {
  test("while bags flow: each is recorded once, and sent twice only if its answer was not written", async () => {
    const bags = await addBags(sql, eightStations(800));
    const network = await line();
    upstream.answer(async () => {
      await Bun.sleep(2);
      return success();
    });
    await start(network.url);
    for (const share of [200, 500]) {
      await until("it flows", async () => (await countState(sql, "delivered")) >= share);
      network.cut();
      await Bun.sleep(300);
      network.mend();
    }
    await allDelivered(800);
    // The answers were kept in memory while Postgres was away, so nothing was even repeated.
    expect(upstream.received).toHaveLength(800);
    expect(new Set(upstream.received.map(({ key }) => key))).toEqual(new Set(bags.map(({ uid }) => uid)));
    expect(upstream.inFlightMax).toBe(1);
    expect((await readDeliveries(sql)).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test("while an answer is on its way: it is written when Postgres is back", async () => {
    await addMany(sql, 2);
    const network = await line();
    let release: (response: Response) => void = () => undefined;
    upstream.answer(() => new Promise((resolve) => (release = resolve)));
    const { courier } = await start(network.url);
    await until("one is in flight", () => upstream.received.length === 1);
    network.cut();
    await until("the courier knows", () => courier.status().state === "standby");
    upstream.answer();
    release(success({ bag_id: 77 }));
    await until("it waits to be written", () => courier.status().unwritten === 1);
    network.mend();
    await allDelivered(2);
    expect(upstream.received).toHaveLength(2);
    expect((await readDeliveries(sql))[0]).toMatchObject({ attempts: 1, upstream_bag_id: 77 });
  });
});

describe("two couriers on one database", () => {
  test("deliver each bag once, and one goes on where the other stopped", async () => {
    const bags = await addBags(sql, eightStations(2_000));
    const couriers = [await start(), await start()];
    await until("half is delivered", async () => (await countState(sql, "delivered")) > 1_000);
    await until("the other knows that it has to wait", () =>
      couriers.some(({ courier }) => courier.status().reason !== null),
    );
    const states = couriers.map(({ courier }) => courier.status().state);
    expect(states.sort()).toEqual(["delivering", "standby"]);
    expect(
      couriers.find(({ courier }) => courier.status().state === "standby")?.courier.status().reason,
    ).toBe("another courier delivers from this database");
    await couriers.find(({ courier }) => courier.status().state === "delivering")?.courier.stop();
    await allDelivered(2_000);
    expect(upstream.received.map(({ key }) => key).sort()).toEqual(bags.map(({ uid }) => uid).sort());
  });
});

test("killed between an answer and its writing: sent again with the same key, and nothing else", async () => {
  const bags = await addMany(sql, 3);
  // A lock on the first row keeps the answer from being written.
  const blocker = connect(made.url, silentLogger, 1);
  cleanUp.push(() => blocker.end());
  await blocker`begin`;
  await blocker`select from delivery where filler_bag_id = ${bags[0]?.id ?? 0} for update`;
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/courier-process.ts`], {
    env: { ...process.env, TEST_DATABASE: made.url, TEST_UPSTREAM: upstream.url },
    stdout: "ignore",
    stderr: "inherit",
  });
  await until("all were answered", () => upstream.received.length === 3);
  const waiting = () => sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await until("the first answer waits to be written", async () => (await waiting()).length > 0);
  child.kill("SIGKILL");
  await child.exited;
  // Postgres would finish the statement of a client that is gone, if the client's machine did not go with it.
  for (const { pid } of await waiting()) await sql`select pg_terminate_backend(${pid})`;
  await until("the dead process's sessions are gone", async () => {
    const locks = await sql`
      select from pg_locks l
      join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and a.datname = current_database()`;
    return locks.length === 0 && (await waiting()).length === 0;
  });
  await blocker`rollback`;
  expect(await countState(sql, "delivered")).toBe(0);
  await start();
  await allDelivered(3);
  const uids = bags.map(({ uid }) => uid);
  expect(upstream.received.map(({ key }) => key)).toEqual([...uids, ...uids]);
  // The API knows the key, and has each bag once.
  expect(upstream.taken).toEqual(uids);
});

describe("a person beside the running courier", () => {
  const refuse: Answer = () => new Response("no", { status: 422 });

  test("retries parked bags: they go at once, in the order of weighing", async () => {
    const bags = await addMany(sql, 5);
    upstream.answer(refuse);
    const { courier } = await start();
    await until("all are parked", async () => (await countState(sql, "parked")) === 5);
    upstream.answer();
    const before = upstream.received.length;
    expect(
      await retryDeliveries(sql, { plant, destination, ids: [bags[3]?.id ?? 0, bags[1]?.id ?? 0] }),
    ).toBe(2);
    courier.wake("Station 1", { urgent: true });
    await allDelivered(2);
    expect(await retryDeliveries(sql, { plant, destination, parked: true, station: "Station 2" })).toBe(0);
    expect(await retryDeliveries(sql, { plant, destination, parked: true })).toBe(3);
    courier.wake(undefined, { urgent: true });
    await allDelivered(5);
    const order = upstream.received.slice(before).map(({ key }) => bags.findIndex(({ uid }) => uid === key));
    expect(order).toEqual([1, 3, 0, 2, 4]);
  });

  test("discards the bag that holds up its station: the next one goes at once", async () => {
    const [bad, good] = await addMany(sql, 2);
    upstream.answer(({ key }) => (key === bad?.uid ? new Response("", { status: 500 }) : success()));
    const { courier } = await start();
    await until("it failed some times", () => upstream.received.length >= 2);
    expect(await discardDeliveries(sql, { plant, destination, ids: [bad?.id ?? 0] })).toBe(1);
    courier.wake("Station 1", { urgent: true });
    await allDelivered(1);
    expect(upstream.received.at(-1)?.key).toBe(good?.uid ?? "");
    expect((await readDeliveries(sql))[0]).toMatchObject({ state: "discarded", next_attempt_at: null });
  });

  test("discards a bag in flight: what the upstream then says is what counts", async () => {
    const [taken, refused] = await addBags(sql, [{ station: "a" }, { station: "b" }]);
    const release = new Map<string, (response: Response) => void>();
    upstream.answer(({ key }) => new Promise((resolve) => release.set(key, resolve)));
    await start();
    await until("both are in flight", () => release.size === 2);
    expect(
      await discardDeliveries(sql, { plant, destination, ids: [taken?.id ?? 0, refused?.id ?? 0] }),
    ).toBe(2);
    release.get(taken?.uid ?? "")?.(success());
    release.get(refused?.uid ?? "")?.(new Response("", { status: 422 }));
    await allDelivered(1);
    await Bun.sleep(100);
    expect((await readDeliveries(sql)).map(({ state }) => state)).toEqual(["delivered", "discarded"]);
  });

  test("retries a parked bag while it is in flight: one request at a time, nothing is lost", async () => {
    const [bag] = await addMany(sql, 1);
    upstream.answer(() => new Response("", { status: 409 }));
    const { courier } = await start();
    await until("it is parked", async () => (await countState(sql, "parked")) === 1);
    let release: (response: Response) => void = () => undefined;
    upstream.answer(() => new Promise((resolve) => (release = resolve)));
    await sql`update delivery set next_attempt_at = now() - interval '1 s'`;
    courier.wake();
    await until("it is in flight again", () => upstream.received.length === 2);
    expect(await retryDeliveries(sql, { plant, destination, ids: [bag?.id ?? 0] })).toBe(1);
    courier.wake(undefined, { urgent: true });
    await Bun.sleep(100);
    expect(upstream.received).toHaveLength(2);
    upstream.answer();
    // It fails: the bag is pending by the person's word, and waits by the backoff, not for 5 minutes.
    release(new Response("", { status: 503 }));
    await allDelivered(1);
    expect(upstream.received).toHaveLength(3);
    expect(upstream.inFlightMax).toBe(1);
  });

  test("changes more often than bags can be read: they go all the same, in their order", async () => {
    const bags = await addMany(sql, 40);
    const database = await openDatabase(made.url);
    const { courier } = startCourier({
      database: {
        ...database,
        get up() {
          return database.up;
        },
        async run(work, limitMs) {
          const done = await database.run(work, limitMs);
          courier.wake("Station 1", { urgent: true });
          return done;
        },
      },
      url: upstream.url,
    });
    cleanUp.push(async () => {
      await courier.stop();
      await database.stop();
    });
    await allDelivered(40);
    expect(upstream.received.map(({ key }) => key)).toEqual(bags.map(({ uid }) => uid));
  });

  test("changes thousands while thousands are written: no deadlock, and every bag ends in one state", async () => {
    await addBags(sql, eightStations(4_000));
    upstream.answer(({ number }) => (number % 2 === 0 ? new Response("", { status: 422 }) : success()));
    const { courier, lines } = await start();
    let discarded = 0;
    await until(
      "all are done",
      async () => {
        await retryDeliveries(sql, { plant, destination, parked: true, station: "Station 1" });
        discarded += await discardDeliveries(sql, { plant, destination, parked: true, station: "Station 2" });
        courier.wake(undefined, { urgent: true });
        return (await countState(sql, "pending")) === 0;
      },
      55_000,
    );
    await until("all is written", () => courier.status().unwritten === 0);
    const [tally] = await sql<Record<string, number>[]>`
      select pending, parked, delivered, discarded from delivery_tally`;
    expect(
      (tally?.parked ?? 0) + (tally?.delivered ?? 0) + (tally?.discarded ?? 0) + (tally?.pending ?? 0),
    ).toBe(4_000);
    expect(await countState(sql, "delivered")).toBe(tally?.delivered ?? -1);
    expect(await countState(sql, "discarded")).toBe(discarded);
    expect(lines().filter(({ msg }) => msg.startsWith("answers not written"))).toEqual([]);
  });
});
