import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { connect as connectTcp } from "node:net";
import { boardController } from "../../src/board/controller.ts";
import { createApp } from "../../src/http/app.ts";
import type { Listening } from "../../src/http/listen.ts";
import { listen } from "../../src/http/listen.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { readEvents } from "../support/event-stream.ts";
import { testApp, tokens } from "../support/http.ts";
import { isInTime } from "../support/in-time.ts";
import { scaleView } from "../support/presence.ts";
import { until } from "../support/until.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
beforeAll(async () => {
  app = await testApp();
  http = await listen(app.app, "127.0.0.1", 0);
});
afterEach(() => until("nobody listens", () => app.parts.events.size === 0));
afterAll(async () => {
  await http.stop();
  await app.stop();
});

const url = (path: string) => `http://127.0.0.1:${http.port}${path}`;
const authorization = { authorization: `Bearer ${tokens.viewer}` };

test("a port that somebody else has is refused with EADDRINUSE, and opens when it is free", async () => {
  const blocker = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = blocker;
  const second = createApp({ ...app.parts, metrics: createMetrics() }, boardController());
  await expect(listen(second, "127.0.0.1", port)).rejects.toMatchObject({
    code: "EADDRINUSE",
    message: `port ${port} on 127.0.0.1 is taken by another program`,
  });
  blocker.stop(true);
  const opened = await listen(second, "127.0.0.1", port);
  expect(opened.port).toBe(port);
  await opened.stop();
});

test("a body over 1 MiB is refused", async () => {
  const answer = await fetch(url("/api/jobs"), {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.operator}`, "content-type": "application/json" },
    body: JSON.stringify({ company: "x".repeat(1_100_000) }),
  });
  expect(answer.status).toBe(413);
});

test("wrong tokens are limited for the address that they come from", async () => {
  const wrong = () => fetch(url("/api/scales"), { headers: { authorization: "Bearer wrong" } });
  const answers = await Promise.all(Array.from({ length: 12 }, wrong));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
  expect((await fetch(url("/api/scales"), { headers: authorization })).status).toBe(200);
});

describe("event streams", () => {
  test("tick every 2 s, so that a client notices a dead line and no idle limit ends them", async () => {
    const stream = readEvents(await fetch(url("/api/events"), { headers: authorization }));
    const ticks = () => stream.now.filter(({ type }) => type === "tick").length;
    await until("it began", () => stream.now.length > 0);
    expect(stream.now[0]?.type).toBe("tick");
    const next = until("the next one came", () => ticks() === 2);
    expect(await isInTime(next, 3_500)).toBe(true);
    expect(stream.ended).toBeNull();
    await stream.close();
  });

  test("are let go when their client is gone", async () => {
    const abort = new AbortController();
    await fetch(url("/api/events"), { headers: authorization, signal: abort.signal });
    await until("it listens", () => app.parts.events.size === 1);
    abort.abort();
    await until("nobody listens", () => app.parts.events.size === 0);
  });

  test("of a client that reads nothing are cut off, and hold up nobody", async () => {
    const slow = connectTcp(http.port, "127.0.0.1");
    slow.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.viewer}\r\n\r\n`);
    slow.pause();
    const quick = readEvents(await fetch(url("/api/events"), { headers: authorization }));
    await until("both listen", () => app.parts.events.size === 2);
    const scale = scaleView({ remoteAddress: "x".repeat(100_000) });
    let published = 0;
    const hasAll = () => quick.events.length === published;
    await until("the slow one is gone", async () => {
      // As fast as the quick one reads.
      if (hasAll()) {
        published++;
        app.parts.events.publish({ type: "scale", scale });
      }
      return app.parts.events.size === 1;
    });
    await until("the quick one has everything", hasAll);
    await quick.close();
    slow.destroy();
  });

  test("do not keep the server from stopping", async () => {
    const second = createApp({ ...app.parts, metrics: createMetrics() }, boardController());
    const server = await listen(second, "127.0.0.1", 0);
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/events`, { headers: authorization });
    const stream = readEvents(answer);
    await stream.begun();
    expect(await isInTime(server.stop(), 4_000)).toBe(true);
    await until("the stream has ended", () => stream.ended === "done");
  });
});
