import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { boardFiles } from "../../../src/board/files.ts";
import type { Listening } from "../../../src/http/listen.ts";
import { listen } from "../../../src/http/listen.ts";
import { tokenParameter } from "../../../src/http/request/token-place.ts";
import { testApp, tokens } from "../../support/http.ts";
import { exchange } from "../../support/raw-http.ts";
import { pathOfRoute } from "../../support/route-path.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
let origin: string;
beforeAll(async () => {
  app = await testApp();
  http = await listen(app.app, "127.0.0.1", 0);
  origin = `http://127.0.0.1:${http.port}`;
});
afterAll(async () => {
  await http.stop();
  await app.stop();
});

const [boardFile = ""] = (await boardFiles()).assets.keys();
const unknown = ["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: "/nothing/here" }));
const addresses = () =>
  [...app.app.routes, ...unknown].map(({ method, path }) => ({
    method,
    path: pathOfRoute(path, { file: boardFile }),
  }));
const right = { authorization: `Bearer ${tokens.admin}` };

test("the name is the one that the plugin is told", () => expect(tokenParameter).toBe("access_token"));

describe.each([
  ["with a right token in the header", right],
  ["with none", {}],
])("a token elsewhere, %s", (_, headers) => {
  test.each([
    `access_token=${tokens.admin}`,
    "access_token=",
    "access_token",
    `limit=1&access_token=${tokens.admin}`,
    `access%5ftoken=${tokens.admin}`,
    `%61ccess_token=${tokens.admin}&access_token=2`,
  ])("in the query (%s) is refused with a hint, on every route", async (query) => {
    for (const { method, path } of addresses()) {
      const answer = await fetch(`${origin}${path}?${query}`, { method, headers });
      expect(answer.status, `${method} ${path}`).toBe(400);
      const text = await answer.text();
      expect(text).toContain("Authorization: Bearer");
      expect(text).not.toContain(tokens.admin);
    }
  });
});

describe("a token in the body", () => {
  const json = "application/json";
  const form = "application/x-www-form-urlencoded";
  test.each([
    [json, JSON.stringify({ access_token: tokens.admin })],
    [json, JSON.stringify({ reason: "x", access_token: null })],
    [json, '{"access\\u005ftoken":1}'],
    [form, `access_token=${tokens.admin}`],
    [form, `weight=1&%61ccess_token=${tokens.admin}`],
  ])("(%s %s) is refused with a hint, on every route", async (type, body) => {
    for (const { method, path } of addresses().filter(({ method }) => method !== "GET")) {
      const about = `${method} ${path}`;
      const answer = await fetch(origin + path, {
        method,
        headers: { ...right, "content-type": type },
        body,
      });
      // A form is taken by one route: elsewhere its type is refused before anything of it is read.
      const isRead = type === json || path === "/api/prepuff/scan_bag" || path.startsWith("/nothing");
      expect(answer.status, about).toBe(isRead ? 400 : 415);
      const text = await answer.text();
      expect(text, about).toContain(isRead ? "Authorization: Bearer" : "Content-Type: application/json");
      expect(text).not.toContain(tokens.admin);
      const without = await fetch(origin + path, { method, headers: { "content-type": type }, body });
      expect([400, 401, 415], about).toContain(without.status);
    }
  });

  test("of a GET is not read either: it takes none", async () => {
    for (const { path } of addresses().filter(({ method }) => method === "GET")) {
      const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${form}\r\nContent-Length: 16\r\n\r\naccess_token=abc`;
      const { answer } = await exchange(http.port, request);
      expect(answer, path).toStartWith("HTTP/1.1 400 ");
      expect(answer, path).toContain("Authorization: Bearer");
    }
  });
});

test("a token in the header counts, one elsewhere never", async () => {
  const status = async (path: string, headers: Record<string, string>) =>
    (await fetch(origin + path, { headers })).status;
  expect(await status("/api/scales", right)).toBe(200);
  expect(await status("/api/scales", { authorization: `bearer   ${tokens.admin}` })).toBe(200);
  for (const headers of [
    { authorization: `BearerX${tokens.admin}` },
    { authorization: `Bearer_${tokens.admin}` },
    { authorization: `Token ${tokens.admin}` },
    { "x-access-token": tokens.admin },
    { access_token: tokens.admin },
    { cookie: `access_token=${tokens.admin}` },
    { cookie: `prepuff_session=${tokens.admin}` },
  ]) {
    expect(await status("/api/scales", headers), JSON.stringify(headers)).toBe(401);
  }
});
