import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { BagToSend } from "../../src/delivery/destination.ts";
import { createScanBagClient, scanBagForm } from "../../src/delivery/scan-bag-client.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { type Answer, startFakeUpstream, startRawUpstream, success } from "../support/fake-upstream.ts";
import { isInTime } from "../support/in-time.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

const token = "secret-token-of-the-plant";
const bag: BagToSend = {
  uid: "0197a5a0-0000-7000-8000-000000000001",
  weight: "45.20",
  unit: "lb",
  scale: 1,
  station: "Station 1",
  weighedAt: new Date("2026-01-31T06:00:00.123Z"),
};
const never = new AbortController().signal;
const servers: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function fake(how?: Answer) {
  const upstream = startFakeUpstream(how);
  servers.push(upstream);
  return upstream;
}

function raw(bytes: string | null, closeAfter = false) {
  const upstream = startRawUpstream(bytes, closeAfter);
  servers.push(upstream);
  return upstream;
}

function post(
  url: string,
  changes: { timeoutMs?: number; token?: string | null; signal?: AbortSignal } = {},
) {
  const upstream = { url, token: changes.token === undefined ? token : changes.token, inFlight: 1 };
  const client = createScanBagClient({
    upstream: { ...upstream, timeoutMs: changes.timeoutMs ?? 5_000 },
    clock: systemClock,
  });
  return client.post(bag, changes.signal ?? never);
}

describe("the request", () => {
  test("is the legacy form with the bag's key and time as headers", async () => {
    const upstream = fake();
    expect(await post(upstream.url)).toMatchObject({ kind: "delivered", bagId: 1, bagNum: 1 });
    const [scan] = upstream.received;
    expect(scan?.body).toBe("weight=45.20&unit=lb&scale=1&station=Station+1");
    expect(scan?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(scan?.headers.get("authorization")).toBe(`Bearer ${token}`);
    expect(scan?.headers.get("idempotency-key")).toBe(bag.uid);
    expect(scan?.headers.get("prepuff-weighed-at")).toBe("2026-01-31T06:00:00.123Z");
  });

  test("has no Authorization without a token", async () => {
    const upstream = fake();
    await post(upstream.url, { token: null });
    expect(upstream.received[0]?.headers.has("authorization")).toBe(false);
  });

  // Expected values printed by Python's requests 2.34: Request("POST", url, data={…}).prepare().body
  test.each([
    ["Büro*~'()!&=+%/", "B%C3%BCro%2A~%27%28%29%21%26%3D%2B%25%2F"],
    ["a\tb", "a%09b"],
    ["汉😀", "%E6%B1%89%F0%9F%98%80"],
    ["-._ ", "-._+"],
  ])("encodes the station %j as Python does", (station, encoded) => {
    expect(scanBagForm({ ...bag, station })).toBe(`weight=45.20&unit=lb&scale=1&station=${encoded}`);
  });
});

describe("an exchange that goes wrong is tried again", () => {
  test("a black hole: accepts, reads, never answers", async () => {
    const hole = raw(null);
    // Enough for a request to be made, also on a busy machine.
    expect(await post(hole.url, { timeoutMs: 1_000 })).toEqual({
      kind: "retry",
      status: null,
      reason: "no whole answer within 1000 ms",
    });
    expect(hole.requests).toBe(1);
  });

  test("half an answer: the limit is on the whole of it", async () => {
    const half = raw('HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"success":true,');
    expect(await post(half.url, { timeoutMs: 200 })).toMatchObject({ kind: "retry", status: null });
  });

  test("half an answer, and the line is cut", async () => {
    const cut = raw('HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"success":true}', true);
    expect(await post(cut.url)).toMatchObject({ kind: "retry" });
  });

  test("a drip: a byte now and then does not keep the request alive", async () => {
    const upstream = fake(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              await Bun.sleep(50);
              controller.enqueue(" ");
            },
          }),
        ),
    );
    const posted = post(upstream.url, { timeoutMs: 300 });
    expect(await isInTime(posted, 8_000)).toBe(true);
    expect(await posted).toMatchObject({ kind: "retry", status: null });
  });

  test("an endless answer is not read to its end", async () => {
    let chunks = 0;
    const upstream = fake(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              chunks++;
              await Bun.sleep(1);
              controller.enqueue("x".repeat(16_384));
            },
          }),
        ),
    );
    expect(await post(upstream.url)).toMatchObject({
      kind: "retry",
      reason: "not the API's answer: 200 OK: (answer too long)",
    });
    await until("nobody reads on", async () => {
      const read = chunks;
      await Bun.sleep(50);
      return chunks === read;
    });
  });

  test("a compressed answer is understood, and its size counted unpacked", async () => {
    const packed = (text: string) => () =>
      new Response(Bun.gzipSync(text), { headers: { "Content-Encoding": "gzip" } });
    const upstream = fake(packed(await success().text()));
    expect(await post(upstream.url)).toMatchObject({ kind: "delivered" });
    upstream.answer(packed(" ".repeat(50_000_000)));
    expect(await post(upstream.url)).toMatchObject({ kind: "retry" });
  });

  test("nobody listens, no such host, no HTTP", async () => {
    const gone = fake();
    await gone.stop();
    expect(await post(gone.url)).toMatchObject({ kind: "retry", status: null });
    expect(await post("http://no-such-host.invalid/")).toMatchObject({ kind: "retry", status: null });
    expect(await post(raw("SSH-2.0-OpenSSH_10.0\r\n", true).url)).toMatchObject({
      kind: "retry",
      status: null,
    });
  });

  test("a redirect is not followed, and its target never sees the token", async () => {
    const target = fake();
    const upstream = fake(() => Response.redirect(`${target.url}?from=${token}`, 307));
    const outcome = await post(upstream.url);
    expect(outcome).toMatchObject({ kind: "retry", status: 307 });
    expect(JSON.stringify(outcome)).not.toContain(token);
    expect(target.received).toEqual([]);
  });
});

test("a caller that gives up is not kept waiting", async () => {
  const hole = raw(null);
  const givingUp = new AbortController();
  const posted = post(hole.url, { signal: givingUp.signal });
  setTimeout(() => givingUp.abort(), 50);
  expect(await isInTime(posted, 4_000)).toBe(true);
  expect((await posted).kind).toBe("retry");
  expect((await post(hole.url, { signal: AbortSignal.abort() })).kind).toBe("retry");
});
