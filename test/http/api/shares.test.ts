import { afterAll, beforeAll, expect, test } from "bun:test";
import { createToken } from "../../../src/access/named-tokens.ts";
import type { Listening } from "../../../src/http/listen.ts";
import { listen } from "../../../src/http/listen.ts";
import { getBag } from "../../../src/records/bags/corrections.ts";
import { csvBody } from "../../../src/records/bags/csv.ts";
import { recordedBag } from "../../support/bags.ts";
import { testApp, tokens } from "../../support/http.ts";
import { until } from "../../support/until.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
beforeAll(async () => {
  app = await testApp();
  http = await listen(app.app, "127.0.0.1", 0);
  await app.sql`
    insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source, raw)
    select gen_random_uuid(), 'Station 1', 1, 1, 45, 'lb', 45, now() - n * interval '1 second', 'scale', repeat('x', 200)
    from generate_series(1, 20000) n`;
}, 60_000);
afterAll(async () => {
  await http.stop();
  await app.stop();
});

async function tokenOf(name: string): Promise<string> {
  const made = await createToken(
    app.sql,
    { role: "viewer", name },
    { actor: "test", plant: 1, at: Date.now() },
  );
  if (!made.ok) throw new Error(made.reason);
  await app.parts.namedTokens.refresh();
  return made.secret;
}

function open(path: string, token: string) {
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`http://127.0.0.1:${http.port}${path}`, { headers, signal: abort.signal }).then((answer) => ({
    answer,
    abort,
  }));
}

const counted = (name: string) => app.parts.metrics.registry.getSingleMetricAsString(name);

test("400 downloads that nobody reads: a token has three of them, another one is served", async () => {
  const many = await Promise.all(Array.from({ length: 400 }, () => open("/api/bags.csv", tokens.viewer)));
  const statuses = many.map(({ answer }) => answer.status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 429)).toHaveLength(397);
  expect(many.find(({ answer }) => answer.status === 429)?.answer.headers.get("retry-after")).toBe("10");
  expect(await counted("prepuff_csv_downloads")).toContain("prepuff_csv_downloads 3");
  const other = await open("/api/bags.csv", await tokenOf("office"));
  expect(other.answer.status).toBe(200);
  const [stored] = await app.sql<{ bags: number }[]>`select count(*)::int as bags from filler_bag`;
  // A header, and nothing behind the last line's end.
  expect((await other.answer.text()).split("\r\n")).toHaveLength((stored?.bags ?? 0) + 2);
  for (const { abort } of many) abort.abort();
  await until("all places are free again", async () =>
    (await counted("prepuff_csv_downloads")).includes("prepuff_csv_downloads 0"),
  );
  expect(await counted("prepuff_http_refused_total")).toContain('{what="downloads"} 397');
}, 60_000);

test("a reader that takes nothing is let go, and its place is free", async () => {
  const { id } = await recordedBag(app.sql);
  const found = await getBag(app.sql, 1, id);
  const bags = found === null ? [] : [found];
  let ended = 0;
  async function* pages() {
    for (;;) yield bags;
  }
  const body = await csvBody(pages(), () => ended++, 50);
  const reader = body.getReader();
  await reader.read();
  await until("it is let go", () => ended === 1);
  expect(reader.read()).rejects.toThrow("took nothing");
  const never = await csvBody(pages(), () => ended++, 50);
  await until("also one that never took anything", () => ended === 2);
  expect(never.locked).toBe(false);
});

test("20 expensive lists at once are all answered, and meanwhile another one asks", async () => {
  const lists = Array.from({ length: 20 }, () => open("/api/bags?limit=500&verdict=no_job", tokens.viewer));
  expect((await open("/api/jobs", await tokenOf("hall 2"))).answer.status).toBe(200);
  for (const { answer } of await Promise.all(lists)) expect(answer.status).toBe(200);
});

test("one token does not get all places of the events, nor one address", async () => {
  const streams = await Promise.all(Array.from({ length: 200 }, () => open("/api/events", tokens.viewer)));
  expect(streams.filter(({ answer }) => answer.status === 200)).toHaveLength(150);
  const refused = streams.find(({ answer }) => answer.status !== 200)?.answer;
  expect(refused?.status).toBe(429);
  expect(refused?.headers.get("retry-after")).toBe("30");
  const token = await tokenOf("wall");
  const more = await Promise.all(Array.from({ length: 40 }, () => open("/api/events", token)));
  expect(more.filter(({ answer }) => answer.status === 200)).toHaveLength(30);
  expect(app.parts.events.size).toBe(180);
  for (const { abort } of [...streams, ...more]) abort.abort();
  await until("all are gone", () => app.parts.events.size === 0);
}, 60_000);
