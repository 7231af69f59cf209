import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { webApplication } from "../../src/delivery/destination.ts";
import type { PartHealth } from "../../src/health/health-report.ts";
import { recordedBag } from "../support/bags.ts";
import { readEvents } from "../support/event-stream.ts";
import { testApp, testCouriers, testJournal } from "../support/http.ts";
import { until } from "../support/until.ts";

const up: PartHealth = { state: "up", detail: null };
let upstream = up;
let entries = 0;
let app: Awaited<ReturnType<typeof testApp>>;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await testApp({
    couriers: testCouriers({
      status: () => [
        {
          destination: webApplication,
          courier: {
            ...{ state: "open", reason: "refused", since: 0 },
            ...{ nextProbeAt: null, lanes: 1, unwritten: 0 },
          },
        },
      ],
    }),
    health: () => ({ scales_port: up, journal: up, database: up, upstream }),
    journal: {
      ...testJournal(),
      get entries() {
        return entries;
      },
    },
  });
});
afterEach(async () => {
  upstream = up;
  entries = 0;
  for (const stream of open.splice(0)) await stream.close();
});
afterAll(() => app.stop());

async function follow() {
  const stream = readEvents(await app.request("GET", "/api/events"));
  open.push(stream);
  await stream.begun();
  const healths = () => stream.now.filter(({ type }) => type === "health").map(({ data }) => data);
  return { healths };
}

test("a client is told at once how things are, and then when something changed, not otherwise", async () => {
  const { id } = await recordedBag(app.sql);
  await app.sql`insert into delivery (destination_id, filler_bag_id, station, state) values (1, ${id}, 'Station 1', 'parked')`;
  await app.sql`update delivery_tally set parked = 1`;
  const { healths } = await follow();
  expect(healths()[0]).toMatchObject({ status: "up", parts: { upstream: up }, journal_backlog: 0 });
  await until("the deliveries were counted", () => healths().length === 2);
  expect(healths()[1]).toMatchObject({
    deliveries_pending: 0,
    deliveries_parked: 1,
    destinations: [{ name: "Web application", state: "down", detail: "refused", pending: 0, parked: 1 }],
  });
  const before = healths().length;
  await Bun.sleep(1_200);
  expect(healths()).toHaveLength(before);
  upstream = { state: "down", detail: "refused" };
  entries = 7;
  await until("the change came", () => healths().length === before + 1);
  expect(healths().at(-1)).toMatchObject({
    status: "degraded",
    parts: { upstream: { state: "down", detail: "refused" } },
    journal_backlog: 7,
    deliveries_parked: 1,
  });
});

test("whoever comes later is told the same at once", async () => {
  upstream = { state: "down", detail: "refused" };
  entries = 7;
  await follow();
  const { healths } = await follow();
  expect(healths()[0]).toMatchObject({ status: "degraded", journal_backlog: 7 });
});
