import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { RawFrame } from "../../../src/scale/raw-frames.ts";
import { readEvents } from "../../support/event-stream.ts";
import { testApp, tokens } from "../../support/http.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { connectScale } from "../../support/scale-line.ts";
import { until } from "../../support/until.ts";

const side = listening();
let app: Awaited<ReturnType<typeof testApp>>;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  app = await testApp({
    rawFrames: side.rawFrames,
    presence: { ...side.presence, close: side.listener.close },
  });
});
afterEach(async () => {
  for (const stream of open.splice(0)) await stream.close();
  await until("nobody is connected", () => side.presence.connections().length === 0);
});
afterAll(async () => {
  await stopListening();
  await app.stop();
});

async function follow(path: string) {
  const answer = await app.request("GET", path, { token: tokens.admin });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const stream = readEvents(answer);
  open.push(stream);
  await until("it has begun", () => stream.now.length > 0);
  const lines = () => stream.now.filter(({ type }) => type === "line").map(({ data }) => data);
  return { stream, lines };
}

test("a connection's lines come as they were sent, with what became of them", async () => {
  using line = await connectScale(side.port);
  using other = await connectScale(side.port);
  await until("both are connected", () => side.presence.connections().length === 2);
  const id = Math.min(...side.presence.connections().map((each) => each.id));
  const { lines } = await follow(`/api/connections/${id}/lines`);
  await other.send("9,1.00 lb\r\n");
  await line.send("1,45.20 lb\r\nG   12.50 \xb5\\ lb\r\n2,9 stone\r\n");
  await until("three came", () => lines().length === 3);
  expect(lines()).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      connection: id,
      raw: "1,45.20 lb",
      outcome: { kind: "bag", scale: 1, weight: "45.20", unit: "lb" },
      skipped: 0,
    },
    expect.objectContaining({
      raw: "G   12.50 \\xb5\\x5c lb",
      outcome: { kind: "rejected", reason: "malformed" },
    }),
    expect.objectContaining({ raw: "2,9 stone", outcome: { kind: "rejected", reason: "unknown_unit" } }),
  ]);
});

test("a scale's lines are those that name it, and those that name none on its connection", async () => {
  using line = await connectScale(side.port);
  using other = await connectScale(side.port);
  const { lines } = await follow("/api/scales/71/lines");
  await other.send("nonsense\r\n");
  await line.send("nonsense of its connection before anyone knows that it is its\r\n");
  await line.send("71,45.20 lb\r\n72,45.20 lb\r\nnonsense\r\n71,----- lb\r\n");
  await until("three came", () => lines().length === 3);
  expect(lines()).toMatchObject([{ raw: "71,45.20 lb" }, { raw: "nonsense" }, { raw: "71,----- lb" }]);
});

test("50 a second at most; what was left out is counted", async () => {
  const { lines } = await follow("/api/scales/5/lines");
  const at = Date.UTC(2026, 0, 1);
  const publish = (later: number) => {
    const outcome: RawFrame["outcome"] = { kind: "bag", scale: 5, weight: "1.00", unit: "lb" };
    side.rawFrames.publish({ at: at + later, connectionId: 1, scale: 5, raw: "5,1.00 lb", outcome });
  };
  for (let index = 0; index < 73; index++) publish(index);
  publish(1_000);
  await until("they came", () => lines().length === 51);
  expect(lines().at(-1)).toMatchObject({ skipped: 23 });
});

test("it ends with the connection, and there is none of a connection that is not there", async () => {
  const line = await connectScale(side.port);
  await until("it is connected", () => side.presence.connections().length === 1);
  const [{ id } = { id: 0 }] = side.presence.connections();
  const { stream } = await follow(`/api/connections/${id}/lines`);
  line.reset();
  await until("the stream ended", () => stream.ended === "done");
  expect((await app.request("GET", `/api/connections/${id}/lines`)).status).toBe(404);
});

test("12 of a token may follow at once; all end when the appliance stops", async () => {
  const streams: ReturnType<typeof readEvents>[] = [];
  for (let index = 0; index < 12; index++) streams.push((await follow("/api/scales/5/lines")).stream);
  const refused = await app.request("GET", "/api/scales/5/lines");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("30");
  app.app.decorator.endStreams();
  await until("all ended", () => streams.every(({ ended }) => ended === "done"));
  await follow("/api/scales/5/lines");
});
