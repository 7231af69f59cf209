import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { recordJournaled } from "../../../src/recording/record.ts";
import { emptyTables } from "../../support/bags.ts";
import { weighed } from "../../support/entries.ts";
import { json, testApp, testCouriers, tokens } from "../../support/http.ts";

const journalId = "0192f0c0-0000-7000-8000-000000000001";
const list = z.object({ items: z.array(z.looseObject({ bag_id: z.int() })), next: z.string().nullable() });
const woken: (string | undefined)[] = [];
/** With what the couriers were woken. */
const told: unknown[] = [];

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    couriers: testCouriers({
      wake(station, options) {
        woken.push(station);
        told.push(options);
      },
    }),
  });
});
beforeEach(async () => {
  woken.length = 0;
  await emptyTables(app.sql);
  await app.sql`delete from journal`;
  await app.sql`insert into journal (id) values (${journalId})`;
  const stations = ["Station 1", "Station 2", "Station 1", "Station 2"];
  const entries = stations.map((station, index) => ({ ...weighed({ station }), seq: index + 1 }));
  await recordJournaled(app.sql, journalId, entries, [1]);
  await app.sql`update delivery set state = 'parked', last_status = 422 where filler_bag_id in (1, 2, 3)`;
});
afterAll(() => app.stop());

async function ids(query: string): Promise<number[]> {
  const { items } = await json(await app.request("GET", `/api/deliveries${query}`), list);
  return items.map(({ bag_id }) => bag_id);
}

test("are listed newest bag first, by state and station, page by page", async () => {
  expect(await ids("?state=parked&station=Station%201")).toEqual([3, 1]);
  expect(await ids("?state=pending")).toEqual([4]);
  const first = await json(await app.request("GET", "/api/deliveries?limit=3"), list);
  expect(first.items.map(({ bag_id }) => bag_id)).toEqual([4, 3, 2]);
  expect(await ids(`?limit=3&cursor=${first.next}`)).toEqual([1]);
});

test("parked ones of a station are tried again, the courier is told, the deed is noted", async () => {
  const body = { all: true, station: "Station 1" };
  const answer = await app.request("POST", "/api/deliveries/retry", { body });
  expect(await json(answer)).toEqual({ retried: 2 });
  expect(woken).toEqual(["Station 1"]);
  expect(await ids("?state=parked")).toEqual([2]);
  const events =
    await app.sql`select actor, detail, before, after from audit_event where action = 'delivery.retry'`;
  expect([...events]).toEqual([
    { actor: "admin", detail: { ...body, bag_ids: [1, 3] }, before: { parked: 2 }, after: { pending: 2 } },
  ]);
});

test("are discarded with a reason, and can be taken back by id", async () => {
  const body = { ids: [2, 4, 999], reason: "test bags" };
  expect(await json(await app.request("POST", "/api/deliveries/discard", { body }))).toEqual({
    discarded: 2,
  });
  expect(await ids("?state=discarded")).toEqual([4, 2]);
  const events =
    await app.sql`select detail, before, after from audit_event where action = 'delivery.discard'`;
  expect([...events]).toEqual([
    {
      detail: { reason: "test bags", bag_ids: [2, 4] },
      before: { parked: 1, pending: 1 },
      after: { discarded: 2 },
    },
  ]);
  const again = await app.request("POST", "/api/deliveries/retry", { body: { ids: [2] } });
  expect(await json(again)).toEqual({ retried: 1 });
});

test.each([
  ["retry", {}],
  ["retry", { all: false }],
  ["retry", { ids: [] }],
  ["retry", { ids: [1], all: true }],
  ["discard", { ids: [1] }],
  ["discard", { ids: [1.5], reason: "x" }],
  ["discard", { ids: [1], reason: " " }],
  ["discard", { all: true, reason: "x" }],
])("%s refuses %p", async (action, body) => {
  expect((await app.request("POST", `/api/deliveries/${action}`, { body })).status).toBe(422);
});

test("change nothing for a viewer or an operator", async () => {
  for (const token of [tokens.viewer, tokens.operator]) {
    const answer = await app.request("POST", "/api/deliveries/retry", { token, body: { all: true } });
    expect(answer.status).toBe(403);
  }
});

test("a request that names a destination means its deliveries alone; a name that there is not is 422", async () => {
  await app.sql`insert into destination (name, kind) values ('Quality', 'scan_bag')`;
  const [row] = await app.sql<{ id: number }[]>`select id from destination where name = 'Quality'`;
  const entry = { ...weighed({ station: "Station 1" }), seq: 5 };
  await recordJournaled(app.sql, journalId, [entry], [1, row?.id ?? 0]);
  await app.sql`update delivery set state = 'parked' where destination_id = ${row?.id ?? 0}`;
  expect(await ids("?destination=Quality")).toEqual([5]);
  expect(await ids("?state=pending")).toEqual([5, 4]);
  expect(await ids("?state=pending&destination=Web%20application")).toEqual([5, 4]);
  const { items } = await json(await app.request("GET", "/api/deliveries?destination=Quality"), list);
  expect(items).toMatchObject([{ destination: "Quality", state: "parked", bag_id: 5 }]);

  const body = { destination: "Quality", ids: [1, 5], reason: "a test" };
  expect(await json(await app.request("POST", "/api/deliveries/discard", { body }))).toEqual({
    discarded: 1,
  });
  expect(await ids("?state=discarded")).toEqual([]);
  const all = { destination: "Quality", all: true };
  expect(await json(await app.request("POST", "/api/deliveries/retry", { body: all }))).toEqual({
    retried: 0,
  });
  expect(told.at(-1)).toEqual({ urgent: true, destination: row?.id ?? 0 });
  const [event] = await app.sql`select detail from audit_event where action = 'delivery.discard'`;
  expect(event).toEqual({ detail: { destination: "Quality", reason: "a test", bag_ids: [5] } });

  const nowhere = { ...all, destination: "Nowhere" };
  const answer = await app.request("POST", "/api/deliveries/retry", { body: nowhere });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 422,
    body: { errors: [{ field: "destination", message: "there is no destination Nowhere" }] },
  });
  expect((await app.request("GET", "/api/deliveries?destination=Nowhere")).status).toBe(422);
});
