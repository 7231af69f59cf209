import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { boardFiles } from "../../src/board/files.ts";
import type { Listening } from "../../src/http/listen.ts";
import { listen } from "../../src/http/listen.ts";
import { testApp, tokens } from "../support/http.ts";
import { exchange, statusOf } from "../support/raw-http.ts";
import { pathOfRoute } from "../support/route-path.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { until } from "../support/until.ts";

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
  expect(faults).toEqual([]);
});

const [boardFile = ""] = (await boardFiles()).assets.keys();
const gets = () =>
  app.app.routes
    .filter(({ method, path }) => method === "GET" && !/events|lines/.test(path))
    .map(({ path }) => pathOfRoute(path, { file: boardFile }));

/** The methods that an address takes, also as one of a kind: `trial` may be the name of a source, too. */
const takenBy = (address: string) =>
  app.app.routes
    .filter(({ path }) =>
      new RegExp(`^${path.replace(/:[^/]+/g, "[^/]+").replace("*", ".*")}$`).test(address),
    )
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));

/** By address, what it does not take. */
const refusedMethods = () =>
  [...new Set(app.app.routes.map(({ path }) => pathOfRoute(path, { file: boardFile })))].map((address) => {
    const taken = takenBy(address);
    return [
      address,
      ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].filter((method) => !taken.includes(method)),
    ] as const;
  });

const ask = (line: string, more = "Host: x\r\n") =>
  exchange(
    http.port,
    `${line} HTTP/1.1\r\n${more}Connection: close\r\nAuthorization: Bearer ${tokens.admin}\r\n\r\n`,
  );

describe("a thing has one address, so that a proxy's rule for it holds", () => {
  const variants: readonly (readonly [name: string, write: (path: string) => string])[] = [
    ["a slash behind it", (path) => `${path}/`],
    ["two slashes behind it", (path) => `${path}//`],
    ["two slashes before it", (path) => `/${path}`],
    ["a backslash before it", (path) => `/\\${path.slice(1)}`],
    ["a slash behind it, encoded", (path) => `${path}%2f`],
    ["a dot before it", (path) => `/.${path}`],
    ["a dot before it, encoded", (path) => `/%2e${path}`],
    ["a dot behind it", (path) => `${path}/.`],
    ["a way up before it", (path) => `/x/..${path}`],
    ["a way up before it, with backslashes", (path) => `/x\\..${path.replaceAll("/", "\\")}`],
    [
      "a way up before it, through a route with an id",
      (path) => `/api/jobs/x\\..\\..\\..${path.replaceAll("/", "\\")}`,
    ],
    ["a way up, encoded", (path) => `/x/%2e%2e${path}`],
    ["capitals", (path) => path.toUpperCase()],
    ["an encoded letter", (path) => `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`],
    ["a parameter of the path", (path) => `${path};x=1`],
    ["NUL behind it", (path) => `${path}%00`],
    ["a blank behind it", (path) => `${path}%20`],
    ["a fragment", (path) => `${path}#x`],
  ];

  test.each(variants)("%s: 404", async (_, write) => {
    for (const path of gets().filter((path) => path !== "/")) {
      const target = write(path);
      if (target === path) continue;
      expect(statusOf(await ask(`GET ${target}`)), target).toBe(404);
    }
  });

  test("the address itself is answered, also as proxies write it", async () => {
    for (const path of ["/metrics", "/health/live", "/api/jobs", "/openapi/json"]) {
      expect(statusOf(await ask(`GET ${path}`)), path).toBe(200);
      expect(statusOf(await ask(`GET http://prepuff.plant.example${path}`)), path).toBe(200);
    }
  });
});

