import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { Problem } from "../../../src/http/answer/problem.ts";
import type { Listening } from "../../../src/http/listen.ts";
import { listen } from "../../../src/http/listen.ts";
import { bodyLimit } from "../../../src/http/request/body.ts";
import { json, testApp, tokens } from "../../support/http.ts";
import { exchange, statusOf } from "../../support/raw-http.ts";
import { pathOfRoute } from "../../support/route-path.ts";
import { sessionOf } from "../../support/session.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const faults: unknown[] = [];
const logger = Object.assign(Object.create(silentLogger), { error: (line: unknown) => faults.push(line) });

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
let origin: string;
beforeAll(async () => {
  app = await testApp({ logger });
  http = await listen(app.app, "127.0.0.1", 0);
  origin = `http://127.0.0.1:${http.port}`;
});
afterAll(async () => {
  await http.stop();
  await app.stop();
  // Whatever was sent here: nothing of it is a fault of the appliance.
  expect(faults).toEqual([]);
});

const scanBag = "/api/prepuff/scan_bag";
const formType = "application/x-www-form-urlencoded";

/** Every route that may have a body. */
const routes = () => app.app.routes.filter(({ method }) => method !== "GET");
const withBody = () => routes().filter(({ hooks, path }) => hooks.body !== undefined || path === scanBag);
const at = (path: string) => pathOfRoute(path);

