import { afterEach, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { createScanBagClient } from "../../src/delivery/scan-bag-client.ts";
import { systemClock } from "../../src/runtime/clock.ts";

/** What this process may grow by; the answers are gigabytes, or become 400 MB. */
const growthMaxBytes = 60_000_000;
const timeoutMs = 3_000;
const bag = {
  uid: "0197f3a0-0000-7000-8000-000000000001",
  weight: "45.20",
  unit: "lb",
  scale: 1,
  station: "Station 1",
  weighedAt: new Date(0),
};

let stop: () => void = () => undefined;
afterEach(() => stop());

/** A server that writes `head`, then `more` as fast as it is taken, or one byte of it in `dripMs`. */
function serve(head: string, more: Uint8Array, { isEndless = false, dripMs = 0 } = {}) {
  const sent = { bytes: 0 };
  const timers: Timer[] = [];
  const server = Bun.listen<{ rest: Uint8Array }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { rest: Buffer.concat([Buffer.from(head), more]) };
      },
      data(socket) {
        if (dripMs === 0) return flow(socket);
        socket.write(head);
        timers.push(setInterval(() => socket.write(more.subarray(0, 1)), dripMs));
      },
      drain: (socket) => flow(socket),
      error: () => undefined,
    },
  });
  function flow(socket: Bun.Socket<{ rest: Uint8Array }>): void {
    for (;;) {
      const taken = socket.write(socket.data.rest);
      if (taken < 0) return;
      sent.bytes += taken;
      socket.data.rest = socket.data.rest.subarray(taken);
      if (socket.data.rest.length > 0) return;
      if (!isEndless) return;
      socket.data.rest = more;
    }
  }
  stop = () => {
    for (const timer of timers) clearInterval(timer);
    server.stop(true);
  };
  return { url: `http://127.0.0.1:${server.port}/scan`, sent };
}

/** Posts a bag, and watches what it costs. */
async function post(url: string) {
  const client = createScanBagClient({
    upstream: { url, token: null, timeoutMs, inFlight: 1 },
    clock: systemClock,
  });
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const began = performance.now();
  const outcome = await client.post(bag, new AbortController().signal);
  const tookMs = performance.now() - began;
  // What still comes afterwards counts too.
  await Bun.sleep(300);
  clearInterval(watch);
  return { outcome, tookMs, grewBytes: Math.max(most, process.memoryUsage.rss()) - before };
}

const chunk = Buffer.from(`10000\r\n${" ".repeat(65_536)}\r\n`);
const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const packed = gzipSync(Buffer.alloc(400_000_000), { level: 1 });

test.each([
  ["with a length and in chunks", `${head}Content-Length: 20\r\nTransfer-Encoding: chunked\r\n\r\n`, chunk],
  ["in chunks", `${head}Transfer-Encoding: chunked\r\n\r\n`, chunk],
  ["until the connection closes", `${head}\r\n`, chunk],
  ["with a header that does not end", head, Buffer.from(`X-More: ${"x".repeat(1_000)}\r\n`.repeat(60))],
])(
  "an endless answer %s takes neither memory nor time",
  async (_, begin, more) => {
    const { url, sent } = serve(begin, more, { isEndless: true });
    const { outcome, grewBytes } = await post(url);
    expect(outcome.kind).toBe("retry");
    expect(grewBytes).toBeLessThan(growthMaxBytes);
    const sentBytes = sent.bytes;
    await Bun.sleep(200);
    // Nothing is taken any more.
    expect(sent.bytes - sentBytes).toBeLessThan(1_000_000);
  },
  30_000,
);

test.each([
  ["of known length", `${head}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`],
  ["until the connection closes", `${head}Content-Encoding: gzip\r\n\r\n`],
])(
  "400 MB packed into little are not unpacked: %s",
  async (_, begin) => {
    const { url } = serve(begin, packed);
    const { outcome, grewBytes } = await post(url);
    expect(outcome.kind).toBe("retry");
    expect(grewBytes).toBeLessThan(growthMaxBytes);
  },
  30_000,
);

test("an answer that is packed although nobody asked for it is understood", async () => {
  const body = gzipSync(Buffer.from('{"success":true,"bag_id":7}'));
  const { url } = serve(`${head}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`, body);
  expect((await post(url)).outcome).toMatchObject({ kind: "delivered", bagId: 7 });
}, 30_000);

test("the time-out is for the whole answer, however it drips", async () => {
  const { url } = serve(`${head}Content-Length: 60000\r\n\r\n`, Buffer.from(" "), { dripMs: 50 });
  const { outcome, tookMs } = await post(url);
  expect(outcome).toMatchObject({ kind: "retry", reason: `no whole answer within ${timeoutMs} ms` });
  expect(tookMs).toBeLessThan(timeoutMs + 10_000);
}, 30_000);
