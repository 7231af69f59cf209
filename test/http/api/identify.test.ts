import { afterAll, beforeAll, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import type { ConnectionIdentity } from "../../../src/http/api/identify.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { connectionView } from "../../support/presence.ts";

const fixed = sourceSchema.parse({
  name: "Fixed",
  connection: { kind: "listen", port: 4001 },
  dialect: "awtx",
});
const sent = new Map<number, string>([
  [1, "\n 1G       5.025lb \r\n 1GM      5.050lb \r"],
  [2, "rubbish \x07\r\n".repeat(9)],
  [3, "@@@@"],
  [5, "WT= 12.50;\r\nWT= 12.60;\r\n"],
]);
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    config: testConfig({ sources: [fixed] }),
    listener: {
      troubleOf: () => null,
      watch: () => undefined,
      recentBytes: (id) => (sent.has(id) ? Buffer.from(sent.get(id) ?? "", "latin1") : null),
    },
    presence: {
      connections: () => [
        connectionView({ id: 1 }),
        connectionView({ id: 2 }),
        connectionView({ id: 3, source: "Fixed" }),
        connectionView({ id: 4 }),
        connectionView({ id: 5 }),
      ],
      scales: () => [],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
});
afterAll(() => app.stop());

async function identity(id: number): Promise<ConnectionIdentity> {
  return (await json(await app.request("GET", `/api/connections/${id}/identify`))) as ConnectionIdentity;
}

test("says which dialect a connection's prints are of, how sure that is, and how each would be read", async () => {
  const { dialects, formats, ...rest } = await identity(1);
  expect(rest).toEqual({
    connection: 1,
    remote_address: "10.0.0.1",
    source: null,
    is_fixed: false,
    bytes: 40,
  });
  const print = { unit: "lb", mode: "gross", scale: null, reason: null, kind: "weight" };
  expect(dialects[0]).toMatchObject({
    dialect: "sma",
    units: ["lb"],
    marks: ["stable", "gross or net"],
    open: [],
    prints: [
      { ...print, raw: " 1G       5.025lb ", weight: "5.025", stable: true },
      { ...print, raw: " 1GM      5.050lb ", weight: "5.050", stable: false },
    ],
  });
  expect(dialects[0]?.confidence).toBeGreaterThan(0.8);
  expect(formats).toEqual([]);
});

test("names no dialect where none fits, and none of a connection whose prints are bags", async () => {
  expect((await identity(2)).dialects).toEqual([]);
  expect(await identity(4)).toMatchObject({ bytes: 0, dialects: [] });
});

test("proposes a format where no dialect fits and the prints share one layout", async () => {
  const { dialects, formats } = await identity(5);
  expect(dialects).toEqual([]);
  expect(formats).toMatchObject([
    { format: "WT= {T.ACT.1};#CR#LF", open: ["unit"], prints: [{ weight: "12.50" }, { weight: "12.60" }] },
  ]);
});

test("says whose source it is", async () => {
  expect(await identity(3)).toMatchObject({ source: "Fixed", is_fixed: true, bytes: 4 });
});

test("is for administrators, of connections that there are", async () => {
  expect((await app.request("GET", "/api/connections/9/identify")).status).toBe(404);
  const path = "/api/connections/1/identify";
  expect((await app.request("GET", path, { token: tokens.operator })).status).toBe(403);
});
