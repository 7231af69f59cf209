import { expect, test } from "bun:test";
import type { HealthReport } from "../../src/health/health-report.ts";
import { isInTime } from "../support/in-time.ts";
import { prepuff } from "./captured.ts";

/** An appliance's HTTP port that answers as told; `using` closes it. */
function answering(answer: (path: string) => Response | Promise<Response>, hostname = "127.0.0.1") {
  const server = Bun.serve({ port: 0, hostname, fetch: (request) => answer(new URL(request.url).pathname) });
  const port = String(server.port);
  return { port, [Symbol.dispose]: () => void server.stop(true) };
}

const ready = (status: number, body: unknown) => (path: string) =>
  path === "/health/ready" ? Response.json(body, { status }) : new Response(null, { status: 404 });

/** What the appliance answers, with all parts up unless told otherwise. */
function report(changes: Partial<HealthReport> = {}, status = "up") {
  const up = { state: "up", detail: null } as const;
  return { status, parts: { scales_port: up, journal: up, database: up, upstream: null, ...changes } };
}

test("prepuff health ends with 0 when the appliance is ready", async () => {
  using server = answering(ready(200, report()));
  expect(await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: server.port } })).toEqual({
    code: 0,
    out: `up (http://127.0.0.1:${server.port}/health/ready)\n`,
    err: "",
  });
});

test("a degraded appliance is healthy, and the line says which part is not up", async () => {
  const database = { state: "down", detail: "connection refused" } as const;
  using server = answering(ready(200, report({ database }, "degraded")));
  const { code, out } = await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: server.port } });
  expect(code).toBe(0);
  expect(out).toStartWith("degraded: database down (connection refused) (http://");
});

test("prepuff health ends with 1 when the appliance is not ready", async () => {
  const journal = { state: "down", detail: "disk full" } as const;
  using server = answering(ready(503, report({ journal }, "down")));
  expect(await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: server.port } })).toEqual({
    code: 1,
    out: "",
    err: `prepuff: http://127.0.0.1:${server.port}/health/ready answered 503: down: journal down (disk full)\n`,
  });
});

test("prepuff health --live asks only whether the process answers", async () => {
  using server = answering((path) => new Response("ok", { status: path === "/health/live" ? 200 : 503 }));
  const env = { PREPUFF_HTTP_PORT: server.port };
  expect((await prepuff(["health", "--live"], { env })).code).toBe(0);
  expect((await prepuff(["health"], { env })).code).toBe(1);
});

test("an appliance that listens on every address is asked on this machine", async () => {
  using server = answering(ready(200, report()), "0.0.0.0");
  for (const host of ["0.0.0.0", "::"]) {
    const env = { PREPUFF_HTTP_HOST: host, PREPUFF_HTTP_PORT: server.port };
    expect((await prepuff(["health"], { env })).out).toBe(
      `up (http://127.0.0.1:${server.port}/health/ready)\n`,
    );
  }
});

test("prepuff health --url asks there, whatever the configuration says", async () => {
  using server = answering(ready(200, report()));
  const env = { PREPUFF_HTTP_PORT: "x" };
  for (const url of [`http://127.0.0.1:${server.port}`, `http://127.0.0.1:${server.port}/health/ready`]) {
    expect((await prepuff(["health", "--url", url], { env })).code).toBe(0);
  }
  const { code, err } = await prepuff(["health", "--url", "127.0.0.1"]);
  expect(code).toBe(2);
  expect(err).toContain("It wants an http:// or https:// URL, such as http://127.0.0.1:8080");
});

test("nobody there: prepuff health says so and ends with 1", async () => {
  const { port, [Symbol.dispose]: close } = answering(() => new Response());
  close();
  expect(await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: port } })).toEqual({
    code: 1,
    out: "",
    err: `prepuff: http://127.0.0.1:${port}/health/ready cannot be reached (ECONNREFUSED)\n`,
  });
});

test("no answer within 3 seconds: prepuff health says so and ends with 1", async () => {
  using server = answering(() => new Promise<Response>(() => {}));
  const start = performance.now();
  const asked = prepuff(["health"], { env: { PREPUFF_HTTP_PORT: server.port } });
  expect(await isInTime(asked, 10_000)).toBe(true);
  expect(performance.now() - start).toBeGreaterThan(2_900);
  const { code, err } = await asked;
  expect(code).toBe(1);
  expect(err).toContain("gave no answer within 3 s");
});

test("a plant's HTTP proxy is not asked about this machine", async () => {
  using server = answering(ready(200, report()));
  const main = Bun.fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const proxy = "http://127.0.0.1:9";
  const ran = Bun.spawn([process.execPath, main, "health"], {
    env: { PREPUFF_HTTP_PORT: server.port, HTTP_PROXY: proxy, http_proxy: proxy },
    cwd: "/",
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await new Response(ran.stderr).text()).toBe("");
  expect(await ran.exited).toBe(0);
});

test("what answers is not trusted: control characters in it do not reach the terminal", async () => {
  const journal = { state: "down", detail: "\u001b[2Jdown\nforged" } as const;
  using server = answering(ready(503, report({ journal }, "down")));
  const { err } = await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: server.port } });
  expect(err).toEndWith("answered 503: down: journal down (\\u{1b}[2Jdown\\u{a}forged)\n");
});

test("any free port cannot be known: prepuff health asks for --url", async () => {
  const { code, err } = await prepuff(["health"], { env: { PREPUFF_HTTP_PORT: "0" } });
  expect({ code, err }).toEqual({
    code: 1,
    err: "prepuff: PREPUFF_HTTP_PORT is 0 (any free port), so the port is not known. Give --url\n",
  });
});
