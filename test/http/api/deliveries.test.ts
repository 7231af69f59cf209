import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { recordJournaled } from "../../../src/recording/record.ts";
import { emptyTables } from "../../support/bags.ts";
import { weighed } from "../../support/entries.ts";
import { json, testApp, testCouriers, tokens } from "../../support/http.ts";

const journalId = "0192f0c0-0000-7000-8000-000000000001";
const list = z.object({ items: z.array(z.looseObject({ bag_id: z.int() })), next: z.string().nullable() });
const woken: (string | undefined)[] = [];

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ couriers: testCouriers({ wake: (station) => woken.push(station) }) });
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