describe("a request that is odd is answered, and is no fault", () => {
  test.each([
    ["a short host", "Host: a\r\n", 200],
    ["no host's name", "Host: \r\n", 200],
    ["a host that is none", "Host: a/b?x\r\n", 200],
    ["a host with a password", "Host: u:p@h\r\n", 200],
    ["half an address of a host", "Host: [::\r\n", 200],
    ["two hosts", "Host: a\r\nHost: b\r\n", 200],
  ])("%s", async (_, host, status) => {
    for (const path of ["/health/live", "/api/jobs", "/"]) {
      expect(statusOf(await ask(`GET ${path}`, host)), path).toBe(status);
    }
  });

  test("HTTP/1.0 without a host, as load balancers ask", async () => {
    const { answer } = await exchange(http.port, "GET /health/ready HTTP/1.0\r\n\r\n");
    expect(answer).toContain(" 200 OK\r\n");
    expect(answer).toContain('"scales_port"');
  });

  test("every method on every path", async () => {
    for (const path of [...gets(), "/api/jobs/1/complete", "/api/tokens/1", "/nothing"]) {
      const taken = takenBy(path);
      for (const method of ["OPTIONS", "TRACE", "PUT", "PROPFIND", "QUERY"]) {
        if (!taken.includes(method))
          expect([404, 405], `${method} ${path}`).toContain(statusOf(await ask(`${method} ${path}`)));
      }
    }
    for (const target of [
      "CONNECT a:1",
      "OPTIONS *",
      "GET *",
      "GET nothing",
      "GET /\xff",
      "GET /%ff",
      "GET /%zz",
      "GET /api/jobs/%zz",
      "GET /board/%ff",
    ]) {
      expect([400, 404, 405, 422], target).toContain(statusOf(await ask(target)));
    }
  });

  test.each([
    ["a body", "", "Content-Type: application/json\r\nContent-Length: 2\r\n", "{}"],
    ["a body in pieces", "", "Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"],
    ["a long address", `?a=${"a".repeat(5_000)}`, "", ""],
    ["51 parameters", `?${"a=1&".repeat(51)}`, "", ""],
    ["half a character", "?a=%ff", "", ""],
  ])("a method that an address does not take is 405, also with %s", async (_, query, head, body) => {
    for (const [path, refused] of refusedMethods()) {
      for (const method of refused) {
        const begin = `${method} ${path}${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
        const said = await exchange(http.port, `${begin}${head}\r\n${body}`);
        expect(statusOf(said), `${method} ${path}`).toBe(405);
        expect(said.answer.toLowerCase()).toContain("\r\nallow: ");
      }
    }
  });

  test("HEAD says what GET would, and reads nothing to the end", async () => {
    for (const path of [...gets(), "/api/events", "/api/bags.csv"]) {
      const { answer, ms } = await ask(`HEAD ${path}`);
      const [head = "", body] = answer.split("\r\n\r\n");
      expect(body, path).toBe("");
      expect(ms, path).toBeLessThan(5_000);
      expect(head.split("\r\n")[0], path).toMatch(/^HTTP\/1\.1 (200|404) /);
    }
    await until("the stream of events is over", () => app.parts.events.size === 0);
  });
});

describe("a query is data, whatever it looks like", () => {
  test.each([
    ["51 parameters", `?${"a=1&".repeat(51)}`, 422],
    ["thousands of parameters", `?${"a&".repeat(2_000)}`, 422],
    ["a parameter twice", "?limit=1&limit=1", 422],
    ["nested JSON", `?company=${"[".repeat(900)}${"]".repeat(900)}`, 422],
    ["JSON", '?company={"a":1}', 200],
    ["a list", "?company=[1,2]", 200],
    ["a comma", "?station=Hall%202,%20north", 200],
    ["a plus for a blank", "?station=Hall+2", 200],
    ["what is not UTF-8", "?station=%ff", 422],
    ["what is not encoded", "?station=%zz", 422],
    ["half a sign", "?station=%", 422],
    ["the prototype", "?__proto__=1", 422],
    ["brackets", "?station[]=1", 422],
    ["NUL", "?station=%00", 422],
    ["nothing", "?", 200],
    ["empty pairs", "?&&&", 200],
    ["an empty name", "?=1", 422],
  ])("%s", async (_, query, status) => {
    expect(statusOf(await ask(`GET /api/jobs${query}`))).toBe(status);
  });

  test.each([
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00%2B23:59",
    "9999-12-31T23:59:59-23:59",
    "-000001-01-01T00:00:00Z",
    "%2B010000-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00%2B24:00",
    "1e400",
  ])("the time %s is none", async (time) => {
    for (const path of [
      "/api/bags",
      "/api/bags.csv",
      "/api/rejected",
      "/api/rejected/reasons",
      "/api/audit",
    ]) {
      expect(statusOf(await ask(`GET ${path}?from=${time}`)), path).toBe(422);
    }
  });

  test.each(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00-23:59"])(
    "the time %s is one",
    async (time) => {
      for (const path of [
        "/api/bags",
        "/api/bags.csv",
        "/api/rejected",
        "/api/rejected/reasons",
        "/api/audit",
      ]) {
        expect(statusOf(await ask(`GET ${path}?from=${time}`)), path).toBe(200);
      }
    },
  );

  test("ids and pages beyond every number", async () => {
    const ids = [
      "0",
      "-1",
      "2147483648",
      "9007199254740992",
      "9223372036854775808",
      "1e400",
      "NaN",
      "1.5",
      "x",
      "%31%00",
    ];
    for (const id of ids) {
      for (const path of [
        "/api/jobs/:id",
        "/api/jobs/:id/statistics",
        "/api/jobs/:id/bags.csv",
        "/api/bags/:id",
        "/api/scales/:id/lines",
      ]) {
        const target = pathOfRoute(path, { id });
        expect([404, 422], target).toContain(statusOf(await ask(`GET ${target}`)));
      }
      expect([200, 422], id).toContain(statusOf(await ask(`GET /api/bags?job_id=${id}`)));
    }
    for (const cursor of ["x", "%00", "YmVmb3JlOjA", "YmVmb3JlOi0x", "YmVmb3JlOjllOTk", "a".repeat(101)]) {
      expect(statusOf(await ask(`GET /api/bags?cursor=${cursor}`)), cursor).toBe(422);
    }
  });
});

test("cookies that are none, and a great many of them", async () => {
  for (const cookie of [
    ";;=%00; prepuff_session",
    "prepuff_session=%ff",
    `${"a=b; ".repeat(2_000)}prepuff_session=x`,
    "prepuff_session=\xff",
    "=;=;=",
  ]) {
    const said = await exchange(
      http.port,
      `GET /api/scales HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`,
    );
    expect(statusOf(said), cookie.slice(0, 40)).toBe(401);
  }
});
