import { afterAll, beforeAll, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import type { TrialResult } from "../../../src/http/api/trial.ts";
import { json, testApp, testConfig, tokens } from "../../support/http.ts";
import { connectionView } from "../../support/presence.ts";

const mill = sourceSchema.parse({
  name: "Mill",
  connection: { kind: "listen", port: 4001, registration: "USR-1" },
  dialect: "awtx",
});
const sent = new Map<number, string>([
  [1, "WT 12.50 lb;\r\nWT 12.60 lb;\r\n"],
  [2, "WT 7.00 kg;\r\n"],
  [3, "USR-1 G   12.50 lb\r\n"],
]);
const watched: number[] = [];
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({
    config: testConfig({ sources: [mill] }),
    listener: {
      troubleOf: () => null,
      recentBytes: (id) => (sent.has(id) ? Buffer.from(sent.get(id) ?? "", "latin1") : null),
      watch: (id) => void watched.push(id),
    },
    presence: {
      connections: () => [
        connectionView({ id: 1 }),
        connectionView({ id: 2, remoteAddress: "10.0.0.2" }),
        connectionView({ id: 3, source: "Mill" }),
        connectionView({ id: 4, remoteAddress: "10.0.0.4" }),
      ],
      scales: () => [],
      standIns: () => [],
      forget: () => undefined,
      close: () => false,
    },
  });
});
afterAll(() => app.stop());

async function trial(body: object): Promise<TrialResult> {
  const answer = await app.request("POST", "/api/sources/trial", { body });
  expect(answer.status).toBe(200);
  return (await json(answer)) as TrialResult;
}
const reads = ({ connections }: TrialResult) =>
  connections.map(({ connection, prints }) => [connection, ...prints.map((print) => print.weight)]);

test("what came in last is read with a format that nobody has saved", async () => {
  watched.length = 0;
  const found = await trial({ dialect: "format", format: "WT {T.GWT.1} {T.UNIT.1};#CR#LF" });
  expect(found.fault).toBeNull();
  expect(reads(found)).toEqual([[2, "7.00"], [1, "12.50", "12.60"], [4]]);
  expect(found.connections[0]?.prints).toMatchObject([{ unit: "kg", mode: "gross", raw: "WT 7.00 kg;" }]);
  // What comes next is kept too.
  expect(watched).toEqual([2, 1, 4]);
  const other = await trial({ dialect: "format", format: "WX {T.GWT.1} {T.UNIT.1};#CR#LF" });
  expect(other.connections[0]?.prints).toMatchObject([{ kind: "rejected", reason: "malformed", misfit: 2 }]);
});

test("what a format does not know is named with its place, and nothing is read", async () => {
  const { fault, connections } = await trial({ dialect: "format", format: "WT {T.GWX.1}#CR#LF" });
  expect(fault).toMatchObject({ token: "{T.GWX.1}", character: 4 });
  expect(fault?.message).toStartWith("is not known. Known are ");
  expect(connections).toEqual([]);
});

test("a source's own connections are read in a trial dialect, without what its device server sends", async () => {
  expect(reads(await trial({ source: "Mill", dialect: "awtx" }))).toEqual([[3, "12.50"]]);
  expect(reads(await trial({ source: "Mill", dialect: "sma" }))).toEqual([[3, null]]);
  expect(reads(await trial({ source: "Nobody's", dialect: "sma" }))).toEqual([]);
});

test("a new source is tried on the connections from its addresses", async () => {
  const body = { dialect: "format", format: "WT {T.GWT.1} {T.UNIT.1};", from: ["10.0.0.2/31"] };
  expect(reads(await trial(body))).toEqual([[2, "7.00"]]);
});

test("is for administrators, and a fault names its field", async () => {
  const path = "/api/sources/trial";
  const refused = await app.request("POST", path, { body: { dialect: "sma" }, token: tokens.operator });
  expect(refused.status).toBe(403);
  const wrong = await app.request("POST", path, { body: { dialect: "smu", from: ["10.0.0.x"] } });
  expect(await wrong.json()).toMatchObject({ errors: [{ field: "from.0" }, { field: "dialect" }] });
});
