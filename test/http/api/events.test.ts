import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readCursor } from "../../../src/events/cursor.ts";
import { createHealthWatch } from "../../../src/events/health-watch.ts";
import { openStream } from "../../../src/events/stream.ts";
import { recordJournaled } from "../../../src/recording/record.ts";
import type { ScaleView } from "../../../src/scale/presence.ts";
import { recordedBag, startedJob } from "../../support/bags.ts";
import { rejected } from "../../support/entries.ts";
import { readEvents } from "../../support/event-stream.ts";
import { testApp, testCouriers, tokens } from "../../support/http.ts";
import { scaleView } from "../../support/presence.ts";
import { until } from "../../support/until.ts";

const journalId = "0192f0c0-0000-7000-8000-000000000001";
let app: Awaited<ReturnType<typeof testApp>>;
let scales: ScaleView[] = [];
let rejectedCount = 0;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  const presence = {
    scales: () => scales,
    connections: () => [],
    close: () => false,
    standIns: () => [],
    forget: () => undefined,
  };
  app = await testApp({ presence });
  await app.sql`insert into journal (id) values (${journalId})`;
});
afterEach(async () => {
  app.setAway(false);
  for (const stream of open.splice(0)) await stream.close();
  await until("nobody listens", () => app.parts.events.size === 0);
  await allTold();
});
afterAll(() => app.stop());

async function follow(lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const answer = await app.request("GET", "/api/events", { token: tokens.viewer, headers });
  expect(answer.status).toBe(200);
  const stream = readEvents(answer);
  open.push(stream);
  return stream;
}

/** One that has no past to catch up with any more. */
async function followLive() {
  const stream = await follow();
  await stream.begun();
  await app.atRest();
  return stream;
}

/** What the hub has still to tell would be told to the listeners of the next test. It tells in order. */
async function allTold(): Promise<void> {
  const last = await bag();
  let isTold = false;
  const forget = app.parts.events.subscribe("test", (event) => {
    if (event.type === "gap") app.parts.events.bagsRecorded([last]);
    isTold ||= event.type === "bag" && event.bag.id === last;
  });
  app.parts.events.bagsRecorded([last]);
  await until("the hub has told all", () => isTold);
  forget();
  await app.atRest();
}

async function bag(): Promise<number> {
  return (await recordedBag(app.sql)).id;
}

async function rejectedFrame(): Promise<number> {
  const batch = await recordJournaled(app.sql, journalId, [{ ...rejected(), seq: ++rejectedCount }], []);
  return batch?.rejectedIds[0] ?? 0;
}

describe("live", () => {
  test("a bag, its job and a rejected frame come as the lists have them", async () => {
    const job = await startedJob(app.sql, { station: "Station 42" });
    const stream = await followLive();
    const { id } = await recordedBag(app.sql, { station: "Station 42" });
    const frame = await rejectedFrame();
    app.parts.events.bagsRecorded([id]);
    app.parts.events.rejectedRecorded([frame]);
    await until("three events came", () => stream.events.length === 3);
    expect(stream.events).toMatchObject([
      { type: "bag", data: { id, job_id: job.id, bag_num: 1, weight: "50.00", in_tolerance: true } },
      { type: "job", data: { id: job.id, bags_completed: 1, status: "active" } },
      { type: "rejected", data: { id: frame, reason: "malformed" } },
    ]);
  });

  test("a bag that changed comes again; recorded once, it comes once", async () => {
    const stream = await followLive();
    const id = await bag();
    app.parts.events.bagsRecorded([id]);
    app.parts.events.bagsRecorded([id]);
    await until("it came", () => stream.ids("bag").length === 1);
    app.parts.events.bagsChanged([id]);
    await until("it came again", () => stream.ids("bag").length === 2);
    expect(stream.ids("bag")).toEqual([id, id]);
  });

  test("scales come when they change, and not while they do not", async () => {
    scales = [scaleView({ id: 1 }), scaleView({ id: 2 })];
    const stream = await follow();
    scales = [scaleView({ id: 1, connected: false, connectedSince: null }), scaleView({ id: 2 })];
    await until("the scale came", () => stream.ids("scale").length > 0);
    expect(stream.events).toMatchObject([
      { type: "scale", data: { id: 1, station: "Station 1", connected: false, connected_since: null } },
    ]);
  });

  test("nobody pays for a query while nobody listens", () => {
    expect(app.parts.events.size).toBe(0);
    expect(() => app.parts.events.bagsRecorded([1])).not.toThrow();
  });

  test("the stream ends when the appliance stops", async () => {
    const stream = await followLive();
    app.parts.events.close();
    await until("it ended", () => stream.ended !== null);
    expect(stream.ended).toBe("done");
  });
});