interface Sent {
  readonly type?: string | null;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(route: { readonly method: string; readonly path: string }, { type, body, headers }: Sent) {
  return fetch(origin + at(route.path), {
    method: route.method,
    // Bytes: of a text the client would say a type by itself.
    body: new TextEncoder().encode(body),
    headers: {
      authorization: `Bearer ${tokens.admin}`,
      ...(type !== null && { "content-type": type ?? "application/json" }),
      ...headers,
    },
  });
}

async function told(answer: Response): Promise<string> {
  const text = await answer.text();
  expect(text.length).toBeLessThan(4_096);
  return text;
}

describe("the type of a body is said exactly", () => {
  test.each([
    "text/plain;xj=1",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/jso",
    "application/json; charset=utf-7",
    "application/json; charset=utf-8; x=1",
    "application/json;x=1",
    "application/json, text/plain",
    "application/problem+json",
    "application/octet-stream",
    "multipart/form-data; boundary=x",
    "x",
    "",
    null,
  ])("%p is 415 on every route, with a hint", async (type) => {
    for (const route of routes()) {
      const answer = await send(route, { type, body: '{"reason":"x"}' });
      expect(answer.status, `${route.method} ${route.path}`).toBe(415);
      expect(await told(answer)).toContain("Content-Type: application/");
    }
  });

  test("a form is taken by scan_bag alone", async () => {
    for (const route of routes()) {
      const { status } = await send(route, { type: formType, body: "reason=x" });
      expect(status === 415, `${route.method} ${route.path}`).toBe(route.path !== scanBag);
    }
  });

  test.each([
    "application/json",
    "Application/JSON",
    "application/json;charset=utf-8",
    'application/json ; charset="UTF-8"',
  ])("%p is JSON", async (type) => {
    for (const route of withBody()) {
      // A request whose fields can all be left out is looked at further.
      const { status } = await send(route, { type, body: "{}" });
      expect([404, 422], route.path).toContain(status);
    }
  });

  test("what is compressed is not inflated", async () => {
    for (const route of routes()) {
      const headers = { "content-encoding": "gzip" };
      expect((await send(route, { body: "{}", headers })).status).toBe(415);
    }
  });
});

describe("a body has a limit on every route", () => {
  test("by its length, and counted while it comes", async () => {
    for (const { method, path } of routes()) {
      const limit = bodyLimit(path);
      const begin = `${method} ${at(path)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${tokens.admin}\r\nContent-Type: application/json\r\n`;
      const long = `{"a":"${"x".repeat(limit)}"}`;
      const said = await exchange(http.port, `${begin}Content-Length: ${long.length}\r\n\r\n${long}`);
      expect(statusOf(said), path).toBe(413);
      expect(said.answer).toContain(String(limit));
      const chunk = "x".repeat(1_024);
      const chunks = `400\r\n${chunk}\r\n`.repeat(limit / 1_024 + 1);
      const streamed = await exchange(
        http.port,
        `${begin}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
      );
      expect(statusOf(streamed), path).toBe(413);
    }
  });

  test("of 4 KB for everything but lists of ids and of products", () => {
    const longer = routes().filter(({ path }) => bodyLimit(path) !== 4_096);
    expect(longer.map(({ path }) => path).sort()).toEqual([
      "/api/deliveries/discard",
      "/api/deliveries/retry",
      "/api/products/import",
    ]);
  });

  test("that takes the longest list of the longest ids", async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => Number.MAX_SAFE_INTEGER - index);
    const body = JSON.stringify({ ids, reason: "x".repeat(500) });
    const answer = await send({ method: "POST", path: "/api/deliveries/discard" }, { body });
    expect(await json(answer)).toEqual({ discarded: 0 });
  });

  test("and what comes next on the connection is answered as ever", async () => {
    const auth = `Authorization: Bearer ${tokens.admin}\r\n`;
    const refused = `POST /api/jobs HTTP/1.1\r\nHost: x\r\n${auth}Content-Type: text/plain\r\nContent-Length: 40\r\n\r\nGET /api/tokens HTTP/1.1\r\nHost: evil\r\n\r\n`;
    const next = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const { answer } = await exchange(http.port, refused + next);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 415", "HTTP/1.1 200"]);
  });
});

describe("the shape of a body is looked at before anything is made of it", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  test.each([
    ["nested lists", nested(1_000), "nested"],
    ["nested objects", `${'{"a":'.repeat(600)}1${"}".repeat(600)}`, "nested"],
    ["nesting that never ends", "[".repeat(4_000), "nested"],
    [
      "51 fields",
      JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 1]))),
      "fields",
    ],
    ["a field twice", '{"reason":"a","reason":"b"}', "more than once"],
    ["a field twice, written another way", '{"reason":"a","re\\u0061son":"b"}', "more than once"],
    ["the prototype", '{"__proto__":{"reason":"x"}}', "__proto__"],
    ["the prototype, written another way", '{"__pr\\u006fto__":1}', "__proto__"],
  ])("%s: 422, and why", async (_, body, why) => {
    for (const route of withBody()) {
      const answer = await send(route, { body });
      expect(answer.status, route.path).toBe(422);
      expect(await told(answer)).toContain(why);
    }
  });

  test("brackets and quotes in a text are no shape", async () => {
    const body = JSON.stringify({ reason: `${"[{".repeat(100)}\\"[[[[[[`, ids: [1] });
    expect((await send({ method: "POST", path: "/api/deliveries/discard" }, { body })).status).toBe(200);
  });

  test("at most 20 faults are told, each by its field, none with the value", async () => {
    const fields = Array.from({ length: 50 }, (_, i) => [`field-${i}-${"n".repeat(40)}`, "a secret"]);
    const answer = await send(
      { method: "POST", path: "/api/jobs" },
      { body: JSON.stringify(Object.fromEntries(fields)) },
    );
    const text = await answer.text();
    const { errors, detail } = z
      .object({ errors: z.array(z.object({ field: z.string() })), detail: z.string() })
      .parse(JSON.parse(text));
    expect(errors).toHaveLength(20);
    expect(detail).toEndWith("and 32 more");
    expect(text).not.toContain("secret");
  });

  test("a form has each field once, and few", async () => {
    const bag = "weight=45.20&unit=lb&scale=1&station=nowhere";
    const form = (body: string) => send({ method: "POST", path: scanBag }, { type: formType, body });
    expect((await form(bag)).status).toBe(409);
    for (const [body, why] of [
      [`${bag}&weight=45.20`, "more than once"],
      [`${bag}&w%65ight=1`, "more than once"],
      [`${bag}&${"&".repeat(3_000)}`, "fields"],
      [`${bag}${Array.from({ length: 60 }, (_, i) => `&k${i}=1`).join("")}`, "fields"],
    ] as const) {
      const answer = await form(body);
      expect(answer.status, body.slice(0, 80)).toBe(422);
      expect(await told(answer)).toContain(why);
    }
  });

  test("bytes that are no UTF-8, and a body that is none", async () => {
    for (const route of withBody()) {
      const headers = { authorization: `Bearer ${tokens.admin}`, "content-type": "application/json" };
      const bytes = await fetch(origin + at(route.path), {
        method: route.method,
        headers,
        body: new Uint8Array([0x22, 0xff, 0x22]),
      });
      expect(bytes.status, route.path).toBe(400);
      for (const body of ["{bad", "", '"\u0000"', '{"a":1}}']) {
        expect([400, 422], `${route.path} ${body}`).toContain((await send(route, { body })).status);
      }
    }
  });
});

describe("who asks is known before anything is read", () => {
  test("a stranger gets 401, whatever he sends", async () => {
    // Open addresses: where one signs in, pairs a device, or says who acts on it.
    const open = ["/api/session", "/api/session/device", "/api/session/person"];
    for (const route of routes().filter(({ path }) => !open.includes(path))) {
      for (const [type, body] of [
        ["text/plain;xj=1", "[".repeat(4_000)],
        ["application/json", "x".repeat(500_000)],
      ] as const) {
        const answer = await send(route, { type, body, headers: { authorization: "" } });
        expect(answer.status, route.path).toBe(401);
      }
    }
  });

  test("a page of another site gets 403, whatever it sends", async () => {
    const cookie = await sessionOf(app, tokens.admin);
    for (const route of routes()) {
      for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
        const sent = {
          type: "text/plain;xj=1",
          body: "[".repeat(4_000),
          headers: { ...headers, cookie, authorization: "" },
        };
        expect((await send(route, sent)).status, route.path).toBe(403);
      }
    }
  });
});

test("no schema of a route is left to Elysia, whose faults hold the whole value", () => {
  for (const { method, path, hooks } of app.app.routes) {
    for (const part of ["body", "query", "params", "headers", "cookie"] as const) {
      const schema: unknown = hooks[part];
      if (schema === undefined) continue;
      const { "~standard": standard } = z
        .object({ "~standard": z.looseObject({ validate: z.any() }) })
        .parse(schema);
      expect(() => standard.validate(Symbol("nonsense")), `${method} ${path} ${part}`).toThrow(Problem);
    }
  }
});
