import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { boardController } from "../../src/board/controller.ts";
import { createApp } from "../../src/http/app.ts";
import type { Listening } from "../../src/http/listen.ts";
import { listen } from "../../src/http/listen.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { testApp, tokens } from "../support/http.ts";
import { exchange } from "../support/raw-http.ts";
import { silentLogger } from "../support/silent-logger.ts";

const faults: unknown[] = [];
const logger = Object.assign(Object.create(silentLogger), { error: (line: unknown) => faults.push(line) });

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
beforeAll(async () => {
  app = await testApp({ logger });
  http = await listen(app.app, "127.0.0.1", 0);
});
afterAll(async () => {
  await http.stop();
  await app.stop();
});

const head = (line: string, more = "") =>
  `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${tokens.admin}\r\n${more}`;
const json = "Content-Type: application/json\r\n";
const form = "Content-Type: application/x-www-form-urlencoded\r\n";

describe("too much is refused, and costs the appliance nothing", () => {
  test.each([
    ["headers over 16 KiB", `${head("GET /api/jobs", `X-A: ${"a".repeat(20_000)}\r\n`)}\r\n`, 431],
    ["too many headers", `${head("GET /api/jobs", "X-A: 1\r\n".repeat(300))}\r\n`, 431],
    ["an address over 4096 characters", `${head(`GET /api/jobs?company=${"a".repeat(5_000)}`)}\r\n`, 414],
    ["an address longer than all headers", `${head(`GET /api/jobs?${"a".repeat(20_000)}`)}\r\n`, 431],
    [
      "a body that says it is over 1 MiB",
      `${head("POST /api/jobs", `${json}Content-Length: 1048577\r\n`)}\r\n`,
      413,
    ],
    [
      "a body in chunks that is over 1 MiB",
      `${head("POST /api/jobs", `${json}Transfer-Encoding: chunked\r\n`)}\r\n${`10000\r\n${"a".repeat(65_536)}\r\n`.repeat(17)}0\r\n\r\n`,
      413,
    ],
    [
      "the same to scan_bag, which reads its body by hand",
      `${head("POST /api/prepuff/scan_bag", `${form}Transfer-Encoding: chunked\r\n`)}\r\n${`10000\r\n${"a".repeat(65_536)}\r\n`.repeat(17)}0\r\n\r\n`,
      413,
    ],
    [
      "a length and chunks at once",
      `${head("POST /api/jobs", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")}\r\n0\r\n\r\n`,
      400,
    ],
    ["what is no HTTP", "\x00\x01\x02 nonsense\r\n\r\n", 400],
  ])("%s: %#", async (_, bytes, status) => {
    faults.length = 0;
    const { answer } = await exchange(http.port, bytes);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer.toLowerCase()).not.toContain("\r\nserver:");
    expect(faults).toEqual([]);
  });

  test("pages over 500 items, cursors that are none", async () => {
    for (const query of [
      "limit=501",
      "limit=0",
      "limit=-1",
      "limit=1e9",
      `cursor=${"a".repeat(101)}`,
      "cursor=%00",
    ]) {
      for (const path of [
        "/api/jobs",
        "/api/bags",
        "/api/deliveries",
        "/api/rejected",
        "/api/tokens",
        "/api/audit",
      ]) {
        const { answer } = await exchange(http.port, `${head(`GET ${path}?${query}`)}\r\n`);
        expect(answer, `${path}?${query}`).toStartWith("HTTP/1.1 422 ");
      }
    }
  });
});

/** Bun gives headers 12 s at most, whatever the idle limit is; a body less. The rest is the machine's. */
const slowLimitMs = 24_000;

test("500 clients that take their time are cut off, and nobody waits for them", async () => {
  faults.length = 0;
  const impatient = await listen(
    createApp({ ...app.parts, metrics: createMetrics() }, boardController()),
    "127.0.0.1",
    0,
    // Seconds; on a busy machine the one that waits for them may be that late.
    4,
  );
  const kinds: (readonly [bytes: string, drip?: string])[] = [
    [""],
    ["GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-A: ", "a"],
    [`${head("POST /api/jobs", `${json}Content-Length: 4000\r\n`)}\r\n`, "a"],
    [`${head("POST /api/prepuff/scan_bag", `${form}Content-Length: 4000\r\n`)}\r\n`, "a"],
  ];
  const slow = Array.from({ length: 125 }, () =>
    kinds.map(([bytes, drip]) => exchange(impatient.port, bytes, drip)),
  ).flat();
  const headers = { authorization: `Bearer ${tokens.viewer}` };
  // On a connection of its own: one that was kept open for an earlier server's port would be dead.
  const served = fetch(`http://127.0.0.1:${impatient.port}/api/jobs`, { headers, keepalive: false });
  const first = await Promise.race([served, ...slow]);
  expect(first).toBe(await served);
  expect((await served).status).toBe(200);
  const times = await Promise.all(slow);
  expect(Math.max(...times.map(({ ms }) => ms))).toBeLessThan(slowLimitMs);
  expect(faults).toEqual([]);
  await impatient.stop();
}, 60_000);

describe("what an answer says to a browser", () => {
  test("no other origin may read it, nothing is cached, nothing may be framed", async () => {
    const { answer } = await exchange(
      http.port,
      `${head("OPTIONS /api/jobs", "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n")}\r\n`,
    );
    expect(answer.toLowerCase()).not.toContain("access-control-");
    const got = await exchange(http.port, `${head("GET /api/jobs", "Origin: https://evil.example\r\n")}\r\n`);
    const said = got.answer.toLowerCase();
    expect(said).not.toContain("access-control-");
    expect(said).toContain("\r\ncache-control: no-store\r\n");
    expect(said).toContain("frame-ancestors 'none'");
    expect(said).not.toContain("unsafe-eval");
    expect(said).toContain("script-src 'self';");
  });

  test("the files of the pages may be kept", async () => {
    const file = await fetch(`http://127.0.0.1:${http.port}/openapi/swagger-ui.css`);
    expect(file.headers.get("cache-control")).toBe("max-age=3600");
    await file.body?.cancel();
  });
});