describe("a client that comes", () => {
  test("is told of what was committed before its place was read, and published a moment later", async () => {
    const { database, events: hub, clock, logger } = app.parts;
    const placeRead = Promise.withResolvers<void>();
    const caughtUp = Promise.withResolvers<void>();
    let reads = 0;
    const slow: typeof database = {
      ...database,
      get up() {
        return database.up;
      },
      async run(work, limitMs, kind) {
        // The first one reads its place, those after it what it missed.
        if (++reads > 1) {
          placeRead.resolve();
          await caughtUp.promise;
        }
        return database.run(work, limitMs, kind);
      },
    };
    const frame = await rejectedFrame();
    const id = await bag();
    const health = createHealthWatch({ ...app.parts, hub, couriers: testCouriers() }).current;
    const isAdmitted = () => true;
    const parts = {
      hub,
      database: slow,
      plant: { id: 1 },
      clock,
      logger,
      showScale: String,
      health,
      waiting: () => [],
      isAdmitted,
    };
    const stream = readEvents(new Response(openStream(parts, readCursor(null, clock.now), () => undefined)));
    open.push(stream);
    await placeRead.promise;
    hub.rejectedRecorded([frame]);
    hub.bagsRecorded([id]);
    await allTold();
    caughtUp.resolve();
    await until("both came", () => stream.ids("rejected").length === 1 && stream.ids("bag").includes(id));
  });
});

describe("Last-Event-ID", () => {
  test("brings what was missed, in order, and then goes on live, nothing twice", async () => {
    const first = await follow();
    await first.begun();
    const seen = await bag();
    app.parts.events.bagsRecorded([seen]);
    await until("the first bag came", () => first.ids("bag").length === 1);
    await first.close();

    const missed = [await bag(), await bag()];
    const frame = await rejectedFrame();
    const second = await follow(first.lastEventId);
    await until("what was missed came", () => second.events.length === 3);
    expect(second.ids("bag")).toEqual(missed);
    expect(second.ids("rejected")).toEqual([frame]);

    const live = await bag();
    // The recorder's word of what the replay has sent already may come late.
    app.parts.events.bagsRecorded([...missed, live]);
    app.parts.events.rejectedRecorded([frame]);
    await until("the live one came", () => second.ids("bag").includes(live));
    expect(second.ids("bag")).toEqual([...missed, live]);
    expect(second.ids("rejected")).toEqual([frame]);
  });

  test("resumes even from where nothing had come yet", async () => {
    const first = await follow();
    await first.begun();
    await first.close();
    const missed = await bag();
    const second = await follow(first.lastEventId);
    await until("it came", () => second.ids("bag").length === 1);
    expect(second.ids("bag")).toEqual([missed]);
  });

  test("brings a bag that was committed after one with a higher id, while the client was away", async () => {
    const first = await follow();
    await first.begun();
    const held = await app.sql.reserve();
    await held`begin`;
    const low = (await recordedBag(held)).id;
    const high = await bag();
    app.parts.events.bagsRecorded([high]);
    await until("the higher one came", () => first.ids("bag").length === 1);
    await first.close();
    await held`commit`;
    held.release();

    const second = await follow(first.lastEventId);
    await until("the lower one came", () => second.ids("bag").length === 1);
    expect(second.ids("bag")).toEqual([low]);
    expect(low).toBeLessThan(high);
    app.parts.events.bagsRecorded([low]);
    const next = await bag();
    app.parts.events.bagsRecorded([next]);
    await until("the next one came", () => second.ids("bag").includes(next));
    expect(second.ids("bag")).toEqual([low, next]);
  });

  test("brings hundreds, in pages", async () => {
    const first = await follow();
    await first.begun();
    await first.close();
    await app.sql`
      insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source)
      select gen_random_uuid(), 'Station 1', 1, 1, 50, 'lb', 50, now(), 'manual' from generate_series(1, 501)`;
    const second = await follow(first.lastEventId);
    await until("all came", () => second.ids("bag").length === 501);
    expect(new Set(second.ids("bag")).size).toBe(501);
  });
});

describe("while Postgres is away", () => {
  test("the stream stays open, and what it missed comes when Postgres is back", async () => {
    const stream = await followLive();
    const ids = [await bag(), await bag()];
    app.setAway(true);
    app.parts.events.bagsRecorded(ids);
    await Bun.sleep(50);
    expect(stream.events).toEqual([]);
    app.setAway(false);
    const later = await bag();
    app.parts.events.bagsRecorded([later]);
    await until("all came", () => stream.ids("bag").length === 3);
    expect(stream.ids("bag")).toEqual([...ids, later]);
  });
});

test("the 151st client of a token is turned away, and let in when another has gone", async () => {
  const streams = await Promise.all(Array.from({ length: 150 }, () => follow()));
  const refused = await app.request("GET", "/api/events", { token: tokens.viewer });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("30");
  await streams[0]?.close();
  await follow();
});
