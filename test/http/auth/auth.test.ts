import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bearerToken, createAuth } from "../../../src/http/auth/auth.ts";
import { createGuard } from "../../../src/http/auth/guard.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

describe("a token is taken from the Authorization header alone", () => {
  test.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER   abc ", "abc"],
    ["Basic abc", null],
    ["Bearer", null],
    ["Bearerabc", null],
    ["Bearer a b", null],
    ["", null],
    [null, null],
  ])("%p gives %p", (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  test("not from a form", async () => {
    const body = new URLSearchParams({ access_token: tokens.admin, reason: "x" });
    expect((await app.request("POST", "/api/bags/1/void", { token: null, body })).status).toBe(401);
  });
});

test("a stranger gets 401 whatever the body says: nothing is parsed or validated for him", async () => {
  for (const body of ["{bad", "{}", '{"company":1}']) {
    const headers = { "content-type": "application/json" };
    const answer = await app.request("POST", "/api/jobs", { token: null, body, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("403 says which role is needed", async () => {
  const answer = await app.request("PATCH", "/api/scales/1", { token: tokens.viewer, body: {} });
  expect(answer.status).toBe(403);
  expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope", scope="admin"');
  expect(await json(answer)).toMatchObject({
    type: "urn:prepuff:problem:forbidden",
    detail: "this needs the role admin; the token's role is viewer",
  });
});

test("only configured tokens exist: an empty one opens nothing", async () => {
  const { request, stop } = await testApp({ tokens: () => ({ admin: "secret", viewer: "" }) });
  expect((await request("GET", "/api/scales", { token: "secret" })).status).toBe(200);
  expect((await request("GET", "/api/scales", { token: "" })).status).toBe(401);
  expect((await request("GET", "/api/scales", { token: tokens.viewer })).status).toBe(401);
  await stop();
});

test("without a token of its own /metrics is open, with one it is not", async () => {
  const { request, stop } = await testApp({ tokens: () => ({ admin: "secret" }) });
  expect((await request("GET", "/metrics", { token: null })).status).toBe(200);
  await stop();
  expect((await app.request("GET", "/metrics", { token: null })).status).toBe(401);
  expect((await app.request("GET", "/metrics", { token: tokens.metrics })).status).toBe(200);
  expect((await app.request("GET", "/metrics", { token: tokens.viewer })).status).toBe(403);
});

describe("wrong tokens", () => {
  test("are limited to 10 a minute an address; a right one still passes", async () => {
    let now = 1_000_000;
    const { request, stop } = await testApp({ clock: { now: () => now, sleep: () => Promise.resolve() } });
    const wrong = () => request("GET", "/api/scales", { token: "wrong" });
    for (let i = 0; i < 10; i++) expect((await wrong()).status).toBe(401);
    now += 15_000;
    const limited = await wrong();
    expect(limited.status).toBe(429);
    expect(limited.headers.get("retry-after")).toBe("45");
    expect((await request("GET", "/api/scales", { token: tokens.viewer })).status).toBe(200);
    // No token at all is no attempt.
    expect((await request("GET", "/api/scales", { token: null })).status).toBe(401);
    now += 45_000;
    expect((await wrong()).status).toBe(401);
    await stop();
  });
});

test("the guard can be made without any token: then nobody has a role", () => {
  const parts = { ...app.parts, tokens: () => ({}) };
  expect(() => createAuth({ ...parts, guard: createGuard(parts) })).not.toThrow();
});
